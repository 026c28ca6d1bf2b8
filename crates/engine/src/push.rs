//! Push notifications from providers: a hint to sync now, never a fact.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::grant::GrantStatus;
use model::secret::ExposeSecret;
use model::{Fault, FaultKind, Provider};
use serde::Deserialize;

use crate::at_rest::AtRest;
use crate::{Engine, Result, digest};

/// What Pub/Sub posts (gmail.md 3.8).
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
struct Notice {
    #[serde(rename = "emailAddress")]
    email: String,
}

/// Pub/Sub pads its base64; others who replay such bodies may not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Engine {
    /// Takes a Google Pub/Sub push (body of `POST /v3/push/google`); `token` is compared in constant time.
    ///
    /// # Errors
    /// `unsupported` when no token is configured, `api_key_invalid` when it differs, `invalid_request` for a body that is
    /// not a push. An address nobody granted is no error: Pub/Sub would only send it again.
    pub async fn google_push(&self, token: &str, body: &[u8]) -> Result<()> {
        let Some(expected) = &self.settings().google_push_token else {
            return Err(Fault::new(FaultKind::Unsupported, "Push notifications are not configured here."));
        };
        if !digest::same(token.as_bytes(), expected.expose_secret().as_bytes()) {
            return Err(Fault::new(FaultKind::ApiKeyInvalid, "The push token in `?token=` is wrong."));
        }
        let email = address_in(body)?;
        for grant in self.inner.store().grants_by_email(Provider::Google, &email).await.at_rest()? {
            if grant.status == GrantStatus::Valid {
                self.inner.hint(grant.id).await?;
            }
        }
        Ok(())
    }
}

fn address_in(body: &[u8]) -> Result<String> {
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|error| Fault::invalid("message", format!("The body is not a Pub/Sub push: {error}.")))?;
    let data = BASE64
        .decode(envelope.message.data)
        .map_err(|error| Fault::invalid("message.data", format!("`message.data` is not base64: {error}.")))?;
    let notice: Notice = serde_json::from_slice(&data)
        .map_err(|error| Fault::invalid("message.data", format!("`message.data` is not a Gmail notice: {error}.")))?;
    Ok(notice.email)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

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
    fn what_is_no_push_names_the_field() {
        assert_eq!(address_in(b"{}").unwrap_err().field.as_deref(), Some("message"));
        assert_eq!(address_in(&push("***")).unwrap_err().field.as_deref(), Some("message.data"));
        assert_eq!(address_in(&push("e30=")).unwrap_err().field.as_deref(), Some("message.data"));
    }
}
