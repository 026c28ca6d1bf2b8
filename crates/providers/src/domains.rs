//! Whose mailboxes live under which domains, and on which hosts.

use model::Provider;

/// Domains whose provider is known.
const DOMAINS: [(&str, Provider); 24] = [
    ("gmail.com", Provider::Google),
    ("googlemail.com", Provider::Google),
    ("google.com", Provider::Google),
    ("outlook.com", Provider::Microsoft),
    ("outlook.de", Provider::Microsoft),
    ("outlook.fr", Provider::Microsoft),
    ("hotmail.com", Provider::Microsoft),
    ("hotmail.co.uk", Provider::Microsoft),
    ("hotmail.de", Provider::Microsoft),
    ("hotmail.fr", Provider::Microsoft),
    ("live.com", Provider::Microsoft),
    ("msn.com", Provider::Microsoft),
    ("passport.com", Provider::Microsoft),
    ("icloud.com", Provider::Imap),
    ("me.com", Provider::Imap),
    ("mac.com", Provider::Imap),
    ("yahoo.com", Provider::Imap),
    ("yahoo.co.uk", Provider::Imap),
    ("yahoo.de", Provider::Imap),
    ("ymail.com", Provider::Imap),
    ("aol.com", Provider::Imap),
    ("gmx.net", Provider::Imap),
    ("gmx.de", Provider::Imap),
    ("web.de", Provider::Imap),
];

/// Suffix of Microsoft 365's own names, for tenants without a domain.
const TENANTS: &str = ".onmicrosoft.com";
/// Where Exchange is Microsoft's own.
const EXCHANGE_ONLINE: [&str; 6] =
    ["office365.com", "office.com", "outlook.com", "hotmail.com", "office365.us", "outlook.cn"];

/// The provider that a mail domain, in lower case, certainly belongs to. No network: a domain that is hosted elsewhere
/// under its own name is not known.
pub fn provider_of(domain: &str) -> Option<Provider> {
    let known = DOMAINS.iter().find(|(known, _)| *known == domain).map(|(_, provider)| *provider);
    known.or(domain.ends_with(TENANTS).then_some(Provider::Microsoft))
}

/// Whether an Exchange host, in lower case, is Microsoft's own, which takes no passwords from applications.
pub fn is_exchange_online(host: &str) -> bool {
    let below = |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    EXCHANGE_ONLINE.iter().any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_hosts_are_known_whole() {
        assert_eq!(provider_of("gmail.com"), Some(Provider::Google));
        assert_eq!(provider_of("contoso.onmicrosoft.com"), Some(Provider::Microsoft));
        assert_eq!(provider_of("notgmail.com"), None);
        assert!(is_exchange_online("outlook.office365.com") && !is_exchange_online("notoffice365.com"));
    }
}
