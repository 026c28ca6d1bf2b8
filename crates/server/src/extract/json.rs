//! JSON bodies, whatever content type they claim, with errors that name the field.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::body::{self, Bounds};
use super::wording;
use crate::app::App;
use crate::error::Refusal;

/// A JSON body.
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
pub struct MaybeJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        parse(&read(request, app).await?).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for MaybeJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let bytes = read(request, app).await?;
        if bytes.trim_ascii().is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

/// Reads a whole JSON body.
pub async fn read(request: Request<Body>, app: &App) -> Result<Bytes, Refusal> {
    let (parts, body) = request.into_parts();
    let settings = app.settings();
    let bounds = Bounds { limit: settings.max_json_body, deadline: settings.body_deadline, encoding: "json" };
    body::read(&parts.headers, body, bounds).await
}

/// Reads a value from JSON. Errors name the place in the text or the field in the value.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    if bytes.trim_ascii().is_empty() {
        return Err(payload("the request body is empty; send a JSON object".to_owned()));
    }
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, error.inner())
    })?;
    text.end().map_err(|error| payload(format!("Invalid JSON payload format: {error}")))?;
    Ok(value)
}

fn refusal(path: &str, error: &serde_json::Error) -> Refusal {
    if !error.is_data() {
        return payload(format!("Invalid JSON payload format: {error}"));
    }
    let reason = without_place(&error.to_string());
    if let Some((field, known)) = wording::quoted(&reason, "unknown field `") {
        let place = if path == "." || path == field { String::new() } else { format!(" (in {path})") };
        return Refusal::invalid(field, format!("extra fields not permitted: {field}{place}; permitted are {known}"));
    }
    if let Some(field) = reason.strip_prefix("missing field `").and_then(|r| r.strip_suffix('`')) {
        let field = if path == "." { field.to_owned() } else { format!("{path}.{field}") };
        return Refusal::invalid(field.clone(), format!("{field} is required"));
    }
    if path == "." {
        return payload(format!("the request body {}", wording::plain(&reason)));
    }
    Refusal::invalid(path, format!("{path} {}", wording::plain(&reason)))
}

/// serde_json appends the place of a wrong value; the field says it better.
fn without_place(text: &str) -> String {
    text.rsplit_once(" at line ").map_or(text, |(reason, _)| reason).to_owned()
}

fn payload(message: String) -> Refusal {
    Refusal::invalid("body", message).typed("api.invalid_request_payload")
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::outgoing::Outgoing;
    use api::webhook::WebhookWrite;

    fn message<T: DeserializeOwned>(text: &str) -> String {
        match parse::<T>(text.as_bytes()) {
            Ok(_) => panic!("{text} was taken"),
            Err(refusal) => refusal.fault().message.clone(),
        }
    }

    #[test]
    fn invalid_json_is_refused_with_line_and_column() {
        let text = message::<Outgoing>("{\n \"subject\": nope }");
        assert!(text.starts_with("Invalid JSON payload format"), "{text}");
        assert!(text.contains("line 2 column"), "{text}");
        assert!(message::<Outgoing>("{} x").contains("line 1"));
    }

    #[test]
    fn a_wrong_type_names_the_field() {
        assert_eq!(message::<Outgoing>(r#"{"to":[{"email":5}]}"#), "to[0].email must be a text, not the number 5");
        assert_eq!(message::<Outgoing>(r#"{"to":[{"name":"A"}]}"#), "to[0].email is required");
    }

    #[test]
    fn unknown_fields_are_refused_where_the_contract_refuses_them() {
        let text = message::<WebhookWrite>(r#"{"callback_url":"x"}"#);
        assert!(text.starts_with("extra fields not permitted: callback_url"), "{text}");
        assert!(text.contains("webhook_url"), "{text}");
        assert!(parse::<Outgoing>(br#"{"somethingelse":1}"#).is_ok());
    }

    #[test]
    fn null_counts_as_left_out() {
        let outgoing: Outgoing = parse(br#"{"cc":null,"subject":null,"attachments":null}"#).unwrap();
        assert!(outgoing.cc.is_none() && outgoing.subject.is_none() && outgoing.attachments.is_none());
    }

    #[test]
    fn an_empty_body_and_a_bare_value_are_refused() {
        assert!(message::<Outgoing>("  ").contains("empty"));
        assert_eq!(message::<Outgoing>("5"), "the request body must be an object, not the number 5");
    }
}
