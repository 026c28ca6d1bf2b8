//! The outbox: what is to be sent, and what an operator decides about what is unknown. Not of the contract.

use api::outbox::OutboxEntry;
use axum::extract::State;
use model::outbox::SubmissionState;
use store::SubmissionFilter;

use super::schedules::read;
use crate::app::App;
use crate::cursor::{Cursor, List};
use crate::error::{Answered, Refusal};
use crate::extract::path::Item;
use crate::extract::query::Query;
use crate::mailbox::Mailbox;
use crate::reply;
use crate::select::Select;

/// `GET /v3/grants/{grant_id}/outbox`: newest first.
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox, mut query: Query) -> Answered {
    let limit = query.limit(50, 200);
    let state = query.text("state").map(|word| state(&word)).transpose()?;
    query.check()?;
    let cursor = Cursor::new(List::Outbox, grant.id, query.fingerprint());
    let before = query.text("page_token").map(|token| cursor.read_position(&token)).transpose()?;
    let filter = SubmissionFilter {
        grant: Some(grant.id),
        states: state.into_iter().collect(),
        before: before.map(|place| place.0),
        limit: limit + 1,
        ..SubmissionFilter::default()
    };
    let mut found = app.engine().submissions(filter).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| cursor.position(model::page::Position(last.number)));
    let entries: Vec<OutboxEntry> = found.iter().map(OutboxEntry::from).collect();
    Ok(reply::page(&entries, &Select::default(), next.as_deref()))
}

fn state(word: &str) -> Result<SubmissionState, Refusal> {
    let words: Vec<&str> = SubmissionState::ALL.iter().map(|state| state.as_str()).collect();
    SubmissionState::parse(word)
        .ok_or_else(|| Refusal::invalid("state", format!("state must be one of {}", words.join(", "))))
}

/// `GET /v3/grants/{grant_id}/outbox/{submission_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let found = app.engine().submission(&grant, read(&id)?).await?;
    Ok(reply::data(&OutboxEntry::from(&found)))
}

/// `POST /v3/grants/{grant_id}/outbox/{submission_id}/resend`
pub async fn resend(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let (engine, id) = (app.engine().clone(), read(&id)?);
    let found = app.finish(async move { engine.resend_submission(&grant, id).await }).await?;
    Ok(reply::data(&OutboxEntry::from(&found)))
}

/// `POST /v3/grants/{grant_id}/outbox/{submission_id}/discard`
pub async fn discard(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let (engine, id) = (app.engine().clone(), read(&id)?);
    let found = app.finish(async move { engine.discard_submission(&grant, id).await }).await?;
    Ok(reply::data(&OutboxEntry::from(&found)))
}
