//! Reports about sent mail, met in the mirror: an accepted message is not a delivered one (gmail.md section 5).
//!
//! Whatever brings new mail into the mirror passes here on its way to the store: reports among it are read, matched with
//! the message that was sent, and become `message.bounce_detected`, written in the transaction that mirrors the report and
//! only if the report is new there, so that no report is told twice. A report that matches nothing we hold as sent is
//! ordinary mail: anybody can write one. So is one that the provider put into spam or trash.

mod matching;
mod told;

#[cfg(test)]
mod tests;

use std::time::Duration;

use mail::report::{Kind, Report};
use model::event::EventType;
use model::sync::{Announce, Consequence, MirrorBatch};
use model::{Fault, FaultKind, GrantId, Timestamp, Verdict};

use crate::at_rest::AtRest;
use crate::timer::later;
use crate::{Inner, Result};

/// How long a mailbox sends nothing after a notice that it passed a limit. The notice names no instant and such limits
/// hold for hours (gmail.md 1.3); the next send after this learns whether they still do.
const REST: Duration = Duration::from_secs(3_600);

/// A report and the new message that is it, by its place among a batch's upserts.
struct Found {
    at: usize,
    report: Report,
}

/// Adds to a batch what its reports amount to. Returns until when the mailbox should send nothing, if one says so.
pub(crate) async fn read(inner: &Inner, grant: GrantId, batch: &mut MirrorBatch) -> Result<Option<Timestamp>> {
    if batch.announce == Announce::Silent {
        return Ok(None);
    }
    let mut limited = None;
    for Found { at, report } in new_reports(inner, grant, batch).await? {
        let notice = &batch.upserts[at].message;
        let Some(sent) = matching::sent(inner, grant, batch, notice, &report).await? else { continue };
        if report.kind == Kind::SendingLimit {
            limited = limited.max(Some(later(notice.date, REST)));
        }
        let Some(detail) = told::object(notice, &report, &sent) else { continue };
        batch.consequences.push(Consequence {
            message: notice.id.clone(),
            kind: EventType::MessageBounceDetected,
            object_id: sent.id.0,
            detail,
        });
    }
    Ok(limited.filter(|until| *until > inner.now()))
}

/// Closes sending for a mailbox whose provider said by mail that it passed a limit.
pub(crate) async fn rest(inner: &Inner, grant: GrantId, until: Timestamp) -> Result<()> {
    let Some(grant) = inner.store().grant(grant).await.at_rest()? else { return Ok(()) };
    let message = "The provider said by mail that the mailbox has reached a limit for sending.";
    let fault = Fault { provider: Some(grant.provider), ..Fault::new(FaultKind::SendingQuotaExceeded, message) };
    inner.gate.heed(&grant, &fault.with_verdict(Verdict::At(until))).await;
    Ok(())
}

/// The reports among a batch's messages that the mirror does not hold yet.
async fn new_reports(inner: &Inner, grant: GrantId, batch: &mut MirrorBatch) -> Result<Vec<Found>> {
    let upserts = std::mem::take(&mut batch.upserts);
    // Beside the async threads: a report can be as large as any message.
    let reading = tokio::task::spawn_blocking(move || {
        let visible = |at: &usize| !upserts[*at].message.placement.hidden && !upserts[*at].message.placement.draft;
        let read = |at: usize| mail::report::read(&upserts[at].raw).map(|report| Found { at, report });
        let found: Vec<Found> = (0..upserts.len()).filter(visible).filter_map(read).collect();
        (upserts, found)
    });
    let (upserts, mut found) = reading.await.map_err(|error| Fault::internal(format!("reading reports: {error}")))?;
    batch.upserts = upserts;
    if found.is_empty() {
        return Ok(found);
    }
    let ids = found.iter().map(|one| batch.upserts[one.at].message.id.clone()).collect();
    let new = inner.store().missing(grant, ids).await.at_rest()?;
    found.retain(|one| new.contains(&batch.upserts[one.at].message.id));
    Ok(found)
}
