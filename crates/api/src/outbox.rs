//! Sends on the wire: schedules (the contract's), and the outbox (ours).

use model::outbox::{Submission, SubmissionState};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A send that was scheduled, or that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// Its id.
    pub schedule_id: String,
    /// How far it has come.
    pub status: ScheduleStatus,
    /// When it was sent, failed or was cancelled, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_time: Option<i64>,
    /// When it is to be sent, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<i64>,
    /// The sent message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
}

/// The contract's status of a schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleStatus {
    /// `pending`, `success`, `failed`, `cancelled` or `unknown`.
    pub code: String,
    /// In words.
    pub description: String,
}

impl From<&Submission> for Schedule {
    fn from(submission: &Submission) -> Self {
        let (code, description) = match submission.state {
            SubmissionState::Scheduled => ("pending", "schedule send awaiting send at time"),
            SubmissionState::Held => ("pending", "schedule send held until it may leave"),
            SubmissionState::Sending => ("pending", "schedule send under way"),
            SubmissionState::Uncertain => {
                ("unknown", "schedule send has an unknown outcome; look before sending again")
            }
            SubmissionState::Done => ("success", "schedule send succeeded"),
            SubmissionState::Failed => ("failed", "schedule send failed"),
            SubmissionState::Cancelled => ("cancelled", "schedule send cancelled"),
            SubmissionState::Discarded => ("failed", "schedule send discarded with an unknown outcome"),
        };
        let status = ScheduleStatus { code: code.to_owned(), description: description.to_owned() };
        Self {
            schedule_id: submission.id.to_string(),
            status,
            close_time: submission.closed_at.map(|at| at.as_second()),
            send_at: submission
                .send_at
                .or(submission.next_at.filter(|_| submission.state.is_open()))
                .map(|at| at.as_second()),
            message_id: submission.message_id.as_ref().map(ToString::to_string),
        }
    }
}

/// Something to send, as the outbox has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutboxEntry {
    /// Its id; also its `schedule_id`.
    pub id: String,
    /// Always `submission`.
    pub object: String,
    /// The grant.
    pub grant_id: String,
    /// `scheduled`, `held`, `sending`, `uncertain`, `done`, `failed`, `cancelled` or `discarded`.
    pub state: String,
    /// What it waits for: `send_at`, `turn`, `cap`, `throttle`, `backoff`, `reauth`, `look` or `operator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
    /// When something is done about it next, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<i64>,
    /// When it is to be sent, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<i64>,
    /// Attempts begun.
    pub attempts: u32,
    /// When the last attempt began, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempted_at: Option<i64>,
    /// Recipients.
    pub recipients: u32,
    /// Subject.
    pub subject: String,
    /// The sent message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Its draft at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_id: Option<String>,
    /// What went wrong last: kind, message, verdict, and the provider's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub last_fault: Option<Value>,
    /// When it was accepted, Unix seconds.
    pub created_at: i64,
    /// When it came to its end, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<i64>,
}

impl From<&Submission> for OutboxEntry {
    fn from(submission: &Submission) -> Self {
        let open = submission.state.is_open();
        Self {
            id: submission.id.to_string(),
            object: "submission".to_owned(),
            grant_id: submission.grant_id.to_string(),
            state: submission.state.as_str().to_owned(),
            waits_for: submission.why.map(|why| why.as_str().to_owned()),
            next_at: submission.next_at.filter(|_| open).map(|at| at.as_second()),
            send_at: submission.send_at.map(|at| at.as_second()),
            attempts: submission.attempts,
            attempted_at: submission.attempted_at.map(|at| at.as_second()),
            recipients: submission.recipients,
            subject: submission.echo["subject"].as_str().unwrap_or_default().to_owned(),
            message_id: submission.message_id.as_ref().map(ToString::to_string),
            draft_id: submission.draft_id.as_ref().map(ToString::to_string),
            last_fault: submission.fault.as_ref().map(|fault| serde_json::json!(fault)),
            created_at: submission.created_at.as_second(),
            closed_at: submission.closed_at.map(|at| at.as_second()),
        }
    }
}

/// The answer to cancelling a schedule, in the contract's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cancelled {
    /// What was asked for.
    pub message: String,
}
