//! What is asked for and not there: unknown paths, wrong methods, families of the contract this installation leaves out.

use axum::extract::Request;
use http::{Method, StatusCode, Uri};

use crate::error::{Answered, Refusal};
use crate::mailbox::Mailbox;

/// Families of the contract that are not offered, by path segment and name.
const NOT_OFFERED: [(&str, &str); 18] = [
    ("attachment-uploads", "Upload sessions"),
    ("availability", "Calendars"),
    ("calendars", "Calendars"),
    ("channels", "Channels"),
    ("contacts", "Contacts"),
    ("domains", "Transactional domains"),
    ("events", "Events"),
    ("lists", "Lists"),
    ("notetakers", "Notetakers"),
    ("policies", "Policies"),
    ("room-resources", "Room resources"),
    ("resources", "Room resources"),
    ("rules", "Rules"),
    ("scheduling", "Scheduling"),
    ("smart-compose", "Smart compose"),
    ("workflows", "Workflows"),
    ("workspaces", "Workspaces"),
    ("admin", "The admin API (use `postroad admin`)"),
];

/// Any path that no route has.
pub async fn not_found(method: Method, uri: Uri) -> Answered {
    let path = uri.path();
    Err(Refusal::unsupported(match left_out(path) {
        Some(family) => not_offered(family),
        None => format!("Resource not found: there is no {method} {path}; see /docs."),
    }))
}

fn not_offered(family: &str) -> String {
    format!("Resource not found: {family} are not offered by this installation; see /docs.")
}

/// The family of the contract a path belongs to, if it is one that is left out.
fn left_out(path: &str) -> Option<&'static str> {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let named = match parts.as_slice() {
        ["v3", "grants", _, "messages", .., "smart-compose"] => "smart-compose",
        ["v3", "grants", _, family, ..] | ["v3", family, ..] => *family,
        _ => return None,
    };
    NOT_OFFERED.iter().find(|(segment, _)| *segment == named).map(|(_, family)| *family)
}

/// A path that exists, with a method it does not have.
pub async fn method_not_allowed(request: Request) -> Answered {
    let (method, path) = (request.method(), request.uri().path());
    if let Some(family) = left_out(path) {
        return Err(Refusal::unsupported(not_offered(family)));
    }
    let message = format!("{method} is not allowed on {path}; the Allow header and /docs name the methods that are");
    Err(Refusal::invalid("method", message)
        .typed("api.invalid_request_error")
        .with_status(StatusCode::METHOD_NOT_ALLOWED))
}

/// `.../attachment-uploads`: offered for Microsoft grants by the contract, and not here yet.
pub async fn no_uploads(Mailbox(grant): Mailbox) -> Answered {
    match grant.provider {
        model::Provider::Microsoft => Err(Refusal::unsupported(
            "Upload sessions are not offered by this installation; send attachments as multipart/form-data.",
        )),
        _ => Err(crate::auth::unauthorized(
            "Unauthorized: upload sessions exist for Microsoft grants only; send attachments as multipart/form-data.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_that_are_left_out_are_known_by_their_paths() {
        assert_eq!(left_out("/v3/grants/g/calendars/5"), Some("Calendars"));
        assert_eq!(left_out("/v3/grants/g/messages/smart-compose"), Some("Smart compose"));
        assert_eq!(left_out("/v3/grants/g/messages/m/smart-compose"), Some("Smart compose"));
        assert_eq!(left_out("/v3/notetakers"), Some("Notetakers"));
        assert_eq!(left_out("/v3/grants/g/messages"), None);
        assert_eq!(left_out("/v4/x"), None);
    }
}
