//! Clues in what is structured: header fields, JSON, codes known apart from the text.

use serde_json::Value;

use super::{Guess, clue};
use crate::classify::{Observation, Protocol};
use crate::wire::embedded_object;

pub(super) fn clues(seen: &Observation<'_>) -> Vec<Guess> {
    let mut found = Vec::new();
    found.extend(seen.headers.iter().filter_map(|(name, value)| header(name, value)));
    found.extend(seen.smtp_code.map(|_| clue(Protocol::Smtp, 95, "it has an SMTP reply code")));
    found.extend(seen.imap_response.map(|_| clue(Protocol::Imap, 95, "it is an IMAP response")));
    found.extend(seen.ews_code.map(|_| clue(Protocol::Ews, 95, "it has an EWS response code")));
    if let Some(error) = embedded_object(seen.body).as_ref().and_then(|body| body.get("error").map(|e| (body, e))) {
        found.extend(json(error.0, error.1));
    }
    found
}

fn header(name: &str, value: &str) -> Option<Guess> {
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    Some(match name.as_str() {
        "x-ms-asthrottle" | "ms-server-activesync" | "x-ms-credential-service-url" => {
            clue(Protocol::Eas, 95, "only ActiveSync servers send such a header field")
        }
        "x-ms-ags-diagnostic" => clue(Protocol::Graph, 90, "only Graph sends such a header field"),
        "x-ms-ests-server" => {
            clue(Protocol::MicrosoftIdentity, 90, "only Microsoft's sign-in servers send such a field")
        }
        "www-authenticate" if value.contains("accounts.google.com") => {
            clue(Protocol::GmailRest, 85, "it points to Google's sign-in")
        }
        "www-authenticate" if value.contains("login.microsoftonline.com") || value.contains("login.windows.net") => {
            clue(Protocol::Graph, 60, "it points to Microsoft's sign-in")
        }
        _ => return None,
    })
}

fn json(body: &Value, error: &Value) -> Vec<Guess> {
    match error {
        Value::Object(_) => envelope(error),
        Value::String(_) => token_answer(body),
        _ => Vec::new(),
    }
}

/// Google's envelope has `errors`, a canonical `status` or typed `details`; Graph's has a code that is a word.
fn envelope(error: &Value) -> Vec<Guess> {
    let typed = |detail: &Value| detail["@type"].as_str().is_some_and(|kind| kind.contains("google"));
    let details = error["details"].as_array().is_some_and(|details| details.iter().any(typed));
    if error["errors"].is_array() || details || error["status"].is_string() {
        return vec![clue(Protocol::GmailRest, 95, "its error envelope is Google's")];
    }
    match &error["code"] {
        Value::Number(_) => vec![clue(Protocol::GmailRest, 70, "its error code is a number, as Google's are")],
        Value::String(_) if error.get("innerError").is_some() || error.get("innererror").is_some() => {
            vec![clue(Protocol::Graph, 95, "its error envelope is Graph's")]
        }
        Value::String(_) => vec![clue(Protocol::Graph, 80, "its error code is a word, as Graph's are")],
        _ => Vec::new(),
    }
}

/// Token answers look alike everywhere (RFC 6749, 5.2); Microsoft adds fields of its own.
fn token_answer(body: &Value) -> Vec<Guess> {
    let microsofts = ["error_codes", "trace_id", "correlation_id", "suberror"];
    if microsofts.iter().any(|name| body.get(name).is_some()) {
        return vec![clue(Protocol::MicrosoftIdentity, 95, "it has fields that only Microsoft's token answers have")];
    }
    vec![
        clue(Protocol::GoogleOauth, 60, "it is an OAuth token answer without Microsoft's fields"),
        clue(Protocol::MicrosoftIdentity, 45, "it is an OAuth token answer"),
    ]
}
