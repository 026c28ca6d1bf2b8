//! What `message.bounce_detected` tells (nylas-v3.md 5.5), and beside the contract's fields every recipient by itself.

use mail::report::{Action, Kind, Outcome, Report};
use model::message::Message;
use serde_json::{Value, json};

use super::matching;

/// Recipients told one by one.
const MOST_RECIPIENTS: usize = 500;
/// What a refusing system said is told up to this many characters: a notification has to fit a megabyte.
const MOST_REASON: usize = 300;

/// A recipient the message did not reach.
struct Missed {
    address: String,
    outcome: Option<Outcome>,
}

impl Missed {
    fn is_delayed(&self) -> bool {
        self.outcome.as_ref().is_some_and(|outcome| outcome.action == Action::Delayed)
    }
}

/// The event's object; `None` when the report tells of no failure and no delay.
pub(super) fn object(notice: &Message, report: &Report, sent: &Message) -> Option<Value> {
    let missed = missed(report, sent);
    let leading = leading(report, &missed);
    if report.kind == Kind::Delivery && leading.is_none() {
        return None;
    }
    let delayed = leading.is_some_and(|outcome| outcome.action == Action::Delayed);
    // Who is merely delayed has not bounced, when others have.
    let bounced = missed.iter().filter(|one| one.is_delayed() == delayed).map(|one| one.address.as_str());
    let reason = leading.and_then(|outcome| outcome.diagnostic.as_deref()).unwrap_or(&report.text);
    Some(json!({
        "bounce_reason": cut(reason),
        "bounce_date": notice.date.as_second().to_string(),
        "bounced_addresses": bounced.collect::<Vec<_>>().join(", "),
        "type": kind(report.kind, leading),
        "code": leading.map(code).unwrap_or_default(),
        "message_id": sent.id,
        "origin": origin(report, sent),
        "delayed": delayed,
        "report_id": notice.id,
        "recipients": missed.iter().take(MOST_RECIPIENTS).map(recipient).collect::<Vec<_>>(),
    }))
}

/// Everybody the report says the message did not reach (yet).
fn missed(report: &Report, sent: &Message) -> Vec<Missed> {
    if report.kind == Kind::SendingLimit && report.recipients.is_empty() && report.unnamed.is_none() {
        return all(sent).map(|address| Missed { address, outcome: None }).collect();
    }
    let named = report.recipients.iter().map(|one| (one.address.clone(), &one.outcome));
    let unnamed = report.unnamed.iter().flat_map(|outcome| meant(report, sent).into_iter().map(move |a| (a, outcome)));
    let unreached = |outcome: &Outcome| matches!(outcome.action, Action::Failed | Action::Delayed);
    let missed = named.chain(unnamed).filter(|(_, outcome)| unreached(outcome));
    missed.map(|(address, outcome)| Missed { address, outcome: Some(outcome.clone()) }).collect()
}

/// Whom a notice means that names nobody where machines read: the only recipient, or those its text speaks of.
fn meant(report: &Report, sent: &Message) -> Vec<String> {
    let all: Vec<String> = all(sent).collect();
    let text = report.text.to_lowercase();
    match all.as_slice() {
        [_] => all,
        _ => all.into_iter().filter(|address| text.contains(&address.to_lowercase())).collect(),
    }
}

fn all(sent: &Message) -> impl Iterator<Item = String> {
    matching::recipients(sent).map(str::to_owned)
}

/// The outcome that stands for the report: the first failure, else the first delay.
fn leading<'r>(report: &'r Report, missed: &'r [Missed]) -> Option<&'r Outcome> {
    let outcomes = || missed.iter().filter_map(|one| one.outcome.as_ref());
    let failed = outcomes().find(|outcome| outcome.action == Action::Failed);
    failed.or_else(|| outcomes().next()).or(report.unnamed.as_ref())
}

/// A word for the cause, by the enhanced status code (RFC 3463 section 3), else by the reply code (RFC 5321 section 4.2).
fn kind(report: Kind, leading: Option<&Outcome>) -> &'static str {
    let Some(outcome) = leading.filter(|_| report == Kind::Delivery) else { return "sending_limit" };
    if outcome.action == Action::Delayed {
        return "delayed";
    }
    let status = outcome.status.as_deref().and_then(|status| status.split_once('.')).map(|(_, rest)| rest);
    match (status, outcome.code) {
        (Some("2.2"), _) => "mailbox_full",
        (Some("2.3" | "3.4"), _) => "message_too_large",
        (Some("2.1"), _) => "mailbox_unavailable",
        (Some(rest), _) if rest.starts_with("1.") => "mailbox_unavailable",
        (Some(rest), _) if rest.starts_with("7.") => "rejected",
        (Some("0.0") | None, Some(550 | 551 | 553)) => "mailbox_unavailable",
        (Some("0.0") | None, Some(552)) => "mailbox_full",
        _ => "undeliverable",
    }
}

/// The reply code, else the enhanced status code, as the report gives it.
fn code(outcome: &Outcome) -> String {
    let reply = outcome.code.map(|code| code.to_string());
    reply.or_else(|| outcome.status.clone()).unwrap_or_default()
}

fn recipient(one: &Missed) -> Value {
    let Some(outcome) = &one.outcome else {
        return json!({ "email": one.address, "action": "failed" });
    };
    json!({
        "email": one.address,
        "action": if one.is_delayed() { "delayed" } else { "failed" },
        "status": outcome.status,
        "code": outcome.code.map(|code| code.to_string()),
        "reason": outcome.diagnostic.as_deref().map(cut),
        "remote_mta": outcome.remote_mta,
        "will_retry_until": outcome.will_retry_until,
    })
}

/// The message that was sent, in short.
fn origin(report: &Report, sent: &Message) -> Value {
    let emails = |list: &[model::Address]| list.iter().map(|one| one.email.clone()).collect::<Vec<_>>();
    let mut origin = json!({
        "id": sent.id,
        "thread_id": sent.thread_id,
        "from": sent.from.first().map(|one| one.email.clone()),
        "to": emails(&sent.to),
        "cc": emails(&sent.cc),
        "bcc": emails(&sent.bcc),
        "subject": sent.subject,
        "message_id_header": sent.rfc_message_id,
    });
    if let Some(submission) = &report.original.submission {
        origin["submission_id"] = json!(submission);
    }
    origin
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_REASON).collect()
}
