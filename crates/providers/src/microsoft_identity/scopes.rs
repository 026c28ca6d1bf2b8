//! Names of permissions: short for Graph's, in full for any other resource's (facts 4.2).

use super::id_token::Claims;

const GRAPH: &str = "https://graph.microsoft.com/";
/// Scopes of signing in, which belong to no resource.
const SIGN_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A scope by the name it is kept under: Graph's without their prefix.
fn kept(scope: &str) -> &str {
    scope.strip_prefix(GRAPH).unwrap_or(scope)
}

/// What is asked of the sign-in page.
pub(super) fn asked(scopes: &[String]) -> String {
    scopes.join(" ")
}

/// The same in full names, as the page for administrators wants them.
pub(super) fn in_full(scopes: &[String]) -> String {
    let resource = scopes.iter().filter(|scope| !SIGN_IN.contains(&scope.as_str()));
    let full: Vec<String> =
        resource.map(|scope| if scope.contains("://") { scope.clone() } else { format!("{GRAPH}{scope}") }).collect();
    full.join(" ")
}

/// What was granted, by the names it is kept under. The answer leaves out what is evident: a refresh token shows
/// `offline_access`, and an identity token that names the account shows `openid` and `profile`; personal accounts are told
/// neither.
pub(super) fn granted(told: &str, claims: Option<&Claims>, refreshable: bool) -> Vec<String> {
    let mut granted: Vec<String> = told.split_whitespace().map(|scope| kept(scope).to_owned()).collect();
    let named = claims.is_some_and(|claims| claims.account().is_some());
    let email = claims.is_some_and(|claims| claims.email.is_some());
    let evident = [("openid", claims.is_some()), ("profile", named), ("email", email), ("offline_access", refreshable)];
    for (scope, shown) in evident {
        if shown && !granted.iter().any(|have| have == scope) {
            granted.push(scope.to_owned());
        }
    }
    granted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn granted_scopes_go_by_short_names_and_what_is_evident_is_added() {
        let claims = Claims { oid: Some("o".into()), tid: Some("t".into()), ..Claims::default() };
        let told = "https://graph.microsoft.com/Mail.Read https://outlook.office.com/SMTP.Send";
        assert_eq!(
            granted(told, Some(&claims), true),
            ["Mail.Read", "https://outlook.office.com/SMTP.Send", "openid", "profile", "offline_access"]
        );
        assert_eq!(granted("openid Mail.Read", None, false), ["openid", "Mail.Read"]);
    }

    #[test]
    fn administrators_are_asked_for_resources_in_full() {
        let scopes = ["openid", "Mail.Read", "https://outlook.office.com/SMTP.Send"].map(str::to_owned);
        assert_eq!(in_full(&scopes), "https://graph.microsoft.com/Mail.Read https://outlook.office.com/SMTP.Send");
    }
}
