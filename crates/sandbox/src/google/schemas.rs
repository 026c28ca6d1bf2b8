//! The shapes of requests and answers, as far as the discovery document tells them and bodies are checked against them.

use serde_json::{Map, Value, json};

use super::errors::Error;

/// One shape: a name, and its fields in alphabetical order.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [(&'static str, Shape)],
}

/// What a field holds. 64-bit numbers travel as strings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Bytes,
    Bool,
    Int,
    Int64,
    Uint64,
    One(&'static str),
    Texts,
    Many(&'static str),
}

use Shape::{Bool, Bytes, Int, Int64, Many, One, Text, Texts, Uint64};

const LABEL_CHANGE: &[(&str, Shape)] = &[("addLabelIds", Texts), ("removeLabelIds", Texts)];
const HISTORY_MESSAGE: &[(&str, Shape)] = &[("message", One("Message"))];
const HISTORY_LABELS: &[(&str, Shape)] = &[("labelIds", Texts), ("message", One("Message"))];

/// Every shape the sandbox speaks.
#[rustfmt::skip] // one line is one shape, where it fits
pub(crate) const SCHEMAS: &[Schema] = &[
    Schema { name: "BatchDeleteMessagesRequest", fields: &[("ids", Texts)] },
    Schema { name: "BatchModifyMessagesRequest", fields: &[("addLabelIds", Texts), ("ids", Texts), ("removeLabelIds", Texts)] },
    Schema { name: "Draft", fields: &[("id", Text), ("message", One("Message"))] },
    Schema { name: "History", fields: &[
        ("id", Uint64), ("labelsAdded", Many("HistoryLabelAdded")), ("labelsRemoved", Many("HistoryLabelRemoved")),
        ("messages", Many("Message")), ("messagesAdded", Many("HistoryMessageAdded")), ("messagesDeleted", Many("HistoryMessageDeleted")),
    ] },
    Schema { name: "HistoryLabelAdded", fields: HISTORY_LABELS },
    Schema { name: "HistoryLabelRemoved", fields: HISTORY_LABELS },
    Schema { name: "HistoryMessageAdded", fields: HISTORY_MESSAGE },
    Schema { name: "HistoryMessageDeleted", fields: HISTORY_MESSAGE },
    Schema { name: "Label", fields: &[
        ("color", One("LabelColor")), ("id", Text), ("labelListVisibility", Text), ("messageListVisibility", Text),
        ("messagesTotal", Int), ("messagesUnread", Int), ("name", Text), ("threadsTotal", Int), ("threadsUnread", Int), ("type", Text),
    ] },
    Schema { name: "LabelColor", fields: &[("backgroundColor", Text), ("textColor", Text)] },
    Schema { name: "ListDraftsResponse", fields: &[("drafts", Many("Draft")), ("nextPageToken", Text), ("resultSizeEstimate", Int)] },
    Schema { name: "ListHistoryResponse", fields: &[("history", Many("History")), ("historyId", Uint64), ("nextPageToken", Text)] },
    Schema { name: "ListLabelsResponse", fields: &[("labels", Many("Label"))] },
    Schema { name: "ListMessagesResponse", fields: &[("messages", Many("Message")), ("nextPageToken", Text), ("resultSizeEstimate", Int)] },
    Schema { name: "ListSendAsResponse", fields: &[("sendAs", Many("SendAs"))] },
    Schema { name: "ListThreadsResponse", fields: &[("nextPageToken", Text), ("resultSizeEstimate", Int), ("threads", Many("Thread"))] },
    Schema { name: "Message", fields: &[
        ("historyId", Uint64), ("id", Text), ("internalDate", Int64), ("labelIds", Texts), ("payload", One("MessagePart")),
        ("raw", Bytes), ("sizeEstimate", Int), ("snippet", Text), ("threadId", Text),
    ] },
    Schema { name: "MessagePart", fields: &[
        ("body", One("MessagePartBody")), ("filename", Text), ("headers", Many("MessagePartHeader")), ("mimeType", Text),
        ("partId", Text), ("parts", Many("MessagePart")),
    ] },
    Schema { name: "MessagePartBody", fields: &[("attachmentId", Text), ("data", Bytes), ("size", Int)] },
    Schema { name: "MessagePartHeader", fields: &[("name", Text), ("value", Text)] },
    Schema { name: "ModifyMessageRequest", fields: LABEL_CHANGE },
    Schema { name: "ModifyThreadRequest", fields: LABEL_CHANGE },
    Schema { name: "Profile", fields: &[("emailAddress", Text), ("historyId", Uint64), ("messagesTotal", Int), ("threadsTotal", Int)] },
    Schema { name: "SendAs", fields: &[
        ("displayName", Text), ("isDefault", Bool), ("isPrimary", Bool), ("replyToAddress", Text), ("sendAsEmail", Text),
        ("signature", Text), ("smtpMsa", One("SmtpMsa")), ("treatAsAlias", Bool), ("verificationStatus", Text),
    ] },
    Schema { name: "SmtpMsa", fields: &[("host", Text), ("password", Text), ("port", Int), ("securityMode", Text), ("username", Text)] },
    Schema { name: "Thread", fields: &[("historyId", Uint64), ("id", Text), ("messages", Many("Message")), ("snippet", Text)] },
    Schema { name: "WatchRequest", fields: &[("labelFilterAction", Text), ("labelFilterBehavior", Text), ("labelIds", Texts), ("topicName", Text)] },
    Schema { name: "WatchResponse", fields: &[("expiration", Int64), ("historyId", Uint64)] },
];

/// The shape of that name.
pub(crate) fn find(name: &str) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| schema.name == name)
}

/// Whether any shape has a field of that name.
pub(crate) fn knows_field(name: &str) -> bool {
    SCHEMAS.iter().any(|schema| schema.fields.iter().any(|(field, _)| *field == name))
}

impl Schema {
    /// Refuses a body with fields that the shape does not have, at any depth.
    pub(crate) fn check(&self, body: &Map<String, Value>) -> Result<(), Error> {
        for (name, value) in body {
            let Some((_, shape)) = self.fields.iter().find(|(field, _)| field == name) else {
                return Err(Error::unknown_field(name));
            };
            if let (One(inner), Value::Object(value)) = (shape, value)
                && let Some(inner) = find(inner)
            {
                inner.check(value)?;
            }
        }
        Ok(())
    }

    /// As the discovery document tells it.
    pub(crate) fn document(&self) -> Value {
        let properties: Map<_, _> =
            self.fields.iter().map(|(name, shape)| ((*name).to_owned(), shape.document())).collect();
        json!({"id": self.name, "type": "object", "properties": properties})
    }
}

impl Shape {
    fn document(self) -> Value {
        match self {
            Text => json!({"type": "string"}),
            Bytes => json!({"type": "string", "format": "byte"}),
            Bool => json!({"type": "boolean"}),
            Int => json!({"type": "integer", "format": "int32"}),
            Int64 => json!({"type": "string", "format": "int64"}),
            Uint64 => json!({"type": "string", "format": "uint64"}),
            One(name) => json!({"$ref": name}),
            Texts => json!({"type": "array", "items": {"type": "string"}}),
            Many(name) => json!({"type": "array", "items": {"$ref": name}}),
        }
    }
}
