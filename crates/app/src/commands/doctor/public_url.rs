//! Is the public URL one that providers and browsers can use?

use url::{Host, Url};

use super::finding::Finding;

const CHECK: &str = "public_url";

pub(super) fn check(text: &str) -> Finding {
    let Ok(url) = Url::parse(text) else {
        return Finding::fail(
            CHECK,
            &format!("`{text}` is not a URL"),
            "Set `server.public_url`, such as https://mail.example.com.",
        );
    };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let unspecified = matches!(url.host(), Some(Host::Ipv4(ip)) if ip.is_unspecified())
        || matches!(url.host(), Some(Host::Ipv6(ip)) if ip.is_unspecified());
    if unspecified {
        let remedy = "Name the host under which others reach it; 0.0.0.0 belongs in `server.listen` only.";
        Finding::fail(CHECK, &format!("{text} is no address anyone can go to"), remedy)
    } else if local {
        let remedy =
            "For real use set `server.public_url` to the https address under which people and providers reach it.";
        Finding::warn(
            CHECK,
            &format!("{text} works on this machine only; providers cannot push to it, so mailboxes are polled"),
            remedy,
        )
    } else if url.scheme() != "https" {
        let remedy = "Put a TLS proxy in front and set `server.public_url` to its https address; Google accepts nothing else, and Microsoft pushes to nothing else.";
        Finding::fail(CHECK, &format!("{text} is not https"), remedy)
    } else {
        Finding::ok(CHECK, &format!("{text} (callback {text}/v3/connect/callback)"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn https_is_fine_localhost_is_a_warning_plain_http_fails() {
        assert_eq!(check("https://mail.example.com").level, Level::Ok);
        assert_eq!(check("http://localhost:7678").level, Level::Warn);
        assert_eq!(check("http://[::1]:7678").level, Level::Warn);
        assert_eq!(check("http://mail.example.com").level, Level::Fail);
        assert_eq!(check("http://0.0.0.0:7678").level, Level::Fail);
    }
}
