//! `postroad outbox`

use model::SubmissionId;
use model::grant::Grant;
use model::outbox::{Submission, SubmissionState};
use serde_json::{Value, json};
use store::SubmissionFilter;

use super::{ForApplication, choose, print_one, show};
use crate::commands::output::Format;
use crate::wiring::House;

/// See what is on its way out, and decide about sends whose outcome is unknown.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Works on the database directly (`storage.data_dir`), also while a server runs on it: the server notices within seconds.

Examples:
  postroad outbox list
  postroad outbox list --state uncertain
  postroad outbox show ID
  postroad outbox discard ID")]
pub(in crate::commands) struct Outbox {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List submissions, newest first: state, what they wait for, attempts, what went wrong last.
    List {
        /// Only this state: scheduled, held, sending, uncertain, done, failed, cancelled or discarded.
        #[arg(long, value_parser = state)]
        state: Option<SubmissionState>,
        /// Only this mailbox, by id or address.
        #[arg(long)]
        grant: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Show one submission.
    Show(Named),
    /// Send one again whose outcome is unknown. Look into the mailbox first: it may go out a second time.
    Resend(Named),
    /// Do nothing more about one whose outcome is unknown.
    Discard(Named),
}

#[derive(Debug, clap::Args)]
struct Named {
    /// The submission's id (a schedule's id is one).
    id: uuid::Uuid,
    #[command(flatten)]
    format: Format,
}

fn state(word: &str) -> Result<SubmissionState, String> {
    SubmissionState::parse(word).ok_or_else(|| {
        let words: Vec<&str> = SubmissionState::ALL.iter().map(|state| state.as_str()).collect();
        format!("one of {}", words.join(", "))
    })
}

pub(super) async fn run(asked: Outbox, house: &House) -> anyhow::Result<()> {
    match asked.action {
        Action::List { state, grant, limit, application, format } => {
            let grant = match grant {
                Some(name) => Some(choose::grant(house, application, &name).await?.id),
                None => None,
            };
            let application = choose::application(house, application).await?.id;
            let states = state.into_iter().collect();
            let filter =
                SubmissionFilter { grant, application: Some(application), states, limit, ..Default::default() };
            let all = house.engine.submissions(filter).await?;
            let columns = ["id", "state", "waits_for", "next_at", "attempts", "subject", "fault"];
            show::many(all.iter().map(shown).collect(), &columns, "Nothing is on its way out.", format);
        }
        Action::Show(named) => print_one(&shown(&found(house, named.id).await?.1), named.format),
        Action::Resend(named) => {
            let (grant, submission) = found(house, named.id).await?;
            let now = house.engine.resend_submission(&grant, submission.id).await?;
            print_one(&shown(&now), named.format);
        }
        Action::Discard(named) => {
            let (grant, submission) = found(house, named.id).await?;
            let now = house.engine.discard_submission(&grant, submission.id).await?;
            print_one(&shown(&now), named.format);
        }
    }
    Ok(())
}

async fn found(house: &House, id: uuid::Uuid) -> anyhow::Result<(Grant, Submission)> {
    let none = || anyhow::anyhow!("no submission {id}; `postroad outbox list` shows those there are");
    let submission = house.store.submission_by_id(SubmissionId(id)).await?.ok_or_else(none)?;
    let grant = house.store.grant(submission.grant_id).await?.ok_or_else(none)?;
    Ok((grant, submission))
}

fn shown(one: &Submission) -> Value {
    json!({
        "id": one.id, "state": one.state.as_str(), "waits_for": one.why.map(|why| why.as_str()),
        "next_at": one.next_at.filter(|_| one.state.is_open()), "send_at": one.send_at, "attempts": one.attempts,
        "attempted_at": one.attempted_at, "recipients": one.recipients, "subject": one.echo["subject"],
        "fault": one.fault.as_ref().map(|fault| fault.kind.as_str()), "last_fault": one.fault,
        "message_id": one.message_id, "draft_id": one.draft_id, "grant_id": one.grant_id,
        "application_id": one.application_id, "created_at": one.created_at, "closed_at": one.closed_at,
    })
}
