//! What Graph posts to a subscription's address (facts 1.6): a greeting, changes, and what becomes of the subscription.

use model::Fault;
use model::secret::SecretString;
use serde::Deserialize;

use crate::push::{About, News, Notice, Posted, parameter};

/// Longest greeting given back, in characters. Graph's are about a hundred.
const MOST_GREETING: usize = 1024;

/// `changeNotificationCollection`.
#[derive(Deserialize)]
struct Collection {
    value: Vec<Notification>,
}

/// `changeNotification`. What changed is not read: the mailbox is asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    subscription_id: String,
    client_state: Option<String>,
    lifecycle_event: Option<String>,
}

/// Reads a post.
pub(crate) fn posted(query: &str, body: &[u8]) -> Result<Posted, Fault> {
    if let Some(token) = parameter(query, "validationToken") {
        return match token.chars().count() <= MOST_GREETING {
            true => Ok(Posted::Greeting(token)),
            false => Err(Fault::invalid("validationToken", "The validation token is longer than any of Graph's.")),
        };
    }
    let told: Collection = serde_json::from_slice(body)
        .map_err(|error| Fault::invalid("value", format!("The body is no collection of notifications: {error}.")))?;
    Ok(Posted::Notices(told.value.into_iter().map(Notice::from).collect()))
}

impl From<Notification> for Notice {
    fn from(told: Notification) -> Self {
        let news = match told.lifecycle_event.as_deref() {
            Some("reauthorizationRequired") => News::Renew,
            Some("subscriptionRemoved") => News::Ended,
            // A change, a change that was not told (`missed`), or a word of tomorrow: look.
            _ => News::Changed,
        };
        let proof = SecretString::from(told.client_state.unwrap_or_default());
        Self { about: About::Watch(told.subscription_id), proof, news }
    }
}

#[cfg(test)]
mod tests {
    use model::secret::ExposeSecret as _;
    use serde_json::{Value, json};

    use super::*;

    fn notices(body: Value) -> Vec<Notice> {
        match posted("own=1", body.to_string().as_bytes()).unwrap() {
            Posted::Notices(notices) => notices,
            Posted::Greeting(token) => panic!("{token}"),
        }
    }

    #[test]
    fn a_greeting_is_given_back_decoded() {
        let greeted = posted("validationToken=Validation%3A+a%20b%2Bc%3Cb%3E", b"").unwrap();
        assert!(matches!(greeted, Posted::Greeting(token) if token == "Validation: a b+c<b>"));
        let long = format!("validationToken={}", "x".repeat(MOST_GREETING + 1));
        assert_eq!(posted(&long, b"").unwrap_err().field.as_deref(), Some("validationToken"));
    }

    #[test]
    fn changes_and_ends_are_told_apart() {
        let told = notices(json!({ "value": [
            { "subscriptionId": "a", "clientState": "s", "changeType": "created", "resourceData": { "id": "m" } },
            { "subscriptionId": "b", "clientState": "s", "lifecycleEvent": "reauthorizationRequired" },
            { "subscriptionId": "c", "clientState": "s", "lifecycleEvent": "subscriptionRemoved" },
            { "subscriptionId": "d", "clientState": null, "lifecycleEvent": "missed" },
        ] }));
        let news: Vec<News> = told.iter().map(|notice| notice.news).collect();
        assert_eq!(news, [News::Changed, News::Renew, News::Ended, News::Changed]);
        assert_eq!(told[1].about, About::Watch("b".into()));
        assert_eq!((told[0].proof.expose_secret(), told[3].proof.expose_secret()), ("s", ""));
    }

    #[test]
    fn what_is_no_collection_names_the_field() {
        for body in ["", "[]", "{}", r#"{"value":{}}"#, r#"{"value":[{}]}"#, r#"{"value":[{"subscriptionId":5}]}"#] {
            assert_eq!(posted("", body.as_bytes()).unwrap_err().field.as_deref(), Some("value"), "{body}");
        }
    }
}
