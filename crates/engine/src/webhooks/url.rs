//! Which URLs a webhook may have.

use std::net::IpAddr;

use model::Fault;
use url::{Host, Url};

use super::address_guard::is_public;
use crate::{Result, Settings};

/// Characters at most.
const MOST: usize = 2048;

/// Checks a URL before it is used. Names are checked when they are resolved; addresses written out are checked here,
/// because those are never resolved.
pub(super) fn check(url: &str, settings: &Settings) -> Result<Url> {
    if url.len() > MOST {
        return Err(refused(format!("the URL is longer than {MOST} characters")));
    }
    let parsed = Url::parse(url).map_err(|_| refused(not_a_url(url)))?;
    let host = parsed.host().ok_or_else(|| refused("the URL names no host".into()))?;
    match parsed.scheme() {
        "https" => {}
        "http" if settings.allow_http_webhooks || is_localhost(&host) => {}
        _ => return Err(refused("the URL must begin with https://".into())),
    }
    if !settings.allow_private_webhooks && is_inside(&host) {
        return Err(refused(format!("`{host}` is not a public address")));
    }
    Ok(parsed)
}

fn not_a_url(url: &str) -> String {
    format!("`{url}` is not a whole URL, such as https://app.example.com/hook")
}

fn is_localhost(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.trim_end_matches('.') == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

fn is_inside(host: &Host<&str>) -> bool {
    match host {
        // Names that only mean something inside; whatever else a name is, its addresses tell (address_guard).
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost"
                || name.ends_with(".localhost")
                || name.ends_with(".internal")
                || name.ends_with(".local")
        }
        Host::Ipv4(ip) => !is_public(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => !is_public(IpAddr::V6(*ip)),
    }
}

/// The contract's error for a URL that cannot be used (nylas-v3.md 1.10).
fn refused(why: String) -> Fault {
    unusable(format!("invalid.input.format : {why}"))
}

/// A fault about `webhook_url` under the contract's number.
pub(super) fn unusable(message: String) -> Fault {
    Fault { provider_code: Some("70005".into()), ..Fault::invalid("webhook_url", message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(url: &str, settings: &Settings) -> bool {
        check(url, settings).is_ok()
    }

    #[test]
    fn inside_is_out_of_reach() {
        let settings = Settings::default();
        for (url, fits) in [
            ("https://hooks.example.com/x?y=1", true),
            ("https://93.184.216.34/", true),
            ("http://hooks.example.com/", false),
            ("https://localhost/", false),
            ("http://localhost:9/", false),
            ("https://LOCALHOST./", false),
            ("https://a.localhost/", false),
            ("https://metadata.google.internal/", false),
            ("https://127.0.0.1/", false),
            ("https://2130706433/", false),
            ("https://0x7f.1/", false),
            ("https://0177.0.0.1/", false),
            ("https://169.254.169.254/latest", false),
            ("https://[::1]/", false),
            ("https://[::ffff:10.0.0.1]/", false),
            ("https://[fe80::1]/", false),
            ("ftp://hooks.example.com/", false),
            ("file:///etc/passwd", false),
            ("hooks.example.com", false),
            ("", false),
        ] {
            assert_eq!(passes(url, &settings), fits, "{url}");
        }
    }

    #[test]
    fn an_operator_may_open_the_inside_for_tests() {
        let settings = Settings { allow_private_webhooks: true, ..Settings::default() };
        assert!(passes("http://127.0.0.1:9/", &settings) && passes("https://10.0.0.1/", &settings));
        assert!(!passes("http://10.0.0.1/", &settings));
        assert!(passes("http://10.0.0.1/", &Settings { allow_http_webhooks: true, ..settings }));
    }

    #[test]
    fn refusals_carry_the_contracts_number() {
        let fault = check("nonsense", &Settings::default()).unwrap_err();
        assert_eq!((fault.provider_code.as_deref(), fault.field.as_deref()), (Some("70005"), Some("webhook_url")));
    }
}
