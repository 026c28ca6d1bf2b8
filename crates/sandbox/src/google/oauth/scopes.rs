//! The names of permissions.

const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// Splits a `scope` parameter; short forms come back in full, each scope once.
pub(super) fn read(text: &str) -> Vec<String> {
    in_full(text.split_whitespace())
}

/// Scopes by their full names, each once.
pub(crate) fn in_full<'s>(names: impl Iterator<Item = &'s str>) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in names {
        let scope = match scope {
            "email" => EMAIL,
            "profile" => PROFILE,
            other => other,
        };
        if !scopes.iter().any(|have| have == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// Whether it is a scope at all.
pub(super) fn is_known(scope: &str) -> bool {
    matches!(scope, "openid" | "https://mail.google.com/")
        || scope.strip_prefix("https://www.googleapis.com/auth/").is_some_and(|name| !name.is_empty())
}

/// Scopes that come with signing in and are not chosen one by one.
pub(super) fn is_basic(scope: &str) -> bool {
    matches!(scope, "openid" | EMAIL | PROFILE)
}

/// Whether the scopes let the account's address be seen.
pub(super) fn show_email(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| scope == EMAIL)
}

/// Whether the scopes let the person's name be seen.
pub(super) fn show_profile(scopes: &[String]) -> bool {
    scopes.iter().any(|scope| scope == PROFILE)
}

/// What a scope allows, for the consent page.
pub(super) fn meaning(scope: &str) -> &'static str {
    match scope.rsplit('/').next().unwrap_or_default() {
        "" => "Read, write, send and permanently delete all mail",
        "gmail.readonly" => "Read all mail and settings",
        "gmail.modify" => "Read, write and send mail",
        "gmail.compose" => "Manage drafts and send mail",
        "gmail.send" => "Send mail",
        "gmail.insert" => "Put mail into the mailbox",
        "gmail.labels" => "See and change labels",
        "gmail.metadata" => "See labels and header fields, but no bodies",
        "gmail.settings.basic" => "See and change settings and filters",
        "gmail.settings.sharing" => "Manage sensitive settings, such as who can manage the mail",
        _ => "Use another Google service",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn short_forms_come_back_in_full_and_once() {
        let scopes = super::read("openid email https://www.googleapis.com/auth/userinfo.email");
        assert_eq!(scopes, ["openid", super::EMAIL]);
    }
}
