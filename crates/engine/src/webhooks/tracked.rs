//! What is told of tracked messages (nylas-v3.md 5.5).

use model::event::{Event, EventType};
use model::tracking::{Answered, Followed, Opened, Recent};
use model::{ApplicationId, Fault};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::at_rest::AtRest;
use crate::{Inner, Result};

/// The object of an event about a tracked message.
pub(super) async fn object(inner: &Inner, event: &Event) -> Result<Value> {
    let (app, at) = (event.application_id, event.occurred_at.as_second());
    Ok(match event.kind {
        EventType::MessageOpened => opened(&read(event)?, app, at),
        EventType::MessageLinkClicked => {
            let told: Followed = read(event)?;
            let tracked = inner.store().tracked_message(event.grant_id, &told.message_id).await.at_rest()?;
            followed(&told, &tracked.map(|tracked| tracked.links).unwrap_or_default(), app, at)
        }
        _ => answered(&read(event)?, app, at),
    })
}

fn read<T: DeserializeOwned>(event: &Event) -> Result<T> {
    serde_json::from_value(event.detail.clone()).map_err(|error| Fault::internal(error.to_string()))
}

pub(super) fn opened(told: &Opened, app: ApplicationId, at: i64) -> Value {
    json!({
        "message_id": told.message_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "message_data": { "count": told.count, "timestamp": at },
        "recents": told.recents.iter().map(|recent| visit("opened_id", recent)).collect::<Vec<_>>(),
    })
}

/// `links` are all of the message's, where they lead.
pub(super) fn followed(told: &Followed, links: &[String], app: ApplicationId, at: i64) -> Value {
    let link = |(url, count): (&String, &u64)| json!({ "count": count, "url": url });
    let click = |recent: &Recent| {
        let mut click = visit("click_id", recent);
        click["link_index"] = json!(recent.link.unwrap_or_default().to_string());
        click
    };
    json!({
        "message_id": told.message_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "link_data": links.iter().zip(&told.counts).map(link).collect::<Vec<_>>(),
        "recents": told.recents.iter().map(click).collect::<Vec<_>>(),
    })
}

fn visit(id: &str, recent: &Recent) -> Value {
    json!({
        id: recent.id,
        "ip": recent.ip.as_deref().unwrap_or_default(),
        "user_agent": recent.user_agent.as_deref().unwrap_or_default(),
        "timestamp": recent.at,
    })
}

pub(super) fn answered(told: &Answered, app: ApplicationId, at: i64) -> Value {
    json!({
        "message_id": told.message_id,
        "root_message_id": told.root_message_id,
        "reply_to_message_id": told.reply_to_message_id,
        "thread_id": told.thread_id,
        "label": told.label.as_deref().unwrap_or_default(),
        "sender_app_id": app,
        "timestamp": at,
        "reply_data": { "count": told.count },
        // Only what others write is told of.
        "from_self": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: ApplicationId = ApplicationId(uuid::Uuid::nil());
    const AT: i64 = 1_700_000_100;

    fn recent(id: u64, link: Option<u64>) -> Recent {
        let (ip, user_agent) = (Some("203.0.113.9".into()), Some("Reader/1".into()));
        Recent { id, link, at: 1_700_000_100, ip, user_agent }
    }

    #[test]
    fn an_opening_is_told_in_the_contracts_shape() {
        let (message_id, label) = ("m1".into(), Some("campaign".into()));
        let opened = Opened { message_id, label, count: 2, recents: vec![recent(1, None)] };
        let expected = json!({
            "message_id": "m1", "label": "campaign", "sender_app_id": "00000000-0000-0000-0000-000000000000",
            "timestamp": 1_700_000_100, "message_data": { "count": 2, "timestamp": 1_700_000_100 },
            "recents": [{ "opened_id": 1, "ip": "203.0.113.9", "user_agent": "Reader/1", "timestamp": 1_700_000_100 }]
        });
        assert_eq!(super::opened(&opened, APP, AT), expected);
    }

    #[test]
    fn a_followed_link_is_told_in_the_contracts_shape() {
        let links = ["https://x.test".to_owned(), "https://y.test".to_owned()];
        let nobody = Recent { ip: None, user_agent: None, ..recent(2, Some(0)) };
        let told = Followed { message_id: "m1".into(), label: None, counts: vec![3, 0], recents: vec![nobody] };
        let told = followed(&told, &links, APP, AT);
        assert_eq!(
            told["link_data"],
            json!([{ "count": 3, "url": "https://x.test" }, { "count": 0, "url": "https://y.test" }])
        );
        let click = json!({ "click_id": 2, "link_index": "0", "ip": "", "user_agent": "", "timestamp": 1_700_000_100 });
        assert_eq!((&told["recents"][0], &told["label"]), (&click, &json!("")));
    }

    #[test]
    fn an_answer_is_told_in_the_contracts_shape() {
        let answered = Answered {
            message_id: "m2".into(),
            root_message_id: "m0".into(),
            reply_to_message_id: "m1".into(),
            thread_id: "t".into(),
            label: Some("campaign".into()),
            count: 4,
        };
        let expected = json!({
            "message_id": "m2", "root_message_id": "m0", "reply_to_message_id": "m1", "thread_id": "t",
            "label": "campaign", "sender_app_id": "00000000-0000-0000-0000-000000000000", "timestamp": 1_700_000_100,
            "reply_data": { "count": 4 }, "from_self": false
        });
        assert_eq!(super::answered(&answered, APP, AT), expected);
    }
}
