//! What an answer has to know about the request it answers.
//!
//! The request id belongs into every body, every error and every header. It travels with the task instead of through
//! every signature: [`scope`] is entered once per request, by the outermost layer.

use std::sync::Arc;

use model::{Clock, Timestamp};

/// Which part of the contract a path belongs to; error shapes and types differ between them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// `/connect/token`, `/connect/revoke`, `/connect/tokeninfo`: errors in OAuth shape.
    Oauth,
    /// `/connect/custom`: provider refusals are the caller's mistake.
    Custom,
    /// `/grants` themselves.
    Grants,
    /// `/connectors` and their credentials.
    Connectors,
    /// `/applications`, redirect URIs.
    Applications,
    /// `/webhooks`.
    Webhooks,
    /// Everything below a grant.
    Mail,
    /// Pages, health, unknown paths.
    Other,
}

impl Family {
    /// The family of a path (without trailing slash).
    pub fn of(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/').filter(|p| !p.is_empty());
        if parts.next() != Some("v3") {
            return Family::Other;
        }
        match (parts.next(), parts.next(), parts.next()) {
            (Some("connect"), Some("token" | "revoke" | "tokeninfo"), None) => Family::Oauth,
            (Some("connect"), Some("custom"), None) => Family::Custom,
            (Some("grants"), _, None) => Family::Grants,
            (Some("grants"), _, Some(_)) => Family::Mail,
            (Some("connectors" | "providers"), ..) => Family::Connectors,
            (Some("applications"), ..) => Family::Applications,
            (Some("webhooks"), ..) => Family::Webhooks,
            _ => Family::Other,
        }
    }
}

/// The request being answered.
#[derive(Clone)]
pub struct Call {
    /// Names the request in the answer, the header and the log.
    pub request_id: Arc<str>,
    /// Which part of the contract it is about.
    pub family: Family,
    /// Tells when it is answered; waits are measured from then.
    pub clock: Arc<dyn Clock>,
    /// Where this installation is reached, for links in answers.
    pub public_url: Arc<str>,
}

/// A clock that stands, for answers outside of any request.
pub struct Standing(pub Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

tokio::task_local! {
    static CALL: Call;
}

/// Runs a request's work with its call at hand.
pub async fn scope<F: Future>(call: Call, work: F) -> F::Output {
    CALL.scope(call, work).await
}

/// The request being answered. Outside of one (in tests of parts) an empty stand-in.
pub fn current() -> Call {
    CALL.try_with(Call::clone).unwrap_or_else(|_| Call {
        request_id: "none".into(),
        family: Family::Other,
        clock: Arc::new(Standing(Timestamp::UNIX_EPOCH)),
        public_url: "".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_family() {
        for (path, family) in [
            ("/v3/connect/token", Family::Oauth),
            ("/v3/connect/tokeninfo/", Family::Oauth),
            ("/v3/connect/custom", Family::Custom),
            ("/v3/connect/auth", Family::Other),
            ("/v3/grants", Family::Grants),
            ("/v3/grants/me", Family::Grants),
            ("/v3/grants/x@y.z/messages/1", Family::Mail),
            ("/v3/webhooks/rotate-secret/1", Family::Webhooks),
            ("/healthz", Family::Other),
        ] {
            assert_eq!(Family::of(path), family, "{path}");
        }
    }
}
