//! Push notifications: Gmail publishes to a Pub/Sub topic, and Pub/Sub posts here (facts 3.8).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::secret::SecretString;
use model::{Fault, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::Http;
use super::wire;
use crate::push::{About, News, Notice, Posted, PushAddress, Watching, parameter};

/// Subscribes the topic to the mailbox, for seven days. A mailbox has one subscription in a project: another call renews it.
pub(super) async fn watch(http: &Http, address: &PushAddress) -> Result<Option<Watching>, Fault> {
    let Some(topic) = &address.topic else { return Ok(None) };
    let request = http.request(Method::POST, "/watch").json(&json!({ "topicName": topic }));
    let watch: wire::Watch = http.json(request, Operation::Watch).await?;
    let expiry = i64::try_from(watch.expiration.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let ends_at = expiry.ok_or_else(|| fault::unreadable("`expiration` is no time", Call::Write))?;
    Ok(Some(Watching { handle: None, ends_at }))
}

/// Ends every subscription of the mailbox in this project.
pub(super) async fn stop(http: &Http) -> Result<(), Fault> {
    http.done(http.request(Method::POST, "/stop").body(""), Operation::Stop).await
}

/// What Pub/Sub posts.
#[derive(Deserialize)]
struct Envelope {
    message: Pushed,
}

#[derive(Deserialize)]
struct Pushed {
    data: String,
}

/// What Gmail puts into it. `historyId` is a number on the wire and a string in the documentation; either way it is the
/// mailbox's new state and not a place to list from, so it is not read.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "emailAddress")]
    email: String,
}

/// Pub/Sub pads its base64; others who replay such bodies may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a push. Pub/Sub proves itself by the `token` that the operator put into the address of its subscription.
pub(crate) fn posted(query: &str, body: &[u8]) -> Result<Posted, Fault> {
    let proof = SecretString::from(parameter(query, "token").unwrap_or_default());
    let about = About::Mailbox(address_in(body)?);
    Ok(Posted::Notices(vec![Notice { about, proof, news: News::Changed }]))
}

fn address_in(body: &[u8]) -> Result<String, Fault> {
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|error| Fault::invalid("message", format!("The body is not a Pub/Sub push: {error}.")))?;
    let data = BASE64
        .decode(envelope.message.data)
        .map_err(|error| Fault::invalid("message.data", format!("`message.data` is not base64: {error}.")))?;
    let told: Told = serde_json::from_slice(&data)
        .map_err(|error| Fault::invalid("message.data", format!("`message.data` is not a Gmail notice: {error}.")))?;
    Ok(told.email)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use model::secret::ExposeSecret as _;

    use super::*;

    fn push(data: &str) -> Vec<u8> {
        format!(r#"{{"message":{{"data":"{data}","messageId":"1"}},"subscription":"s"}}"#).into_bytes()
    }

    #[test]
    fn both_forms_of_the_history_id_are_read() {
        for notice in [r#"{"emailAddress":"u@x.org","historyId":9}"#, r#"{"emailAddress":"u@x.org","historyId":"9"}"#] {
            assert_eq!(address_in(&push(&STANDARD.encode(notice))).unwrap(), "u@x.org");
            assert_eq!(address_in(&push(&STANDARD_NO_PAD.encode(notice))).unwrap(), "u@x.org");
        }
    }

    #[test]
    fn the_address_that_was_posted_to_proves_it() {
        let body = push(&STANDARD.encode(r#"{"emailAddress":"u@x.org","historyId":9}"#));
        for (query, proof) in [("token=a%2Bb", "a+b"), ("token=", ""), ("", "")] {
            let Posted::Notices(notices) = posted(query, &body).unwrap() else { panic!("a greeting") };
            assert_eq!((notices[0].about.clone(), notices[0].news), (About::Mailbox("u@x.org".into()), News::Changed));
            assert_eq!(notices[0].proof.expose_secret(), proof);
        }
    }

    #[test]
    fn what_is_no_push_names_the_field() {
        assert_eq!(address_in(b"{}").unwrap_err().field.as_deref(), Some("message"));
        assert_eq!(address_in(&push("***")).unwrap_err().field.as_deref(), Some("message.data"));
        assert_eq!(address_in(&push("e30=")).unwrap_err().field.as_deref(), Some("message.data"));
    }
}
