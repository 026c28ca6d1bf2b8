//! The cookie that binds a hosted authentication to the browser that began it.
//!
//! Its name holds a hash of the state sent to the provider, so that two attempts in two tabs do not unbind each other.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::app::sha256;

/// Longer than any attempt lives.
const MAX_AGE_SECONDS: u32 = 3600;

/// The name of an attempt's cookie.
fn name(state: &str) -> String {
    let hash = sha256(state.as_bytes());
    let hex: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("postroad_auth_{hex}")
}

/// Binds an attempt to the browser. Lax, because the provider sends the browser back with a top-level GET.
pub fn bind(location: &str, secret: &str, secure: bool) -> Option<HeaderValue> {
    set(&name(&state_of(location)?), secret, MAX_AGE_SECONDS, secure)
}

/// Forgets an attempt.
pub fn release(state: &str, secure: bool) -> Option<HeaderValue> {
    set(&name(state), "", 0, secure)
}

/// The secret of an attempt, as the browser sent it.
pub fn secret(headers: &HeaderMap, state: &str) -> Option<String> {
    let name = name(state);
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
}

fn set(name: &str, value: &str, max_age: u32, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Max-Age={max_age}; Path=/v3/connect; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

fn state_of(location: &str) -> Option<String> {
    let url = url::Url::parse(location).ok()?;
    url.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_has_its_own_cookie() {
        let one = bind("https://p.example/auth?x=1&state=s%201", "secret1", true).unwrap();
        let two = bind("https://p.example/auth?state=s2", "secret2", false).unwrap();
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        assert!(text(&one).ends_with("; Path=/v3/connect; HttpOnly; SameSite=Lax; Secure"));
        assert!(!text(&two).contains("Secure"));
        let sent = [one, two].map(|value| text(&value).split(';').next().unwrap().to_owned()).join("; ");
        let headers = HeaderMap::from_iter([(COOKIE, sent.parse().unwrap())]);
        assert_eq!(secret(&headers, "s 1").as_deref(), Some("secret1"));
        assert_eq!(secret(&headers, "s2").as_deref(), Some("secret2"));
        assert_eq!(secret(&headers, "s3"), None);
    }
}
