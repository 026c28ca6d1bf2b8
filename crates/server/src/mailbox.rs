//! Everything below a grant passes here once: who asks, which grant, within its rate; and on the way out, how fresh the
//! mirror is.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method};
use model::FaultKind;
use model::grant::Grant;
use model::sync::SyncPhase;

use crate::app::{App, Freshness};
use crate::auth::{Caller, unauthorized};
use crate::error::Refusal;
use crate::extract::path::Parent;

/// When the mirror last equalled the mailbox, Unix seconds; left out until it did once.
pub const FRESH_AT: HeaderName = HeaderName::from_static("postroad-mirror-fresh-at");
/// `new`, `backfill`, `live` or `resync`.
pub const PHASE: HeaderName = HeaderName::from_static("postroad-mirror-phase");

/// The grant a request is about; the caller may see it.
#[derive(Clone, Debug)]
pub struct Mailbox(pub Arc<Grant>);

impl FromRequestParts<App> for Mailbox {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refusal> {
        // Only routes under `admit` ask for a mailbox; were one forgotten, nothing is opened.
        parts.extensions.get::<Mailbox>().cloned().ok_or_else(|| unauthorized("Unauthorized"))
    }
}

/// The layer around every route below a grant.
pub async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mailbox = match enter(&mut parts, &app).await {
        Ok(mailbox) => mailbox,
        Err(refusal) => return refusal.into_response(),
    };
    let grant = mailbox.0.id;
    parts.extensions.insert(mailbox);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Ok(fresh) = app.freshness(grant).await {
        tell(&mut response, fresh);
    }
    response
}

async fn enter(parts: &mut Parts, app: &App) -> Result<Mailbox, Refusal> {
    let caller = Caller::identify(&parts.headers, app).await?;
    let Parent(identifier) = Parent::from_request_parts(parts, app).await?;
    let grant = resolve(app, caller, &identifier).await?;
    app.limits().grant(grant.id)?;
    if reads_mirror(&parts.method, parts.uri.path()) {
        engine::readable(&grant)?;
    }
    Ok(Mailbox(Arc::new(grant)))
}

/// Whether the answer comes from the mirror, which a permission without reading has none of.
fn reads_mirror(method: &Method, path: &str) -> bool {
    let mut below = path.split('/').skip(4);
    let mirrored = ["messages", "threads", "folders", "drafts", "attachments"];
    let family = below.next().is_some_and(|family| mirrored.contains(&family));
    method == Method::GET && family && below.next() != Some("schedules")
}

fn tell(response: &mut Response, fresh: Freshness) {
    let phase = match fresh.phase {
        SyncPhase::New => "new",
        SyncPhase::Backfill => "backfill",
        SyncPhase::Live => "live",
        SyncPhase::Resync => "resync",
    };
    response.headers_mut().insert(PHASE, HeaderValue::from_static(phase));
    if let Some(at) = fresh.at {
        response.headers_mut().insert(FRESH_AT, HeaderValue::from(at));
    }
}

/// The grant an identifier names for a caller: a uuid, `grant:<id>`, an address, `email:<address>`, `me`.
pub async fn resolve(app: &App, caller: Caller, identifier: &str) -> Result<Grant, Refusal> {
    let application = caller.application();
    let found = match Named::read(identifier, caller)? {
        Named::Id(id) => app.reads().grant(id).await?,
        Named::Email(email) => app.reads().grant_by_email(application, email).await?,
        Named::Nothing => None,
    };
    let own = |grant: &Grant| match caller {
        Caller::Application(_) => true,
        Caller::Grant(_, id) => grant.id == id,
    };
    found
        .filter(|grant| grant.application_id == application && own(grant))
        .ok_or_else(|| no_grant(&format!("no grant '{identifier}' is open to this credential")))
}

#[derive(PartialEq, Eq, Debug)]
enum Named<'a> {
    Id(model::GrantId),
    Email(&'a str),
    Nothing,
}

impl<'a> Named<'a> {
    fn read(identifier: &'a str, caller: Caller) -> Result<Self, Refusal> {
        let by_id = |text: &str| text.parse().map_or(Named::Nothing, Named::Id);
        if identifier == "me" {
            return match caller {
                Caller::Grant(_, id) => Ok(Named::Id(id)),
                Caller::Application(_) => Err(Refusal::invalid(
                    "grant_id",
                    "the grant id `me` needs an access token; with an API key, name the grant by id or address",
                )),
            };
        }
        match identifier.split_once(':') {
            Some(("grant", id)) => Ok(by_id(id)),
            Some(("email", email)) => Ok(Named::Email(email)),
            Some(("external", _)) => {
                Err(no_grant("external ids are not kept by this installation; name the grant by id or address"))
            }
            _ if identifier.contains('@') => Ok(Named::Email(identifier)),
            _ => Ok(by_id(identifier)),
        }
    }
}

fn no_grant(message: &str) -> Refusal {
    Refusal::from(model::Fault::new(FaultKind::NotFound, format!("Grant not found: {message}.")))
        .typed("grant.not_found")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ApplicationId, GrantId};
    use uuid::Uuid;

    const APPLICATION: Caller = Caller::Application(ApplicationId(Uuid::from_u128(1)));

    #[test]
    fn grants_go_by_id_or_address_with_or_without_saying_which() {
        let id = GrantId(Uuid::from_u128(7));
        let read = |text: &'static str| Named::read(text, APPLICATION).unwrap();
        assert_eq!(read("00000000-0000-0000-0000-000000000007"), Named::Id(id));
        assert_eq!(read("grant:00000000-0000-0000-0000-000000000007"), Named::Id(id));
        assert_eq!(read("u+x@example.com"), Named::Email("u+x@example.com"));
        assert_eq!(read("email:u@example.com"), Named::Email("u@example.com"));
        assert_eq!(read("nonsense"), Named::Nothing);
    }

    #[test]
    fn lists_come_from_the_mirror_and_what_is_sent_does_not() {
        let reads = |method: Method, path: &str| reads_mirror(&method, &format!("/v3/grants/g/{path}"));
        assert!(reads(Method::GET, "messages") && reads(Method::GET, "threads/t") && reads(Method::GET, "drafts"));
        assert!(!reads(Method::POST, "messages/send") && !reads(Method::GET, "outbox"));
        assert!(!reads(Method::GET, "messages/schedules/s") && !reads(Method::GET, "templates"));
    }

    #[test]
    fn external_ids_are_not_kept() {
        let refusal = Named::read("external:5", APPLICATION).unwrap_err();
        assert!(refusal.fault().message.contains("external ids are not kept"));
    }

    #[test]
    fn me_is_the_grant_of_an_access_token() {
        let id = GrantId(Uuid::from_u128(7));
        let token = Caller::Grant(ApplicationId(Uuid::from_u128(1)), id);
        assert_eq!(Named::read("me", token).unwrap(), Named::Id(id));
        assert!(Named::read("me", APPLICATION).unwrap_err().fault().message.contains("access token"));
    }
}
