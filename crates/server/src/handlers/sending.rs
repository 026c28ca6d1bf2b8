//! What a send is answered with: sent, scheduled, or what it was answered with before.

use api::message::Message;
use axum::response::Response;
use engine::outbox::{Keyed, Sent};
use http::{HeaderName, HeaderValue, StatusCode};
use model::Fault;
use model::grant::Grant;
use model::outbox::{Submission, SubmissionState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::messages::Shape;
use crate::app::App;
use crate::error::{Answered, Refusal};
use crate::extract::written::Written;
use crate::reply;
use crate::select::Select;

/// The contract's header of a repeated answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-response");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// The answer.
pub async fn answer(app: &App, grant: &Grant, shape: Shape, sent: Sent, written: &Written) -> Answered {
    let Sent { submission, message, replayed } = sent;
    let mut response = match (submission.state, message) {
        (SubmissionState::Done, Some(full)) => {
            let message = shape.render(app, grant.id, written.shown(full.message), Some(full.body.text)).await?;
            let answers = submission.echo["reply_to_message_id"].as_str().map(str::to_owned);
            let tracking = serde_json::from_value(submission.echo["tracking_options"].clone()).unwrap_or_default();
            let message = Message { reply_to_message_id: answers, tracking_options: tracking, ..message };
            reply::sent(&grant.id.to_string(), &message)
        }
        (SubmissionState::Done, None) => reply::sent(&grant.id.to_string(), &submission.answer),
        (SubmissionState::Scheduled | SubmissionState::Held, _) => waiting(grant, &submission),
        _ => return Err(replayed_refusal(&submission)),
    };
    if replayed {
        mark(&mut response);
    }
    Ok(response)
}

/// Says that this is the answer of an earlier request with the same key.
fn mark(response: &mut Response) {
    response.headers_mut().insert(REPLAYED, TRUE);
}

/// The answer of a request that made something, kept under its key.
pub fn kept<T: Serialize + DeserializeOwned>(keyed: Keyed, select: &Select) -> Answered {
    let kept: T = serde_json::from_value(keyed.answer).map_err(|error| Fault::internal(error.to_string()))?;
    let mut response = reply::selected(&kept, select);
    if keyed.replayed {
        mark(&mut response);
    }
    Ok(response)
}

/// 200 for what was scheduled (as the contract answers it), 202 for what waits for room under the mailbox's own limits.
/// `schedule_id`, `send_at` and `use_draft` stand beside the data as well, where the contract's specification has them.
fn waiting(grant: &Grant, submission: &Submission) -> Response {
    let status = if submission.send_at.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let send_at = submission.send_at.or(submission.next_at).map(|at| at.as_second());
    let id = submission.id.to_string();
    let mut data = submission.echo.as_object().cloned().unwrap_or_else(Map::new);
    data.retain(|_, value| !value.is_null());
    let facts = [
        ("id", json!(submission.draft_id.as_ref().map_or(&id, |draft| &draft.0))),
        ("object", json!("message")),
        ("grant_id", json!(grant.id)),
        ("schedule_id", json!(id)),
        ("send_at", json!(send_at)),
        ("use_draft", json!(submission.use_draft)),
        ("date", json!(submission.created_at.as_second())),
    ];
    data.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    if let Some(pairs) = &submission.metadata {
        data.insert("metadata".to_owned(), Value::Object(pairs.clone()));
    }
    reply::scheduled(status, &grant.id.to_string(), &data)
}

fn replayed_refusal(submission: &Submission) -> Refusal {
    let fault = submission.fault.clone().map(Fault::from).unwrap_or_else(|| {
        let message = "The message of this Idempotency-Key was cancelled before it was sent.";
        Fault::new(model::FaultKind::ConflictOrPrecondition, message)
    });
    Refusal::from(fault).with_header(REPLAYED, TRUE)
}
