//! Who the token's account is, in both of Google's dialects (facts 4).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::scopes;
use crate::google::Google;
use crate::google::errors::Error;
use crate::google::wire::{Answer, Incoming};
use crate::world::permits::Access;

/// `/v1/userinfo`, `/oauth2/v3/userinfo`: OpenID Connect's names.
pub(super) fn v3(google: &Google, incoming: &Incoming) -> Answer {
    let Some(access) = access(google, incoming) else { return unauthorized() };
    told(google, &access, "sub", "email_verified").unwrap_or_else(|error| error.answer())
}

/// `/oauth2/v2/userinfo`: Google's older names.
pub(super) fn v2(google: &Google, incoming: &Incoming) -> Answer {
    if incoming.bearer().is_none() {
        return Error::missing_credentials("GetUserInfo").answer();
    }
    let Some(access) = access(google, incoming) else { return Error::invalid_credentials().answer() };
    told(google, &access, "id", "verified_email").unwrap_or_else(|error| error.answer())
}

/// A person's name in its parts.
pub(super) fn names(name: &str) -> Value {
    let (given, family) = name.split_once(' ').unwrap_or((name, ""));
    let mut names =
        json!({"name": name, "picture": "https://lh3.googleusercontent.com/a/default-user=s96-c", "given_name": given});
    if !family.is_empty() {
        names["family_name"] = json!(family);
    }
    names
}

fn access(google: &Google, incoming: &Incoming) -> Option<Access> {
    let form = incoming.form();
    let token = incoming.bearer().or_else(|| form.filled("access_token"))?;
    google.world.permits().access(token, google.world.clock().now_ms()).cloned()
}

fn told(google: &Google, access: &Access, id: &str, verified: &str) -> Result<Answer, Error> {
    if !access.scopes.iter().any(|scope| scopes::is_basic(scope)) {
        let wanted = [
            "openid",
            "https://www.googleapis.com/auth/userinfo.email",
            "https://www.googleapis.com/auth/userinfo.profile",
        ];
        return Err(Error::insufficient_scopes("GetUserInfo", &wanted));
    }
    let mailbox = google.world.mailbox(&access.email).map_err(|_| Error::invalid_credentials())?;
    let mut info = Map::new();
    info.insert(id.to_owned(), json!(mailbox.subject()));
    if scopes::show_profile(&access.scopes)
        && let Value::Object(names) = names(&mailbox.name)
    {
        info.extend(names);
    }
    if scopes::show_email(&access.scopes) {
        info.insert("email".to_owned(), json!(mailbox.email));
        info.insert(verified.to_owned(), json!(true));
    }
    let domain = mailbox.email.rsplit('@').next().unwrap_or_default();
    if domain != "gmail.com" {
        info.insert("hd".to_owned(), json!(domain));
    }
    Ok(Answer::json(StatusCode::OK, &info))
}

fn unauthorized() -> Answer {
    let body = json!({"error": "invalid_request", "error_description": "Invalid Credentials"});
    Answer::json(StatusCode::UNAUTHORIZED, &body)
        .with("www-authenticate", "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"")
}
