//! What an answer about messages holds: `select` and `fields`.

use api::message::{Header, Message, RawMessage};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use model::{GrantId, MessageId};

use super::tracked;
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::query::Query;
use crate::reply;
use crate::select::Select;
use crate::selectable;

/// Messages and, where wanted, their bodies.
pub type Rows = Vec<(model::message::Message, Option<String>)>;

/// The contract's `fields`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fields {
    /// Neither headers nor tracking options nor the raw message.
    Standard,
    /// And all headers.
    Headers,
    /// And the headers that make threads.
    BasicHeaders,
    /// And what is tracked.
    Tracking,
    /// Nothing but the raw message.
    RawMime,
}

const WORDS: [(&str, Fields); 5] = [
    ("standard", Fields::Standard),
    ("include_headers", Fields::Headers),
    ("include_basic_headers", Fields::BasicHeaders),
    ("include_tracking_options", Fields::Tracking),
    ("raw_mime", Fields::RawMime),
];

/// What an answer holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    select: Select,
    fields: Fields,
}

impl Shape {
    /// Reads `select` and, where the contract has it, `fields`.
    pub fn read(query: &mut Query, fields: bool) -> Self {
        let fields = fields.then(|| query.choice("fields", &WORDS)).flatten().unwrap_or(Fields::Standard);
        Self { select: query.select(selectable::MESSAGE), fields }
    }

    /// The whole message, as it is.
    pub fn standard() -> Self {
        Self { select: Select::All, fields: Fields::Standard }
    }

    /// For a send: no `select`, and only the first three of `fields`.
    pub fn of_send(query: &mut Query) -> Self {
        let fields = query.choice("fields", &WORDS[..3]).unwrap_or(Fields::Standard);
        Self { select: Select::All, fields }
    }

    /// Whether bodies have to be read.
    pub fn needs_body(&self) -> bool {
        self.fields != Fields::RawMime && self.select.wants("body")
    }

    /// Answers with one message.
    pub async fn one(
        &self,
        app: &App,
        grant: GrantId,
        message: model::message::Message,
        body: Option<String>,
    ) -> Answered {
        if self.fields == Fields::RawMime {
            return Ok(reply::data(&raw_message(app, grant, message).await?));
        }
        Ok(reply::selected(&self.render(app, grant, message, body).await?, &self.select))
    }

    /// Answers with a page of messages.
    pub async fn page(&self, app: &App, grant: GrantId, rows: Rows, next: Option<String>) -> Answered {
        if self.fields == Fields::RawMime {
            let mut items = Vec::with_capacity(rows.len());
            for (message, _) in rows {
                items.push(raw_message(app, grant, message).await?);
            }
            return Ok(reply::page(&items, &Select::All, next.as_deref()));
        }
        let mut items = Vec::with_capacity(rows.len());
        for (message, body) in rows {
            items.push(self.render(app, grant, message, body).await?);
        }
        Ok(reply::page(&items, &self.select, next.as_deref()))
    }

    /// The wire form of one message, with the headers if they are wanted.
    pub async fn render(
        &self,
        app: &App,
        grant: GrantId,
        message: model::message::Message,
        body: Option<String>,
    ) -> Result<Message, Refusal> {
        let headers = match self.fields {
            Fields::Headers | Fields::BasicHeaders if self.select.wants("headers") => {
                let all = mail::parse::headers(&raw(app, grant, &message.id).await?);
                Some(all.into_iter().filter(|(name, _)| self.shows(name)).map(header).collect())
            }
            _ => None,
        };
        let (tracking_options, body) = match &message.draft_id {
            Some(id) => tracked::draft(app.engine(), grant, id, body).await?,
            None if self.fields == Fields::Tracking => (Some(tracked::options(app, grant, &message).await?), body),
            None => (None, body),
        };
        Ok(Message { headers, tracking_options, ..Message::take(grant, message, body) })
    }

    fn shows(&self, header: &str) -> bool {
        let basic = ["Message-ID", "In-Reply-To", "References"];
        self.fields == Fields::Headers || basic.iter().any(|name| name.eq_ignore_ascii_case(header))
    }
}

fn header((name, value): (String, String)) -> Header {
    Header { name, value }
}

/// The raw bytes of a mirrored message.
pub async fn raw(app: &App, grant: GrantId, id: &MessageId) -> Result<Vec<u8>, Refusal> {
    let raw = app.reads().raw(grant, id).await?;
    raw.ok_or_else(|| Refusal::not_found(format!("requested object not found: message '{id}' is gone")))
}

async fn raw_message(app: &App, grant: GrantId, message: model::message::Message) -> Result<RawMessage, Refusal> {
    let raw = raw(app, grant, &message.id).await?;
    Ok(RawMessage {
        id: message.id.0,
        object: "message".to_owned(),
        grant_id: grant.to_string(),
        // Padded: the strictest decoder among the SDKs' languages wants it.
        raw_mime: URL_SAFE.encode(raw),
    })
}
