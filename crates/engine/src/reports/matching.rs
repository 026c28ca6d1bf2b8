//! Which sent message a report is about.

use jiff::SignedDuration;
use mail::report::{Kind, Report};
use model::folder::FolderRole;
use model::message::Message;
use model::outbox::MARKER;
use model::sync::MirrorBatch;
use model::{FolderId, GrantId, Timestamp};

use crate::at_rest::AtRest;
use crate::{Inner, Result};

/// Mail servers give up after two to five days (RFC 5321 section 4.5.4.1; Gmail within three): a report about an older
/// message is not looked for outside its thread.
const WINDOW: SignedDuration = SignedDuration::from_hours(24 * 8);
/// A notice without any reference follows its message this soon (gmail.md section 5: seconds; slow delivery allowed for).
const SOON: SignedDuration = SignedDuration::from_hours(24);
/// Sent messages of a thread whose bytes are searched for the marker, the newest first.
const MOST_SEARCHED: usize = 10;

/// The sent message a report is about: by its Message-ID, by our marker in the returned copy, or, where providers put the
/// report into the message's thread, by thread and time.
pub(super) async fn sent(
    inner: &Inner,
    grant: GrantId,
    batch: &MirrorBatch,
    notice: &Message,
    report: &Report,
) -> Result<Option<Message>> {
    let folders = sent_folders(inner, grant, batch).await?;
    let is_sent = |message: &Message| {
        let placement = &message.placement;
        !placement.draft && message.id != notice.id && placement.folders.iter().any(|id| folders.contains(id))
    };
    let mut near = inner.store().thread_messages(grant, &notice.thread_id).await.at_rest()?;
    // A quick report comes in the same step as the message itself.
    near.extend(batch.upserts.iter().map(|one| one.message.clone()));
    near.retain(is_sent);
    if let Some(found) = by_id(&near, report) {
        return Ok(Some(found));
    }
    near.retain(|message| message.thread_id == notice.thread_id && message.date <= notice.date);
    near.sort_by_key(|message| std::cmp::Reverse(message.date));
    if let Some(found) = by_marker(inner, grant, &near, report).await? {
        return Ok(Some(found));
    }
    let ids = report.original.message_ids.clone();
    let since = notice.date.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let mut far = inner.store().messages_by_rfc_id(grant, ids, since).await.at_rest()?;
    far.retain(is_sent);
    Ok(by_id(&far, report).or_else(|| by_time(near, notice, report)))
}

/// The likeliest id first.
fn by_id(messages: &[Message], report: &Report) -> Option<Message> {
    let has = |message: &&Message, id: &str| message.rfc_message_id.as_deref() == Some(id);
    let find = |id: &String| messages.iter().find(|message| has(message, id));
    report.original.message_ids.iter().find_map(find).cloned()
}

async fn by_marker(inner: &Inner, grant: GrantId, near: &[Message], report: &Report) -> Result<Option<Message>> {
    let Some(marker) = report.original.submission.as_deref().filter(|marker| !marker.is_empty()) else {
        return Ok(None);
    };
    for message in near.iter().take(MOST_SEARCHED) {
        let raw = inner.store().raw(grant, &message.id).await.at_rest()?.unwrap_or_default();
        let is_it = |(name, value): &(String, String)| name.eq_ignore_ascii_case(MARKER) && value == marker;
        if mail::parse::headers(&raw).iter().any(is_it) {
            return Ok(Some(message.clone()));
        }
    }
    Ok(None)
}

/// The newest message sent into the report's thread before it; for a report that names recipients, to one of them.
fn by_time(near: Vec<Message>, notice: &Message, report: &Report) -> Option<Message> {
    let earliest = notice.date.checked_sub(SOON).unwrap_or(Timestamp::MIN);
    let fits = |message: &Message| match report.kind {
        Kind::SendingLimit if report.recipients.is_empty() => message.date >= earliest,
        Kind::SendingLimit | Kind::Delivery => report.recipients.iter().any(|one| went_to(message, &one.address)),
    };
    near.into_iter().find(fits)
}

fn went_to(message: &Message, address: &str) -> bool {
    recipients(message).any(|email| email.eq_ignore_ascii_case(address))
}

/// Everybody a message went to.
pub(super) fn recipients(message: &Message) -> impl Iterator<Item = &str> {
    message.to.iter().chain(&message.cc).chain(&message.bcc).map(|one| one.email.as_str())
}

async fn sent_folders(inner: &Inner, grant: GrantId, batch: &MirrorBatch) -> Result<Vec<FolderId>> {
    let held = inner.store().folders(grant).await.at_rest()?.into_iter().map(|counted| counted.folder);
    let all = held.chain(batch.folders.iter().flatten().cloned());
    Ok(all.filter(|folder| folder.role == Some(FolderRole::Sent)).map(|folder| folder.id).collect())
}
