//! What a method is: everything that routing, the scope check, the parameter check, the fault plan and the discovery
//! document need to know about it, in one value.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Google;
use super::errors::Error;
use super::wire::{Answer, Query, print};
use crate::faults::Manner;
use crate::fields::Mask;
use crate::world::mailbox::Mailbox;
use crate::world::permits::Access;
use crate::world::{Id, World};

/// One method of the Gmail API.
#[derive(Debug)]
pub(crate) struct Method {
    /// As a FaultPlan names it, for example `gmail.messages.list`.
    pub(crate) name: &'static str,
    pub(crate) verb: Verb,
    /// Behind `/gmail/v1/users/{userId}`.
    pub(crate) path: &'static str,
    /// Google's inner name, shown in some errors.
    pub(crate) operation: &'static str,
    /// Any one of these opens the method.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) query: &'static [Param],
    /// The request body's shape.
    pub(crate) request: Option<&'static str>,
    /// The answer's shape; `None` where it is empty.
    pub(crate) response: Option<&'static str>,
    /// The largest upload in bytes, where uploads are taken.
    pub(crate) upload: Option<u64>,
    /// What a call costs.
    pub(crate) units: Units,
    pub(crate) handler: Handler,
}

impl Method {
    /// The same method at these prices.
    pub(crate) const fn costs(self, legacy: u32, current: u32) -> Self {
        Self { units: Units { legacy, current }, ..self }
    }
}

/// Quota units of one call, on each of Gmail's price lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Units {
    /// In projects from before May 2026.
    pub(crate) legacy: u32,
    /// In projects since.
    pub(crate) current: u32,
}

/// The HTTP methods that Gmail's API uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// As it stands in a request line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a method does.
pub(crate) type Handler = fn(&Call<'_>) -> Result<Answer, Error>;

/// A query parameter.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) repeated: bool,
}

/// Of which type a parameter is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    Bool,
    U32,
    U64,
    OneOf(&'static [&'static str]),
}

/// A call that has passed every check and is to be carried out.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) google: &'a Google,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) access: Access,
    /// Names and values of the path's parameters.
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Query,
    /// The JSON body; empty where there was none.
    pub(crate) body: Map<String, Value>,
    /// The uploaded message, when it came that way.
    pub(crate) media: Option<Bytes>,
    pub(crate) output: Output,
    pub(crate) manner: Manner,
}

/// How the answer is to be printed.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) pretty: bool,
    pub(crate) mask: Option<Mask>,
}

impl Output {
    /// A 200 with what the mask leaves of `value`.
    pub(crate) fn print(&self, value: &impl Serialize) -> Answer {
        let body = match &self.mask {
            Some(mask) => print(&mask.apply(serde_json::to_value(value).unwrap_or_default()), self.pretty),
            None => print(value, self.pretty),
        };
        Answer::google(http::StatusCode::OK, body)
    }
}

impl Call<'_> {
    pub(crate) fn world(&self) -> &World {
        &self.google.world
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.world().clock().now_ms()
    }

    /// A 200 with `value`.
    pub(crate) fn answer(&self, value: &impl Serialize) -> Result<Answer, Error> {
        Ok(self.output.print(value))
    }

    /// A parameter of the path.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(have, _)| *have == name).map_or("", |(_, value)| value)
    }

    /// A message or thread id in the path.
    pub(crate) fn id(&self, name: &str) -> Result<Id, Error> {
        self.path(name).parse().map_err(|_| Error::invalid_id())
    }

    /// A parameter that is `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `maxResults`, held to Gmail's bounds: 100 when absent or zero, never over 500.
    pub(crate) fn max_results(&self) -> usize {
        match self.query.get("maxResults").and_then(|value| value.parse().ok()) {
            None | Some(0) => 100,
            Some(asked) => usize::min(asked, 500),
        }
    }

    /// A text in the body.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        text_in(&self.body, name)
    }

    /// A list of texts in the body; absent is empty.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let wrong = |value: &Value| Error::invalid_value(name, "TYPE_STRING", &value.to_string());
        match self.body.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| wrong(item))).collect()
            }
            Some(Value::String(single)) => Ok(vec![single.clone()]),
            Some(other) => Err(wrong(other)),
        }
    }

    /// An object in the body.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&Map<String, Value>>, Error> {
        match self.body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(other) => Err(Error::invalid_value(name, "TYPE_MESSAGE", &other.to_string())),
        }
    }
}

/// A text in a JSON object.
pub(crate) fn text_in<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Error> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(Error::invalid_value(name, "TYPE_STRING", &other.to_string())),
    }
}

impl Param {
    /// Refuses a value that is not of the parameter's type.
    pub(crate) fn check(&self, value: &str) -> Result<(), Error> {
        let (fits, kind) = match self.kind {
            Kind::Text => (true, "TYPE_STRING"),
            Kind::Bool => (matches!(value, "true" | "false" | "True" | "False" | "1" | "0" | ""), "TYPE_BOOL"),
            Kind::U32 => (value.parse::<u32>().is_ok(), "TYPE_UINT32"),
            // startHistoryId has its own words for a value that is no number.
            Kind::U64 => (true, "TYPE_UINT64"),
            Kind::OneOf(values) => {
                let known = values.iter().any(|known| known.eq_ignore_ascii_case(value) || shouted(known) == value);
                (known, "TYPE_ENUM")
            }
        };
        if fits { Ok(()) } else { Err(Error::invalid_value(&snake(self.name), kind, &format!("\"{value}\""))) }
    }
}

/// `historyTypes` as the layer behind names it: `history_types`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// `messageAdded` as an enum value is also written: `MESSAGE_ADDED`.
fn shouted(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}
