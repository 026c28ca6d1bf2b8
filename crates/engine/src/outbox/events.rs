//! What webhooks hear of sends (nylas-v3.md 5.5).

use model::event::{Event, EventType};
use model::fault::KeptFault;
use model::outbox::Submission;
use model::{EventId, Fault, Timestamp, Verdict};
use serde_json::{Value, json};

/// It went out. The message itself is told as the mirror has it when the event is delivered.
pub(super) fn succeeded(id: EventId, submission: &Submission, now: Timestamp) -> Event {
    let object = submission.message_id.as_ref().map(ToString::to_string).unwrap_or_default();
    let detail = json!({
        "schedule_id": submission.id,
        "send_at": submission.send_at.map(Timestamp::as_second),
        "use_draft": submission.use_draft,
        "message": submission.answer.clone().map(without_body),
    });
    event(id, submission, EventType::MessageSendSuccess, object, detail, now)
}

/// It did not go out, or nobody knows.
pub(super) fn failed(id: EventId, submission: &Submission, fault: &Fault, now: Timestamp) -> Event {
    let kept = KeptFault::from(fault);
    let unknown = fault.verdict == Verdict::LookFirst;
    let reason = if unknown { "the outcome of the send is unknown" } else { "the send failed" };
    let mut object = submission.echo.clone();
    object["id"] = json!(submission.message_id);
    object["schedule_id"] = json!(submission.id);
    object["grant_id"] = json!(submission.grant_id);
    object["send_at"] = json!(submission.send_at.map(Timestamp::as_second));
    let detail = json!({
        "reason": format!("{reason}: {}", fault.message),
        "error": {
            "type": fault.kind.as_str(),
            "message": fault.message,
            "status_code": kept.provider_status,
            "provider_error": kept.provider_error,
            "verdict": kept.verdict,
        },
        "object": object,
    });
    event(id, submission, EventType::MessageSendFailed, submission.id.to_string(), detail, now)
}

/// Events are small; the mirror has the body.
fn without_body(mut message: Value) -> Value {
    if let Some(fields) = message.as_object_mut() {
        fields.shift_remove("body");
    }
    message
}

fn event(
    id: EventId,
    submission: &Submission,
    kind: EventType,
    object_id: String,
    detail: Value,
    now: Timestamp,
) -> Event {
    Event {
        id,
        application_id: submission.application_id,
        grant_id: submission.grant_id,
        kind,
        object_id,
        detail,
        occurred_at: now,
    }
}
