//! Scheduled sends.

use api::outbox::{Cancelled, Schedule};
use axum::extract::State;
use http::StatusCode;
use model::SubmissionId;

use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::path::Item;
use crate::mailbox::Mailbox;
use crate::reply;

/// `GET /v3/grants/{grant_id}/messages/schedules`
pub async fn list(State(app): State<App>, Mailbox(grant): Mailbox) -> Answered {
    let schedules = app.engine().schedules(&grant).await?;
    Ok(reply::data(&schedules.iter().map(Schedule::from).collect::<Vec<_>>()))
}

/// `GET /v3/grants/{grant_id}/messages/schedules/{schedule_id}`
pub async fn get(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let schedule = app.engine().schedule(&grant, read(&id)?).await?;
    Ok(reply::data(&Schedule::from(&schedule)))
}

/// `DELETE /v3/grants/{grant_id}/messages/schedules/{schedule_id}`: 202, in the contract's words.
pub async fn stop(State(app): State<App>, Mailbox(grant): Mailbox, Item(id): Item) -> Answered {
    let (engine, id) = (app.engine().clone(), read(&id)?);
    app.finish(async move { engine.cancel_schedule(&grant, id).await }).await?;
    let message = "requested cancelation for workflow".to_owned();
    Ok(reply::with_status(StatusCode::ACCEPTED, &Cancelled { message }))
}

/// An id that is none names nothing.
pub fn read(id: &str) -> Result<SubmissionId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found(format!("requested object not found: no scheduled message '{id}'")))
}
