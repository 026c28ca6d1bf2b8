//! Callback URIs: where hosted authentication may return to.

use model::application::CallbackUri;
use model::{ApplicationId, CallbackUriId, Fault, FaultKind};
use serde_json::Value;
use url::{Host, Url};

use crate::at_rest::AtRest;
use crate::{Engine, Result};

/// Kinds of client the contract knows (nylas-v3.md 2, RedirectUri).
const PLATFORMS: [&str; 5] = ["web", "desktop", "js", "ios", "android"];
/// Characters at most.
const MOST_URL: usize = 2048;

impl Engine {
    /// Registers a callback URI; refused unless https, or http on localhost (kind `redirect_uri_invalid`, field `url`).
    /// Apps (`ios`, `android`, `desktop`) may register a scheme of their own (RFC 8252 section 7.1).
    pub async fn add_callback_uri(
        &self,
        application: ApplicationId,
        url: &str,
        platform: Option<String>,
        settings: Value,
    ) -> Result<CallbackUri> {
        let platform = platform.unwrap_or_else(|| "web".to_owned());
        check(url, &platform, self.settings().allow_http_callbacks)?;
        let uri = CallbackUri {
            id: CallbackUriId(self.inner.new_id()),
            application_id: application,
            url: url.to_owned(),
            platform,
            settings: check_settings(settings)?,
        };
        self.inner.store().add_callback_uri(uri.clone()).await.at_rest()?;
        Ok(uri)
    }

    /// Changes a callback URI; `None` leaves a field as it is.
    ///
    /// # Errors
    /// `not_found`; as [`Self::add_callback_uri`].
    pub async fn update_callback_uri(
        &self,
        application: ApplicationId,
        id: CallbackUriId,
        url: Option<String>,
        platform: Option<String>,
        settings: Option<Value>,
    ) -> Result<CallbackUri> {
        let kept = self.inner.store().callback_uris(application).await.at_rest()?;
        let kept = kept.into_iter().find(|uri| uri.id == id);
        let mut uri = kept.ok_or_else(|| Fault::not_found("There is no such callback URI."))?;
        uri.url = url.unwrap_or(uri.url);
        uri.platform = platform.unwrap_or(uri.platform);
        check(&uri.url, &uri.platform, self.settings().allow_http_callbacks)?;
        if let Some(settings) = settings {
            uri.settings = check_settings(settings)?;
        }
        self.inner.store().update_callback_uri(uri.clone()).await.at_rest()?;
        Ok(uri)
    }

    /// Removes a callback URI.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_callback_uri(&self, application: ApplicationId, id: CallbackUriId) -> Result<()> {
        self.inner.store().remove_callback_uri(application, id).await.at_rest()
    }
}

fn check_settings(settings: Value) -> Result<Value> {
    match settings {
        Value::Null => Ok(Value::Object(serde_json::Map::new())),
        Value::Object(_) => Ok(settings),
        _ => Err(Fault::invalid("settings", "`settings` must be an object.")),
    }
}

fn check(url: &str, platform: &str, allow_http: bool) -> Result<()> {
    if !PLATFORMS.contains(&platform) {
        return Err(Fault::invalid("platform", format!("`platform` must be one of {}.", PLATFORMS.join(", "))));
    }
    if url.len() > MOST_URL || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return refuse("The redirect URI is too long, or holds blanks or control characters.");
    }
    let Ok(parsed) = Url::parse(url) else {
        return refuse("The redirect URI is not a URI.");
    };
    if parsed.fragment().is_some() {
        // RFC 6749 section 3.1.2.
        return refuse("The redirect URI must not have a fragment (`#`).");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return refuse("The redirect URI must not hold a user name or password.");
    }
    let app = matches!(platform, "ios" | "android" | "desktop");
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if allow_http || is_localhost(&parsed) => Ok(()),
        "http" => refuse("Redirect URI is not HTTPS or localhost."),
        "javascript" | "data" | "file" | "vbscript" | "blob" | "about" => {
            refuse("A browser would not go there safely.")
        }
        _ if app => Ok(()),
        _ => refuse(
            "Redirect URI is not HTTPS or localhost. Own schemes are for the platforms ios, android and desktop.",
        ),
    }
}

fn is_localhost(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(ip)) => ip == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

fn refuse(message: &str) -> Result<()> {
    Err(Fault { field: Some("url".into()), ..Fault::new(FaultKind::RedirectUriInvalid, message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_uris_pass() {
        for (url, platform, passes) in [
            ("https://app.example/cb?x=1", "web", true),
            ("http://localhost/cb", "web", true),
            ("http://localhost:3000/cb", "js", true),
            ("http://127.0.0.1:9/cb", "desktop", true),
            ("http://[::1]:9/cb", "web", true),
            ("myapp://auth", "ios", true),
            ("com.example.app:/oauth", "android", true),
            ("myapp://auth", "web", false),
            ("http://app.example/cb", "web", false),
            ("http://localhost.example/cb", "web", false),
            ("http://127.0.0.2/cb", "web", false),
            ("https://app.example/cb#x", "web", false),
            ("https://user:pw@app.example/cb", "web", false),
            ("javascript:alert(1)", "desktop", false),
            ("/cb", "web", false),
            ("https://app.example/a b", "web", false),
            ("", "web", false),
        ] {
            let checked = check(url, platform, false);
            assert_eq!(checked.is_ok(), passes, "{url} for {platform}");
            if let Err(fault) = checked {
                assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::RedirectUriInvalid, Some("url")));
            }
        }
        assert_eq!(check("https://a.example", "tv", false).unwrap_err().field.as_deref(), Some("platform"));
    }
}
