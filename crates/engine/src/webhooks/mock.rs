//! Sample notifications, for trying out a receiver.

use model::event::{Event, EventType};
use model::tracking::{Answered, Followed, Opened, Recent};
use model::{ApplicationId, EventId, Fault, GrantId, Provider, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::attempt::post;
use super::render::envelope;
use super::sign::sign;
use super::tracked;
use super::url::{check, unusable};
use crate::{Engine, Result};

/// The key of sample notifications (nylas-v3.md 1.10).
const MOCK_SECRET: &str = "mock-webhook-secret";
/// The grant samples speak of.
const MOCK_GRANT: GrantId = GrantId(Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef));

impl Engine {
    /// A sample notification of a type.
    pub fn mock_notification(&self, application: ApplicationId, kind: EventType) -> api::webhook::Notification {
        let event = event(application, kind, self.now().as_second());
        envelope(&event, Provider::Google, object(application, kind, self.now()), 1)
    }

    /// Sends a sample notification to a URL, signed with `mock-webhook-secret`.
    ///
    /// # Errors
    /// `invalid_request` with field `webhook_url` when the URL may not be used, or does not answer with 200.
    pub async fn send_test_event(&self, application: ApplicationId, kind: EventType, url: &str) -> Result<()> {
        check(url, self.settings())?;
        let sample = json!(self.mock_notification(application, kind)).to_string();
        let answer = post(&self.inner, url, sign(sample.into_bytes(), MOCK_SECRET, false)).await;
        match answer.error() {
            None => Ok(()),
            Some(why) => Err(refused(&why)),
        }
    }
}

fn refused(why: &str) -> Fault {
    unusable(format!("unable.send.test_event : {why}"))
}

/// A sample event.
pub(super) fn event(application: ApplicationId, kind: EventType, second: i64) -> Event {
    Event {
        id: EventId(Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_0001)),
        application_id: application,
        grant_id: MOCK_GRANT,
        kind,
        object_id: "18c5a0b1d2e3f405".to_owned(),
        detail: match kind {
            EventType::MessageSendFailed => failure(),
            _ => json!({}),
        },
        occurred_at: Timestamp::from_second(second).unwrap_or_default(),
    }
}

fn object(application: ApplicationId, kind: EventType, now: Timestamp) -> Value {
    use EventType::*;
    let second = now.as_second();
    match kind {
        MessageCreated | MessageUpdated => message(second),
        MessageDeleted => json!({ "id": "18c5a0b1d2e3f405", "grant_id": MOCK_GRANT, "object": "message" }),
        MessageSendSuccess => sent(second),
        MessageSendFailed => sent(second),
        MessageBounceDetected => bounce(second),
        MessageOpened => opened(application, second),
        MessageLinkClicked => clicked(application, second),
        ThreadReplied => replied(application, second),
        FolderCreated | FolderUpdated | FolderDeleted => folder(),
        GrantCreated | GrantUpdated | GrantDeleted | GrantExpired => grant(kind, second),
    }
}

fn message(second: i64) -> Value {
    json!({
        "id": "18c5a0b1d2e3f405", "object": "message", "grant_id": MOCK_GRANT, "thread_id": "18c5a0b1d2e3f405",
        "subject": "Minutes of Tuesday", "from": [{ "name": "Ada", "email": "ada@example.com" }],
        "to": [{ "name": "Ben", "email": "ben@example.com" }], "cc": [], "bcc": [], "reply_to": [],
        "date": second, "unread": true, "starred": false, "folders": ["INBOX", "UNREAD"],
        "snippet": "Here they are.", "body": "<p>Here they are.</p>", "attachments": []
    })
}

fn sent(second: i64) -> Value {
    let mut message = message(second);
    message["schedule_id"] = json!("8cd56334-6d95-432c-86d1-c5dab0ce98be");
    message["send_at"] = json!(second);
    message["use_draft"] = json!(false);
    message
}

/// Why a sample send failed.
fn failure() -> Value {
    json!({
        "reason": "the send failed: The recipient's address was refused.",
        "error": { "type": "recipient_rejected", "message": "The recipient's address was refused.", "status_code": 400,
            "provider_error": null, "verdict": "never" }
    })
}

fn bounce(second: i64) -> Value {
    json!({
        "bounce_reason": "The email account that you tried to reach does not exist.", "bounce_date": second.to_string(),
        "bounced_addresses": "nobody@example.com", "type": "mailbox_unavailable", "code": "550",
        "message_id": "18c5a0b1d2e3f405",
        "origin": { "to": ["nobody@example.com"], "from": "ada@example.com", "subject": "Minutes of Tuesday" }
    })
}

fn opened(application: ApplicationId, second: i64) -> Value {
    let (message_id, label) = ("18c5a0b1d2e3f405".into(), Some("minutes".into()));
    tracked::opened(&Opened { message_id, label, count: 1, recents: visits(None, second) }, application, second)
}

fn clicked(application: ApplicationId, second: i64) -> Value {
    let (message_id, label) = ("18c5a0b1d2e3f405".into(), Some("minutes".into()));
    let told = Followed { message_id, label, counts: vec![1], recents: visits(Some(0), second) };
    tracked::followed(&told, &["https://www.example.com".into()], application, second)
}

fn visits(link: Option<u64>, at: i64) -> Vec<Recent> {
    vec![Recent { id: 0, link, at, ip: Some("203.0.113.9".into()), user_agent: Some("Example".into()) }]
}

fn replied(application: ApplicationId, second: i64) -> Value {
    let told = Answered {
        message_id: "18c5a0b1d2e3f406".into(),
        root_message_id: "18c5a0b1d2e3f405".into(),
        reply_to_message_id: "18c5a0b1d2e3f405".into(),
        thread_id: "18c5a0b1d2e3f405".into(),
        label: Some("minutes".into()),
        count: 1,
    };
    tracked::answered(&told, application, second)
}

fn folder() -> Value {
    json!({ "id": "Label_7", "grant_id": MOCK_GRANT, "name": "Projects", "object": "folder", "system_folder": false })
}

fn grant(kind: EventType, second: i64) -> Value {
    let code = match kind {
        EventType::GrantCreated => 25012,
        EventType::GrantDeleted => 25013,
        EventType::GrantExpired => 25009,
        _ => 25014,
    };
    let mut grant = json!({
        "code": code, "grant_id": MOCK_GRANT, "integration_id": "8cd56334-6d95-432c-86d1-c5dab0ce98be",
        "provider": "google", "email": "ben@example.com", "login_id": MOCK_GRANT
    });
    match kind {
        EventType::GrantUpdated => grant["reauthentication_flag"] = json!(false),
        EventType::GrantExpired => grant["grant_updated_at"] = json!(second),
        _ => {}
    }
    grant
}
