//! Drafts: listed from the mirror, saved at the provider, sent.

use api::message::{Header, Message};
use api::outgoing::Outgoing;
use axum::extract::State;
use engine::outbox::Wish;
use http::HeaderMap;
use mail::compose::File;
use model::grant::Grant;
use model::{Address, DraftId, Fault, ThreadId};
use serde_json::json;
use store::FullMessage;
use store::filter::{MessageFilter, PageRequest};

use super::messages::{self, Shape, metadata_pair};
use crate::app::App;
use crate::cursor::{Cursor, List};
use crate::error::{Answered, Refusal};
use crate::extract::compose::{Draft, composition};
use crate::extract::json::MaybeJson;
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::extract::sending::{self, Content};
use crate::extract::written::Written;
use crate::mailbox::Mailbox;
use crate::reply;
use crate::select::Select;

const MOST_ADDRESSES: usize = 25;

/// `GET /v3/grants/{grant_id}/drafts`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query) -> Answered {
    let shape = Shape::read(&mut query, false);
    let limit = query.limit(50, 200);
    let filter = MessageFilter {
        subject: query.text("subject"),
        any_email: query.addresses("any_email", MOST_ADDRESSES),
        to: query.address("to"),
        cc: query.address("cc"),
        bcc: query.address("bcc"),
        thread_id: query.text("thread_id").map(ThreadId),
        unread: query.flag("unread"),
        starred: query.flag("starred"),
        has_attachment: query.flag("has_attachment"),
        metadata: metadata_pair(&mut query),
        search: query.text("search_query"),
        drafts: Some(true),
        ..MessageFilter::default()
    };
    query.check()?;
    let cursor = Cursor::new(List::Drafts, grant.id, query.fingerprint());
    let after = query.text("page_token").map(|token| cursor.read_position(&token)).transpose()?;
    let (rows, next) = messages::rows(&app, &grant, &shape, filter, PageRequest { after, limit }).await?;
    shape.page(&app, grant.id, rows, next.map(|place| cursor.position(place))).await
}

/// `GET /v3/grants/{grant_id}/drafts/{draft_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item, mut query: Query) -> Answered {
    let shape = Shape::read(&mut query, false);
    query.check()?;
    let draft = held(&app, &grant, &id).await?;
    shape.one(&app, grant.id, draft.message, Some(draft.body.text)).await
}

async fn held(app: &App, grant: &Grant, id: &str) -> Result<FullMessage, Refusal> {
    let found = app.reads().draft(grant.id, &DraftId(id.to_owned())).await?;
    found.ok_or_else(|| Refusal::not_found(format!("requested object not found: no draft '{id}' in this mailbox")))
}

/// `POST /v3/grants/{grant_id}/drafts`
pub async fn create(State(app): State<App>, Mailbox(grant): Mailbox, headers: HeaderMap, draft: Draft) -> Answered {
    refuse_scheduling(&draft.wire)?;
    let (answers, written) = (draft.wire.reply_to_message_id.clone(), Written::of(&draft.wire));
    let json = json!(draft.wire);
    let files = draft.files.unwrap_or_default();
    let key = sending::key(&headers, "create draft", &Content::of(&json).with(&files))?;
    let composition = composition(draft.wire, files);
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let make = async move {
        let (inner, mailbox) = (engine.clone(), owner.clone());
        let create = async move {
            let saved = inner.create_draft(&mailbox, composition).await?;
            let message = written.shown(saved.message);
            let (tracking_options, body) = match &message.draft_id {
                Some(id) => messages::tracked_draft(&inner, mailbox.id, id, Some(saved.body.text)).await?,
                None => (None, Some(saved.body.text)),
            };
            let message = Message::take(mailbox.id, message, body);
            Ok(json!(Message { reply_to_message_id: answers, tracking_options, ..message }))
        };
        engine.keyed(&owner, key, create).await
    };
    super::sending::kept::<Message>(app.finish(make).await?, &Select::default())
}

/// A draft has no time.
fn refuse_scheduling(wire: &Outgoing) -> Result<(), Refusal> {
    if wire.send_at.is_some_and(|at| at != 0) || wire.use_draft == Some(true) {
        let message = "send_at belongs to sending: POST messages/send, or POST drafts/{id} with send_at";
        return Err(Refusal::invalid("send_at", message));
    }
    Ok(())
}

/// `PUT /v3/grants/{grant_id}/drafts/{draft_id}`
pub async fn update(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    mut query: Query,
    draft: Draft,
) -> Answered {
    let shape = Shape::read(&mut query, false);
    query.check()?;
    let written = Written::of(&draft.wire);
    let before = held(&app, &grant, &id).await?;
    let composition = merged(&app, &grant, before, draft).await?;
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let saved = app.finish(async move { engine.update_draft(&owner, &DraftId(id), composition).await }).await?;
    shape.one(&app, grant.id, written.shown(saved.message), Some(saved.body.text)).await
}

/// The draft as it will be: what the update leaves out stays as it was, attachments included. (That an answer stays one,
/// the engine sees to.)
async fn merged(
    app: &App,
    grant: &Grant,
    before: FullMessage,
    update: Draft,
) -> Result<engine::messages::Composition, Refusal> {
    let FullMessage { message, body } = before;
    let (wire, files) = (update.wire, update.files);
    let held = held_parts(app, grant, &message).await?;
    let named = |given: Option<Vec<_>>, old: Vec<Address>| given.or_else(|| Some(wire_addresses(old)));
    // A template makes what the update leaves out.
    let kept = wire.template.is_none();
    let body_is_kept = wire.body.is_none() && kept;
    let wire = Outgoing {
        to: named(wire.to, message.to),
        from: named(wire.from, message.from),
        cc: named(wire.cc, message.cc),
        bcc: named(wire.bcc, message.bcc),
        reply_to: named(wire.reply_to, message.reply_to),
        subject: wire.subject.or(kept.then_some(message.subject)),
        is_plaintext: wire.is_plaintext.or(body_is_kept.then_some(!body.html)),
        body: wire.body.or(kept.then_some(body.text)),
        custom_headers: wire.custom_headers.or(Some(held.headers)),
        metadata: wire.metadata.or(message.metadata),
        starred: wire.starred.or(Some(message.placement.starred)),
        ..wire
    };
    Ok(composition(wire, files.unwrap_or(held.files)))
}

/// What of a draft stands only in its raw bytes.
struct Held {
    files: Vec<File>,
    headers: Vec<Header>,
}

async fn held_parts(app: &App, grant: &Grant, message: &model::message::Message) -> Result<Held, Refusal> {
    let raw = messages::raw(app, grant.id, &message.id).await?;
    let attachments = message.attachments.clone();
    let read = move || Held { files: files(&raw, &attachments), headers: custom_headers(&raw) };
    tokio::task::spawn_blocking(read).await.map_err(|error| Fault::internal(error.to_string()).into())
}

/// Headers a caller added; the provider's own are not repeated.
fn custom_headers(raw: &[u8]) -> Vec<Header> {
    let custom = |name: &str| {
        let name = name.to_ascii_lowercase();
        let providers = ["x-google", "x-gm", "x-received", "x-ms-", "x-mailer", "x-postroad-"]
            .iter()
            .any(|own| name.starts_with(own));
        (name.starts_with("x-") || name.starts_with("list-")) && !providers
    };
    let all = mail::parse::headers(raw).into_iter();
    all.filter(|(name, _)| custom(name)).map(|(name, value)| Header { name, value }).collect()
}

fn wire_addresses(list: Vec<Address>) -> Vec<api::address::EmailName> {
    list.into_iter().map(|a| api::address::EmailName { name: a.name, email: a.email }).collect()
}

fn files(raw: &[u8], attachments: &[model::message::Attachment]) -> Vec<File> {
    let file = |a: &model::message::Attachment| {
        Some(File {
            filename: a.filename.clone(),
            content_type: a.content_type.clone(),
            content: mail::parse::part(raw, a.part)?,
            content_id: a.content_id.clone(),
            inline: a.is_inline,
        })
    };
    attachments.iter().filter_map(file).collect()
}

/// `DELETE /v3/grants/{grant_id}/drafts/{draft_id}`
pub async fn delete(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let engine = app.engine().clone();
    app.finish(async move { engine.delete_draft(&grant, &DraftId(id)).await }).await?;
    Ok(reply::deleted())
}

/// Saves a draft with a signature. One that is signed already stays as it is, so that a send can be asked for again.
async fn sign(app: &App, grant: &Grant, id: &str, signature_id: String) -> Result<(), Refusal> {
    let before = held(app, grant, id).await?;
    let wire = Outgoing { signature_id: Some(signature_id), ..Outgoing::default() };
    let composition = merged(app, grant, before, Draft { wire, files: None, multipart: false }).await?;
    let (engine, owner, id) = (app.engine().clone(), grant.clone(), DraftId(id.to_owned()));
    app.finish(async move { engine.update_draft(&owner, &id, composition).await }).await?;
    Ok(())
}

/// `POST /v3/grants/{grant_id}/drafts/{draft_id}`: sends it, at once or at `send_at`.
pub async fn send(
    State(app): State<App>,
    Mailbox(grant): Mailbox,
    Item(id): Item,
    headers: HeaderMap,
    MaybeJson(asked): MaybeJson<Outgoing>,
) -> Answered {
    let json = json!(asked);
    let send_at = sending::send_at(asked.send_at)?;
    let wish = Wish { send_at, ..sending::wish(&headers, &format!("send draft {id}"), &Content::of(&json))? };
    // The draft of a request that is repeated is gone: it was sent.
    if let Some(sent) = app.engine().replayed(&grant, &wish).await? {
        return super::sending::answer(&app, &grant, Shape::standard(), sent, &Written::default()).await;
    }
    if let Some(signature_id) = asked.signature_id.filter(|id| !id.is_empty()) {
        sign(&app, &grant, &id, signature_id).await?;
    }
    let (engine, owner) = (app.engine().clone(), grant.clone());
    let sent = app.finish(async move { engine.send_draft(&owner, &DraftId(id), wish).await }).await?;
    super::sending::answer(&app, &grant, Shape::standard(), sent, &Written::default()).await
}
