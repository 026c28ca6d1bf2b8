//! What a token is good for.

use http::StatusCode;
use serde_json::{Value, json};

use super::scopes;
use crate::google::Google;
use crate::google::wire::{Answer, Incoming};

/// `/tokeninfo?access_token=` or `?id_token=`. Numbers are told as strings.
pub(super) fn tell(google: &Google, incoming: &Incoming) -> Answer {
    let form = incoming.form();
    let given = |name| incoming.query.filled(name).or_else(|| form.filled(name));
    let told = match (given("access_token").or_else(|| incoming.bearer()), given("id_token")) {
        (Some(token), _) => about_access(google, token),
        (None, Some(token)) => about_identity(google, token),
        (None, None) => {
            let body =
                json!({"error": "invalid_request", "error_description": "Missing required parameter: access_token"});
            return Answer::json(StatusCode::BAD_REQUEST, &body);
        }
    };
    match told {
        Some(told) => Answer::json(StatusCode::OK, &told),
        None => {
            let body = json!({"error": "invalid_token", "error_description": "Invalid Value"});
            Answer::json(StatusCode::BAD_REQUEST, &body)
        }
    }
}

fn about_access(google: &Google, token: &str) -> Option<Value> {
    let now_ms = google.world.clock().now_ms();
    let access = google.world.permits().access(token, now_ms)?.clone();
    let mut told = json!({"azp": access.client_id, "aud": access.client_id});
    if access.scopes.iter().any(|scope| scopes::is_basic(scope)) {
        told["sub"] = json!(google.world.mailbox(&access.email).ok()?.subject());
    }
    told["scope"] = json!(access.scopes.join(" "));
    told["exp"] = json!((access.expires_ms / 1000).to_string());
    told["expires_in"] = json!(((access.expires_ms - now_ms) / 1000).to_string());
    if scopes::show_email(&access.scopes) {
        told["email"] = json!(access.email);
        told["email_verified"] = json!("true");
    }
    told["access_type"] = json!(if access.offline { "offline" } else { "online" });
    Some(told)
}

fn about_identity(google: &Google, token: &str) -> Option<Value> {
    let claims = google.keys.open(token)?;
    let alive = claims["exp"].as_i64()? > google.world.clock().now_ms() / 1000;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let told = claims.as_object()?.iter().map(|(name, value)| (name.clone(), json!(text(value)))).collect();
    alive.then(|| Value::Object(told))
}
