//! Names of permissions (facts 4.2).

use super::tokens::Resource;

/// Scopes of OpenID Connect, which belong to no resource.
const SIGN_IN: &[&str] = &["openid", "profile", "email", "offline_access"];

/// What the page says a permission means, by its short name.
#[rustfmt::skip] // one line is one permission
const GRAPH: &[(&str, &str)] = &[
    ("User.Read", "Sign you in and read your profile"),
    ("Mail.Read", "Read your mail"),
    ("Mail.ReadBasic", "Read basic properties of your mail"),
    ("Mail.ReadWrite", "Read and write access to your mail"),
    ("Mail.Send", "Send mail as you"),
    ("Mail.Read.Shared", "Read mail you can access"),
    ("Mail.ReadWrite.Shared", "Read and write mail you can access"),
    ("Mail.Send.Shared", "Send mail on behalf of others"),
    ("Mail-Advanced.ReadWrite", "Change the text and the recipients of received mail"),
    ("Mail-Advanced.ReadWrite.Shared", "Change the text and the recipients of received mail you can access"),
    ("MailboxSettings.Read", "Read your mailbox settings"),
    ("MailboxSettings.ReadWrite", "Read and write your mailbox settings"),
    ("User.Read.All", "Read all users' full profiles"),
];

const OUTLOOK: &[(&str, &str)] = &[
    ("IMAP.AccessAsUser.All", "Read and write your mail via IMAP"),
    ("POP.AccessAsUser.All", "Read and write your mail via POP"),
    ("SMTP.Send", "Send mail from your mailbox using SMTP AUTH"),
    ("EWS.AccessAsUser.All", "Access your mailboxes as you via Exchange Web Services"),
];

/// What `.default` stands for: the permissions configured in the app's registration.
const CONFIGURED: &[&str] = &["User.Read", "Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read"];

const GRAPH_PREFIX: &str = "https://graph.microsoft.com/";

/// Scopes as asked for: those of one resource and those of signing in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    pub(super) resource: Resource,
    /// Short names.
    pub(super) scopes: Vec<String>,
    /// Scopes of a second resource: fine to consent to, not to buy a token for (facts 4.2).
    pub(super) elsewhere: Vec<String>,
}

/// Why scopes cannot be asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum BadScope {
    /// The resource has no permission of this name.
    Unknown(String),
    /// There is no such resource.
    Resource(String),
}

/// Reads a `scope` parameter.
pub(super) fn read(text: &str) -> Result<Asked, BadScope> {
    let mut asked = Asked { resource: Resource::Graph, scopes: Vec::new(), elsewhere: Vec::new() };
    let mut first = None;
    for word in text.split_whitespace() {
        if let Some(known) = SIGN_IN.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            push(&mut asked.scopes, known);
            continue;
        }
        let (resource, names) = resolve(word)?;
        let list = if *first.get_or_insert(resource) == resource { &mut asked.scopes } else { &mut asked.elsewhere };
        names.iter().for_each(|name| push(list, name));
    }
    asked.resource = first.unwrap_or(Resource::Graph);
    Ok(asked)
}

fn push(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|have| have == name) {
        list.push(name.to_owned());
    }
}

fn resolve(word: &str) -> Result<(Resource, Vec<&'static str>), BadScope> {
    let (resource, name) = match word.rsplit_once('/') {
        None => (Resource::Graph, word),
        Some((resource, name)) => (resource_named(resource)?, name),
    };
    if name == ".default" {
        let outlook = || OUTLOOK.iter().map(|(name, _)| *name).collect();
        return Ok((resource, if resource == Resource::Graph { CONFIGURED.to_vec() } else { outlook() }));
    }
    let table = if resource == Resource::Graph { GRAPH } else { OUTLOOK };
    let known = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(known, _)| (resource, vec![*known])).ok_or_else(|| BadScope::Unknown(name.to_owned()))
}

fn resource_named(text: &str) -> Result<Resource, BadScope> {
    let host = text.trim_end_matches('/').trim_start_matches("https://");
    match host {
        "graph.microsoft.com" | "00000003-0000-0000-c000-000000000000" => Ok(Resource::Graph),
        "outlook.office.com" | "outlook.office365.com" => Ok(Resource::Outlook),
        // Microsoft's Python library asks for the host it was pointed at (facts 4.7).
        host if host.starts_with("localhost") || host.starts_with("127.0.0.1") => Ok(Resource::Graph),
        _ => Err(BadScope::Resource(text.to_owned())),
    }
}

/// Whether it belongs to signing in and to no resource.
pub(super) fn is_sign_in(scope: &str) -> bool {
    SIGN_IN.contains(&scope)
}

/// Whether only an administrator may consent to it, for everybody.
pub(super) fn needs_admin(scope: &str) -> bool {
    scope.starts_with("Mail-Advanced.") || scope == "User.Read.All"
}

/// What the page says it means.
pub(super) fn meaning(scope: &str) -> &'static str {
    let found = GRAPH.iter().chain(OUTLOOK).find(|(name, _)| *name == scope);
    match (found, scope) {
        (Some((_, meaning)), _) => meaning,
        (None, "openid" | "profile") => "View your basic profile",
        (None, "email") => "View your email address",
        (None, "offline_access") => "Maintain access to data you have given it access to",
        (None, _) => "Something else",
    }
}

/// `scope` of a token answer. Work accounts are told short names, and nothing of `offline_access`; personal ones full
/// names, and nothing of signing in at all.
pub(super) fn told(scopes: &[String], resource: Resource, personal: bool) -> String {
    let full = |scope: &String| match resource {
        Resource::Graph => format!("{GRAPH_PREFIX}{scope}"),
        Resource::Outlook => format!("https://outlook.office.com/{scope}"),
    };
    let names: Vec<String> = scopes
        .iter()
        .filter(|scope| *scope != "offline_access" && !(personal && is_sign_in(scope)))
        .map(|scope| {
            if !is_sign_in(scope) && (personal || resource == Resource::Outlook) { full(scope) } else { scope.clone() }
        })
        .collect();
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_known_by_short_and_by_full_names() {
        let asked = read("openid offline_access mail.read https://graph.microsoft.com/User.Read Mail.Read").unwrap();
        assert_eq!(asked.scopes, ["openid", "offline_access", "Mail.Read", "User.Read"]);
        assert_eq!((asked.resource, asked.elsewhere), (Resource::Graph, vec![]));
        let asked = read("https://outlook.office.com/SMTP.Send Mail.Read").unwrap();
        assert_eq!((asked.resource, asked.elsewhere), (Resource::Outlook, vec!["Mail.Read".to_owned()]));
        assert_eq!(read("Mail.Everything"), Err(BadScope::Unknown("Mail.Everything".into())));
        assert_eq!(read("https://x.test/Mail.Read"), Err(BadScope::Resource("https://x.test".into())));
        assert!(read("https://localhost/.default").unwrap().scopes.contains(&"Mail.ReadWrite".to_owned()));
    }

    #[test]
    fn personal_accounts_are_told_full_names() {
        let scopes = ["openid", "offline_access", "Mail.Read"].map(str::to_owned);
        assert_eq!(told(&scopes, Resource::Graph, false), "openid Mail.Read");
        assert_eq!(told(&scopes, Resource::Graph, true), "https://graph.microsoft.com/Mail.Read");
    }
}
