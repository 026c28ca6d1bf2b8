//! What a method of Graph is, and a call of one.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::Graph;
use super::errors::Error;
use super::prefer::Preferences;
use crate::faults::Manner;
use crate::google::{Answer, Query};
use crate::microsoft::identity::{Account, Opened};
use crate::microsoft::mail::ids::Form;
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::{ExchangeMailbox, State, folder};
use crate::world::World;

/// One method.
#[derive(Debug)]
pub(crate) struct Method {
    /// As a FaultPlan names it: `graph.messages.list`.
    pub(crate) name: &'static str,
    /// The HTTP method in capitals.
    pub(crate) verb: &'static str,
    /// Behind `/v1.0/me`; `messages/...` is also found under a folder.
    pub(crate) path: &'static str,
    /// Any one of these opens the method; short names.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) handler: Handler,
}

/// What a method does.
pub(crate) type Handler = fn(&Call<'_>) -> Result<Answer, Error>;

/// A call that has passed every check and is to be carried out.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) method: &'static Method,
    pub(crate) mailbox: Arc<ExchangeMailbox>,
    pub(crate) account: Account,
    pub(crate) opened: Opened,
    /// Names and values of the path's parameters.
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) prefer: Preferences,
    /// The address this Graph was reached under, with its version.
    pub(crate) root: String,
    /// The path as sent, for links to the next page.
    pub(crate) url: String,
    pub(crate) manner: Manner,
}

impl Call<'_> {
    pub(crate) fn world(&self) -> &World {
        &self.graph.world
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.world().clock().now_ms()
    }

    /// A parameter of the path.
    pub(crate) fn path(&self, name: &str) -> Option<&str> {
        self.path.iter().find(|(have, _)| *have == name).map(|(_, value)| value.as_str())
    }

    /// The body as a JSON object; an absent one is empty. Action parameters may come in any case: the Python library
    /// writes `DestinationId` (facts 4.7).
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Error> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) => Ok(body),
            Ok(_) => Err(Error::bad_body(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
            )),
            Err(error) => Err(Error::bad_body(format!("Unable to read JSON request payload. {error}"))),
        }
    }

    /// The folder the path names, when it names one.
    pub(crate) fn folder(&self, state: &State) -> Result<Option<u64>, Error> {
        self.path("folder").map(|name| self.folder_named(state, name)).transpose()
    }

    /// A folder by well-known name or id.
    pub(crate) fn folder_named(&self, state: &State, name: &str) -> Result<u64, Error> {
        let key = match folder::well_known(name) {
            Some(key) => key,
            None if folder::is_not_made(name) => return Err(Error::no_folder()),
            None => self
                .mailbox
                .naming
                .read(name)
                .ok()
                .filter(|named| named.form == Form::Folder)
                .map(|named| named.number)
                .ok_or_else(Error::malformed_id)?,
        };
        if state.folders.contains_key(&key) { Ok(key) } else { Err(Error::no_folder()) }
    }

    /// The message the path names, in the folder the path names.
    pub(crate) fn item<'s>(&self, state: &'s State) -> Result<&'s Item, Error> {
        let named = self.mailbox.naming.read(self.path("id").unwrap_or_default()).map_err(|_| Error::malformed_id())?;
        let found = match named.form {
            Form::Place => state.by_place(named.number),
            Form::Key => state.by_key(named.number),
            Form::Folder | Form::Conversation => None,
        };
        let folder = self.folder(state)?;
        found.filter(|item| folder.is_none_or(|folder| item.folder == folder)).ok_or_else(Error::no_item)
    }

    /// The key of the message the path names, checked against `If-Match`.
    pub(crate) fn key(&self, state: &State) -> Result<u64, Error> {
        let item = self.item(state)?;
        let asked = self.headers.get("if-match").and_then(|value| value.to_str().ok());
        match asked {
            Some(asked) if asked != "*" && asked != super::view::etag(item) => Err(Error::conflict()),
            _ => Ok(item.key),
        }
    }

    /// JSON with the preferences that were followed.
    pub(crate) fn answer(&self, status: StatusCode, value: &Value) -> Result<Answer, Error> {
        const KIND: &str =
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        let answer = Answer::new(status, KIND, value.to_string());
        Ok(self.prefer.applied().iter().fold(answer, |answer, applied| answer.with("preference-applied", applied)))
    }

    /// `@odata.context` for this entity set.
    pub(crate) fn context(&self, of: &str) -> String {
        format!("{}/$metadata#users('{}')/{of}", self.root, super::me::escaped(&self.account.graph_id()))
    }

    /// A query option by its name without the dollar; `$top` and `top` are the same.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        option(&self.query, name)
    }
}

/// A system query option: the dollar is optional and casing does not matter.
pub(crate) fn option<'q>(query: &'q Query, name: &str) -> Option<&'q str> {
    query
        .0
        .iter()
        .rev()
        .find(|(have, _)| have.trim_start_matches('$').eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// 202 and 204 have no body and no content type (facts 4.7).
pub(crate) fn empty(status: StatusCode) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: Bytes::new() }
}

/// A parameter of an action, whatever its casing.
pub(crate) fn parameter<'v>(body: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    body.iter()
        .find(|(have, _)| have.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}
