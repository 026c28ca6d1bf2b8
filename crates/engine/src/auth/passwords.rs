//! Passwords where Microsoft or Exchange is asked for: refused, with the reason that applies.

use model::{Fault, FaultKind, Provider};
use serde_json::{Map, Value};

/// Names of passwords in `settings` (nylas-v3.md 1.1).
const PASSWORDS: [&str; 2] = ["ews_password", "password"];
/// Microsoft takes no passwords from applications: basic authentication is off, OAuth is required.
pub fn direct_password(field: &str) -> Fault {
    let message = "Microsoft does not allow direct password entry for this mailbox; it requires OAuth.";
    Fault {
        field: Some(field.to_owned()),
        provider: Some(Provider::Microsoft),
        ..Fault::new(FaultKind::BasicAuthBlocked, message)
    }
}

/// What is said to a caller that brings a password for Microsoft or Exchange, if it does.
pub(super) fn refused(provider: Provider, settings: &Map<String, Value>) -> Option<Fault> {
    let password = PASSWORDS.into_iter().find(|name| settings.contains_key(*name))?;
    let blocked = || Some(direct_password(&format!("settings.{password}")));
    match provider {
        Provider::Microsoft => blocked(),
        // Without a host it would have to be found by autodiscovery, and the mailbox may be anywhere: nothing is lost by
        // naming the case that is by far the most frequent, and the host is how a caller says otherwise.
        Provider::Ews => match host(settings) {
            Some(host) if !providers::domains::is_exchange_online(&host) => Some(no_exchange(&host)),
            _ => blocked(),
        },
        Provider::Google | Provider::Imap => None,
    }
}

fn host(settings: &Map<String, Value>) -> Option<String> {
    let host = settings.get("ews_host")?.as_str()?.trim();
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default().trim_end_matches('.');
    (!host.is_empty() && host.len() <= 255).then(|| host.to_ascii_lowercase())
}

fn no_exchange(host: &str) -> Fault {
    let message = format!(
        "This release has no client for Exchange servers such as {host}; mailboxes at Microsoft 365 are connected with OAuth."
    );
    Fault { field: Some("provider".into()), ..Fault::new(FaultKind::Unsupported, message) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(provider: Provider, settings: Value) -> Option<(FaultKind, String)> {
        let fault = refused(provider, settings.as_object().unwrap())?;
        Some((fault.kind, fault.field.unwrap_or_default()))
    }

    #[test]
    fn passwords_for_microsoft_are_refused_by_name() {
        let blocked = |field: &str| Some((FaultKind::BasicAuthBlocked, format!("settings.{field}")));
        let microsoft = json!({ "email": "a@x.org", "password": "p" });
        assert_eq!(kind(Provider::Microsoft, microsoft), blocked("password"));
        let exchange = json!({ "ews_username": "a", "ews_password": "p" });
        assert_eq!(kind(Provider::Ews, exchange), blocked("ews_password"));
        for host in ["outlook.office365.com", "https://Outlook.Office365.com/EWS/Exchange.asmx", "outlook.com."] {
            let exchange = json!({ "ews_password": "p", "ews_host": host });
            assert_eq!(kind(Provider::Ews, exchange), blocked("ews_password"), "{host}");
        }
    }

    #[test]
    fn an_exchange_server_of_ones_own_is_told_that_there_is_no_client() {
        for host in ["mail.example.org", "notoffice365.com:443"] {
            let exchange = json!({ "ews_password": "p", "ews_host": host });
            assert_eq!(kind(Provider::Ews, exchange), Some((FaultKind::Unsupported, "provider".into())), "{host}");
        }
    }

    #[test]
    fn what_brings_no_password_is_judged_elsewhere() {
        assert_eq!(kind(Provider::Microsoft, json!({ "refresh_token": "x" })), None);
        assert_eq!(kind(Provider::Google, json!({ "password": "x" })), None);
    }

    #[test]
    fn the_password_is_not_repeated() {
        let settings = json!({ "password": "hunter2" });
        let fault = refused(Provider::Microsoft, settings.as_object().unwrap()).unwrap();
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
}
