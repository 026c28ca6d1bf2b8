//! Every Google error body is built here: the envelope with both layers, the old `errors[]` and the new `status` and
//! `details[]` (facts 1.4).

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::wire::Answer;
use crate::fault_plan::{CROWDED, retry_sentence};

/// One refusal of the Gmail API.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Error {
    code: StatusCode,
    message: String,
    first: First,
    status: &'static str,
    details: Vec<Value>,
    /// `WWW-Authenticate`.
    challenge: Option<String>,
}

/// The only entry of `errors[]`, in Google's order of keys.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
struct First {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'static str>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'static str>,
    #[serde(rename = "locationType", skip_serializing_if = "Option::is_none")]
    location_type: Option<&'static str>,
}

const REALM: &str = "Bearer realm=\"https://accounts.google.com/\"";

impl Error {
    fn global(code: StatusCode, status: &'static str, reason: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let first = First { message: message.clone(), domain: Some("global"), reason, ..First::default() };
        Self { code, message, first, status, details: Vec::new(), challenge: None }
    }

    /// 400 with Gmail's own words.
    pub(crate) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::global(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", "invalidArgument", message)
    }

    fn forbidden(message: impl Into<String>) -> Self {
        Self::global(StatusCode::FORBIDDEN, "PERMISSION_DENIED", "forbidden", message)
    }

    /// 401: the token is unknown, expired or revoked.
    pub(crate) fn invalid_credentials() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        let mut error = Self::global(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "authError", message);
        error.first.message = "Invalid Credentials".to_owned();
        error.at("Authorization", "header").challenged(format!("{REALM}, error=\"invalid_token\""))
    }

    /// 401: no token at all.
    pub(crate) fn missing_credentials(operation: &str) -> Self {
        let message = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        let mut error = Self::global(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "required", message);
        error.first.message = "Login Required.".to_owned();
        error.at("Authorization", "header").info("CREDENTIALS_MISSING", operation).challenged(REALM.to_owned())
    }

    /// 403: the token does not open this method.
    pub(crate) fn insufficient_scopes(operation: &str, wanted: &[&str]) -> Self {
        let message = "Request had insufficient authentication scopes.";
        let mut error = Self::global(StatusCode::FORBIDDEN, "PERMISSION_DENIED", "insufficientPermissions", message);
        error.first.message = "Insufficient Permission".to_owned();
        let challenge = format!("{REALM}, error=\"insufficient_scope\", scope=\"{}\"", wanted.join(" "));
        error.info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", operation).challenged(challenge)
    }

    /// 403: `userId` names another mailbox than the token's.
    pub(crate) fn delegation_denied(authenticated: &str) -> Self {
        Self::forbidden(format!("Delegation denied for {authenticated}"))
    }

    /// 403: a search under gmail.metadata.
    pub(crate) fn metadata_scope_query() -> Self {
        Self::forbidden("Metadata scope does not support 'q' parameter")
    }

    /// 403: bodies under gmail.metadata; `format` in capitals.
    pub(crate) fn metadata_scope_format(format: &str) -> Self {
        Self::forbidden(format!("Metadata scope doesn't allow format {format}"))
    }

    /// 400: the account has no mailbox.
    pub(crate) fn mail_service_not_enabled() -> Self {
        Self::global(StatusCode::BAD_REQUEST, "FAILED_PRECONDITION", "failedPrecondition", "Mail service not enabled")
    }

    /// 400: no To, Cc or Bcc.
    pub(crate) fn recipient_required() -> Self {
        Self::invalid_argument("Recipient address required")
    }

    /// 400: an address field without an address.
    pub(crate) fn invalid_header(name: &str) -> Self {
        Self::invalid_argument(format!("Invalid {name} header"))
    }

    /// 400: nothing to send.
    pub(crate) fn raw_required() -> Self {
        Self::invalid_argument("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    }

    /// 400: `raw` is not base64url; `field` is its path in the request.
    pub(crate) fn raw_undecodable(field: &str, text: &str) -> Self {
        let lead: String = text.chars().take(80).collect();
        Self::transcoder(
            Some(field),
            format!("Invalid value at '{field}' (TYPE_BYTES), Base64 decoding failed for \"{lead}\""),
        )
    }

    /// 400: an id that is not hex.
    pub(crate) fn invalid_id() -> Self {
        Self::invalid_argument("Invalid id value")
    }

    /// 400: a thread id in a body that is not hex.
    pub(crate) fn invalid_thread_id() -> Self {
        Self::invalid_argument("Invalid thread_id value")
    }

    /// 400: an attachment id that is not ours, or another message's.
    pub(crate) fn invalid_attachment() -> Self {
        Self::invalid_argument("Invalid attachment token")
    }

    /// 400: a label that is unknown, or not to be set.
    pub(crate) fn invalid_label(label: &str) -> Self {
        Self::invalid_argument(format!("Invalid label: {label}"))
    }

    /// 400: a label name that cannot be.
    pub(crate) fn invalid_label_name() -> Self {
        Self::invalid_argument("Invalid label name")
    }

    /// 409: a label name that another label has.
    pub(crate) fn label_conflict() -> Self {
        Self::global(StatusCode::CONFLICT, "ABORTED", "aborted", "Label name exists or conflicts")
    }

    /// 400: `history.list` without a start.
    pub(crate) fn start_history_id() -> Self {
        Self::invalid_argument("Missing/invalid parameter: startHistoryId")
    }

    /// 400: a page token of another listing, or of none.
    pub(crate) fn invalid_page_token() -> Self {
        Self::invalid_argument("Invalid pageToken")
    }

    /// 400: the project watches this mailbox on another topic.
    pub(crate) fn second_watch() -> Self {
        Self::invalid_argument(
            "Only one user push notification client allowed per developer (call /stop then try again)",
        )
    }

    /// 400: not the name of a topic.
    pub(crate) fn invalid_topic() -> Self {
        Self::invalid_argument("Invalid topicName does not match projects/<project>/topics/*")
    }

    /// 404: gone, never there, or (history) too old.
    pub(crate) fn not_found() -> Self {
        Self::global(StatusCode::NOT_FOUND, "NOT_FOUND", "notFound", "Requested entity was not found.")
    }

    /// 400: a query parameter the method does not have.
    pub(crate) fn unknown_parameter(name: &str) -> Self {
        Self::transcoder(
            None,
            format!(
                "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
            ),
        )
    }

    /// 400: a body field the method does not have.
    pub(crate) fn unknown_field(name: &str) -> Self {
        Self::transcoder(None, format!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."))
    }

    /// 400: a parameter or body field of the wrong type; `kind` as in `TYPE_UINT32`.
    pub(crate) fn invalid_value(field: &str, kind: &str, value: &str) -> Self {
        Self::transcoder(Some(field), format!("Invalid value at '{field}' ({kind}), {value}"))
    }

    /// 400: the body is no JSON object.
    pub(crate) fn invalid_json(why: &str) -> Self {
        Self::transcoder(None, format!("Invalid JSON payload received. {why}"))
    }

    /// 400: an upload that cannot be read.
    pub(crate) fn bad_upload(why: impl Into<String>) -> Self {
        Self::global(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", "badRequest", why)
    }

    /// 400: a field mask that cannot be read.
    pub(crate) fn invalid_fields(message: impl Into<String>) -> Self {
        let mut error = Self::global(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", "invalidParameter", message);
        error = error.at("fields", "parameter");
        error
    }

    /// 429: the backend keeps the mailbox away until this instant (milliseconds since the epoch).
    pub(crate) fn retry_after(until_ms: i64, tag: &str) -> Self {
        let until = jiff::Timestamp::from_millisecond(until_ms).unwrap_or(jiff::Timestamp::MAX);
        Self::exhausted(retry_sentence(until, true, tag))
    }

    /// 429: too many requests at once for the mailbox.
    pub(crate) fn crowded() -> Self {
        Self::exhausted(CROWDED)
    }

    fn exhausted(message: impl Into<String>) -> Self {
        Self::global(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", "rateLimitExceeded", message)
    }

    /// 413: more than the method takes.
    pub(crate) fn too_large() -> Self {
        Self::global(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_ARGUMENT", "uploadTooLarge", "Request Entity Too Large")
    }

    /// Refusals of the layer that turns JSON and queries into messages, before Gmail sees them.
    fn transcoder(field: Option<&str>, message: String) -> Self {
        let violation = match field {
            Some(field) => json!({"field": field, "description": message}),
            None => json!({"description": message}),
        };
        let first = First { message: message.clone(), reason: "invalid", ..First::default() };
        let details =
            vec![json!({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]})];
        Self { code: StatusCode::BAD_REQUEST, message, first, status: "INVALID_ARGUMENT", details, challenge: None }
    }

    fn at(mut self, location: &'static str, location_type: &'static str) -> Self {
        self.first.location = Some(location);
        self.first.location_type = Some(location_type);
        self
    }

    fn info(mut self, reason: &str, operation: &str) -> Self {
        self.details.push(json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason,
            "domain": "googleapis.com",
            "metadata": {"method": format!("caribou.api.proto.MailboxService.{operation}"), "service": "gmail.googleapis.com"},
        }));
        self
    }

    fn challenged(mut self, challenge: String) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The error on the wire.
    pub(crate) fn answer(&self) -> Answer {
        let mut error = json!({
            "code": self.code.as_u16(),
            "message": self.message,
            "errors": [self.first],
            "status": self.status,
        });
        if !self.details.is_empty() {
            error["details"] = Value::Array(self.details.clone());
        }
        let answer = Answer::json(self.code, &json!({"error": error}));
        match &self.challenge {
            Some(challenge) => answer.with("www-authenticate", challenge),
            None => answer,
        }
    }
}

/// The front end's own 404: a page, not JSON (facts 1.4).
pub(crate) fn no_such_path(path: &str) -> Answer {
    let shown: String =
        path.chars().filter(|character| !matches!(character, '<' | '>' | '&' | '"')).take(200).collect();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 404 (Not Found)!!1</title>\n<p><b>404.</b> <ins>That's an error.</ins>\n<p>The requested URL <code>{shown}</code> was not found on this server. <ins>That's all we know.</ins>\n"
    );
    Answer::html(StatusCode::NOT_FOUND, page)
}

/// The front end's own 400: a page, not JSON.
pub(crate) fn malformed_request() -> Answer {
    Answer::html(
        StatusCode::BAD_REQUEST,
        "<HTML>\n<HEAD>\n<TITLE>Bad Request</TITLE>\n</HEAD>\n<BODY>\n<H1>Bad Request</H1>\n<H2>Error 400</H2>\n</BODY>\n</HTML>\n",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_layers_are_in_one_envelope() {
        let body = String::from_utf8(Error::not_found().answer().body.to_vec()).unwrap();
        assert_eq!(
            body,
            "{\n  \"error\": {\n    \"code\": 404,\n    \"message\": \"Requested entity was not found.\",\n    \"errors\": [\n      {\n        \"message\": \"Requested entity was not found.\",\n        \"domain\": \"global\",\n        \"reason\": \"notFound\"\n      }\n    ],\n    \"status\": \"NOT_FOUND\"\n  }\n}\n"
        );
    }

    #[test]
    fn a_path_cannot_write_into_the_404_page() {
        let body = String::from_utf8(no_such_path("/<script>").body.to_vec()).unwrap();
        assert!(!body.contains("<script>"));
    }
}
