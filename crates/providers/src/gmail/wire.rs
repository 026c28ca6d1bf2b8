//! What Gmail sends and takes, as far as it is used (discovery document `gmail:v1`). 64-bit numbers are strings there.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// `Profile`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) email_address: String,
    pub(crate) messages_total: Option<u64>,
    pub(crate) history_id: Number,
}

/// `ListMessagesResponse`. No `messages` key when there are none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageList {
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
    pub(crate) next_page_token: Option<String>,
}

/// `ListThreadsResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreadList {
    #[serde(default)]
    pub(crate) threads: Vec<Id>,
    pub(crate) next_page_token: Option<String>,
}

/// Anything of which only the id matters.
#[derive(Deserialize)]
pub(crate) struct Id {
    pub(crate) id: String,
}

/// `Message` in `minimal` format and as modifying calls answer it. `labelIds` is left out when empty.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) thread_id: String,
    #[serde(default)]
    pub(crate) label_ids: Vec<String>,
}

/// `Message` in `raw` format, borrowed from the answer: bodies are large.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawMessage<'x> {
    #[serde(borrow)]
    pub(crate) id: Cow<'x, str>,
    #[serde(borrow, default)]
    pub(crate) thread_id: Cow<'x, str>,
    #[serde(default)]
    pub(crate) label_ids: Vec<String>,
    pub(crate) internal_date: Option<Number>,
    #[serde(borrow)]
    pub(crate) raw: Option<Cow<'x, str>>,
}

/// `Thread` as modifying calls answer it.
#[derive(Deserialize)]
pub(crate) struct Thread {
    #[serde(default)]
    pub(crate) messages: Vec<Message>,
}

/// `ListHistoryResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryList {
    #[serde(default)]
    pub(crate) history: Vec<History>,
    pub(crate) next_page_token: Option<String>,
    pub(crate) history_id: Option<Number>,
}

/// `History`: usually one kind of change per record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct History {
    pub(crate) id: Option<Number>,
    #[serde(default)]
    pub(crate) messages_added: Vec<HistoryMessage>,
    #[serde(default)]
    pub(crate) messages_deleted: Vec<HistoryMessage>,
    #[serde(default)]
    pub(crate) labels_added: Vec<HistoryMessage>,
    #[serde(default)]
    pub(crate) labels_removed: Vec<HistoryMessage>,
}

/// One changed message; its labels are those it had after the change.
#[derive(Deserialize)]
pub(crate) struct HistoryMessage {
    pub(crate) message: Message,
}

/// `ListLabelsResponse`.
#[derive(Deserialize)]
pub(crate) struct LabelList {
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
}

/// `Label` as answered.
#[derive(Deserialize)]
pub(crate) struct Label {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) color: Option<Color>,
}

/// `LabelColor`: both or none.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Color {
    pub(crate) text_color: Option<String>,
    pub(crate) background_color: Option<String>,
}

/// `Label` as created or patched.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) color: Option<Color>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label_list_visibility: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_list_visibility: Option<&'static str>,
}

/// `ModifyMessageRequest` and `ModifyThreadRequest`.
#[derive(Serialize, Clone, PartialEq, Eq, Debug, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Modify {
    pub(crate) add_label_ids: Vec<String>,
    pub(crate) remove_label_ids: Vec<String>,
}

/// `BatchModifyMessagesRequest`.
#[derive(Serialize)]
pub(crate) struct BatchModify<'x> {
    pub(crate) ids: Vec<&'x str>,
    #[serde(flatten)]
    pub(crate) change: &'x Modify,
}

/// `Draft` as answered.
#[derive(Deserialize)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) message: Message,
}

/// `ListDraftsResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DraftList {
    #[serde(default)]
    pub(crate) drafts: Vec<Draft>,
    pub(crate) next_page_token: Option<String>,
}

/// `ListSendAsResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendAsList {
    #[serde(default)]
    pub(crate) send_as: Vec<SendAs>,
}

/// `SendAs`; the two flags are present only when true.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendAs {
    pub(crate) send_as_email: String,
    #[serde(default)]
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) is_primary: bool,
    #[serde(default)]
    pub(crate) is_default: bool,
    pub(crate) verification_status: Option<String>,
}

/// `WatchResponse`.
#[derive(Deserialize)]
pub(crate) struct Watch {
    /// Unix milliseconds.
    pub(crate) expiration: Number,
}

/// A 64-bit number, which Gmail writes as a string and some stand-ins as a number.
#[derive(Deserialize, Clone, Copy)]
#[serde(try_from = "StringOrNumber")]
pub(crate) struct Number(pub(crate) u64);

#[derive(Deserialize)]
#[serde(untagged)]
enum StringOrNumber {
    Number(u64),
    String(String),
}

impl TryFrom<StringOrNumber> for Number {
    type Error = std::num::ParseIntError;

    fn try_from(value: StringOrNumber) -> Result<Self, Self::Error> {
        match value {
            StringOrNumber::Number(n) => Ok(Self(n)),
            StringOrNumber::String(s) => s.parse().map(Self),
        }
    }
}

/// `Message` in `metadata` format, of which one header is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarkedMessage {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) thread_id: String,
    pub(crate) internal_date: Option<Number>,
    #[serde(default)]
    pub(crate) payload: MarkedPart,
}

/// `MessagePart`, its headers only.
#[derive(Default, Deserialize)]
pub(crate) struct MarkedPart {
    #[serde(default)]
    pub(crate) headers: Vec<MarkedHeader>,
}

/// `MessagePartHeader`.
#[derive(Deserialize)]
pub(crate) struct MarkedHeader {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: String,
}
