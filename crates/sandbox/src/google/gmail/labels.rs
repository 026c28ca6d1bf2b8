//! `users.labels`.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::google::errors::Error;
use crate::google::method::{Call, text_in};
use crate::google::wire::Answer;
use crate::world::labels::{Kind, Label, LabelRefusal};
use crate::world::mailbox::State;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LabelJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<Color<'a>>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label_list_visibility: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_list_visibility: Option<&'a str>,
    #[serde(flatten)]
    counts: Option<Counts>,
    name: &'a str,
    #[serde(flatten)]
    thread_counts: Option<ThreadCounts>,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Color<'a> {
    background_color: &'a str,
    text_color: &'a str,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    messages_total: usize,
    messages_unread: usize,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ThreadCounts {
    threads_total: usize,
    threads_unread: usize,
}

#[derive(Serialize)]
struct Listed<'a> {
    labels: Vec<LabelJson<'a>>,
}

/// `GET /labels`: without counts.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    call.answer(&Listed { labels: state.labels.all().iter().map(LabelJson::of).collect() })
}

/// `GET /labels/{id}`: with counts.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let label = state.labels.get(call.path("id")).ok_or_else(Error::not_found)?;
    let (counts, thread_counts) = count(&state, &label.id);
    call.answer(&LabelJson { counts: Some(counts), thread_counts: Some(thread_counts), ..LabelJson::of(label) })
}

/// `POST /labels`.
pub(crate) fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let mut label = Label::named(call.text("name")?.unwrap_or_default());
    label.in_label_list = Some("labelShow".to_owned());
    label.in_message_list = Some("show".to_owned());
    apply(&mut label, &call.body)?;
    call.mailbox.change(|state| {
        let label = state.labels.create(label).map_err(refusal)?;
        call.answer(&LabelJson::of(label))
    })
}

/// `PUT /labels/{id}`: what is not given falls back to how a new label looks.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, Error> {
    call.text("name")?.filter(|name| !name.is_empty()).ok_or_else(Error::invalid_label_name)?;
    change(call, |label| {
        label.in_label_list = Some("labelShow".to_owned());
        label.in_message_list = Some("show".to_owned());
        label.color = None;
    })
}

/// `PATCH /labels/{id}`: what is not given stays.
pub(crate) fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, |_| {})
}

/// `DELETE /labels/{id}`.
pub(crate) fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let id = call.path("id");
    call.mailbox.change(|state| match state.labels.get(id).ok_or_else(Error::not_found)?.kind {
        Kind::System => Err(Error::invalid_argument("Invalid delete request")),
        Kind::User => {
            state.delete_label(id, call.now_ms());
            Ok(Answer::empty())
        }
    })
}

fn change(call: &Call<'_>, reset: impl FnOnce(&mut Label)) -> Result<Answer, Error> {
    let id = call.path("id");
    call.mailbox.change(|state| {
        let mut changed = state.labels.get(id).ok_or_else(Error::not_found)?.clone();
        if changed.kind == Kind::System {
            return Err(Error::invalid_argument("Invalid update request"));
        }
        reset(&mut changed);
        apply(&mut changed, &call.body)?;
        if let Some(name) = call.text("name")? {
            state.labels.rename(id, name).map_err(refusal)?;
            changed.name = name.to_owned();
        }
        let label = state.labels.get_mut(id).ok_or_else(Error::not_found)?;
        *label = changed;
        call.answer(&LabelJson::of(label))
    })
}

/// Takes over visibility and colour where the body gives them.
fn apply(label: &mut Label, body: &Map<String, Value>) -> Result<(), Error> {
    if let Some(value) = one_of(body, "labelListVisibility", &["labelShow", "labelShowIfUnread", "labelHide"])? {
        label.in_label_list = Some(value);
    }
    if let Some(value) = one_of(body, "messageListVisibility", &["show", "hide"])? {
        label.in_message_list = Some(value);
    }
    if let Some(Value::Object(color)) = body.get("color") {
        let part = |name| Ok::<_, Error>(text_in(color, name)?.unwrap_or_default().to_owned());
        label.color = Some((part("textColor")?, part("backgroundColor")?));
    }
    Ok(())
}

fn one_of(body: &Map<String, Value>, name: &str, values: &[&str]) -> Result<Option<String>, Error> {
    match text_in(body, name)? {
        None => Ok(None),
        Some(value) if values.contains(&value) => Ok(Some(value.to_owned())),
        Some(value) => Err(Error::invalid_value(&format!("label.{name}"), "TYPE_ENUM", &format!("\"{value}\""))),
    }
}

fn refusal(refusal: LabelRefusal) -> Error {
    match refusal {
        LabelRefusal::BadName => Error::invalid_label_name(),
        LabelRefusal::Taken => Error::label_conflict(),
    }
}

fn count(state: &State, label: &str) -> (Counts, ThreadCounts) {
    let mut counts = Counts::default();
    let (mut threads, mut unread_threads) = (HashSet::new(), HashSet::new());
    for message in state.messages.values().filter(|message| message.has(label)) {
        counts.messages_total += 1;
        threads.insert(message.thread);
        if message.has("UNREAD") {
            counts.messages_unread += 1;
            unread_threads.insert(message.thread);
        }
    }
    (counts, ThreadCounts { threads_total: threads.len(), threads_unread: unread_threads.len() })
}

impl<'a> LabelJson<'a> {
    fn of(label: &'a Label) -> Self {
        let color =
            label.color.as_ref().map(|(text, background)| Color { background_color: background, text_color: text });
        Self {
            color,
            id: &label.id,
            label_list_visibility: label.in_label_list.as_deref(),
            message_list_visibility: label.in_message_list.as_deref(),
            counts: None,
            name: &label.name,
            thread_counts: None,
            r#type: if label.kind == Kind::System { "system" } else { "user" },
        }
    }
}
