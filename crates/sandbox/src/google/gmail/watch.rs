//! `users.watch` and `stop`.

use serde::Serialize;

use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::watch::Watch;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Watching {
    expiration: String,
    history_id: String,
}

/// `POST /watch`.
pub(crate) fn watch(call: &Call<'_>) -> Result<Answer, Error> {
    let topic = call.text("topicName")?.filter(|topic| is_topic(topic)).ok_or_else(Error::invalid_topic)?.to_owned();
    let labels = call.texts("labelIds")?;
    if let Some(unknown) = labels.iter().find(|label| call.mailbox.read().labels.get(label).is_none()) {
        return Err(Error::invalid_label(unknown));
    }
    // labelFilterAction is the older name of labelFilterBehavior.
    let behavior = call.text("labelFilterBehavior")?.or(call.text("labelFilterAction")?).unwrap_or("include");
    let exclude = behavior.eq_ignore_ascii_case("exclude");
    let client_id = call.access.client_id.clone();
    let watch = Watch { client_id, topic, labels, exclude, expires_ms: 0, told: 0 };
    let (history_id, expires_ms) = call.mailbox.watch(watch, call.now_ms()).map_err(|_| Error::second_watch())?;
    call.answer(&Watching { expiration: expires_ms.to_string(), history_id: history_id.to_string() })
}

/// `POST /stop`.
pub(crate) fn stop(call: &Call<'_>) -> Result<Answer, Error> {
    call.mailbox.change(|state| state.watches.end(&call.access.client_id));
    Ok(Answer::empty())
}

/// `projects/P/topics/T`.
fn is_topic(name: &str) -> bool {
    let segments: Vec<_> = name.split('/').collect();
    matches!(segments[..], ["projects", project, "topics", topic] if !project.is_empty() && !topic.is_empty())
}
