//! From a fetched message to what the mirror keeps: parsed once, CPU-bound, run on blocking threads by sync.

use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mail::parse::Parsed;
use model::grant::Grant;
use model::message::{Attachment, Message};
use model::sync::{Mirrored, Moment, Unmirrored};
use model::{AttachmentId, MessageId, Timestamp};
use providers::RemoteMessage;

/// The bytes of an attachment, from the raw message it belongs to. `None` when the message holds no such part.
pub fn attachment_bytes(raw: &[u8], attachment: &Attachment) -> Option<Vec<u8>> {
    mail::parse::part(raw, attachment.part)
}

/// Whether a message came after the grant was made. Compared by the second: Graph tells no fractions, and what came in the second
/// of the grant must not be taken for older than it.
pub(crate) fn is_news(grant: &Grant, date: Timestamp) -> bool {
    date.as_second() >= grant.created_at.as_second()
}

/// Makes a message that was asked for at a moment ready for the mirror.
pub(crate) fn mirrored(remote: RemoteMessage, as_of: Moment) -> Mirrored {
    let raw = Vec::from(remote.raw);
    let parsed = mail::parse::parse(&raw);
    let attachments = parsed.attachments.iter().map(|a| completed(&remote.id, a)).collect();
    let Parsed { subject, from, to, cc, bcc, reply_to, message_id, in_reply_to, body, text, snippet, .. } = parsed;
    let message = Message {
        id: remote.id,
        thread_id: remote.thread_id,
        draft_id: None,
        subject,
        from,
        to,
        cc,
        bcc,
        reply_to,
        date: remote.received_at,
        snippet,
        attachments,
        rfc_message_id: message_id,
        in_reply_to,
        size: raw.len() as u64,
        placement: remote.placement,
        metadata: None,
    };
    Mirrored { message, body, search_text: text, raw, as_of }
}

/// As [`mirrored`]; a message whose bytes break the parser is reported instead of taking the whole batch down.
pub(crate) fn try_mirrored(remote: RemoteMessage, as_of: Moment) -> Result<Mirrored, Unmirrored> {
    let id = remote.id.clone();
    catch_unwind(AssertUnwindSafe(|| mirrored(remote, as_of))).map_err(|_| {
        tracing::error!(message = %id, "the parser broke on a message; please report it");
        Unmirrored { id, reason: "given up: Postroad's parser broke on this message".into() }
    })
}

/// An attachment with its id completed: `v0:` and base64url of `<message id>:<part>`. So it is unique in the mailbox,
/// the same after every sync, and of characters that need no escaping but the colon.
fn completed(message: &MessageId, attachment: &Attachment) -> Attachment {
    let name = format!("{message}:{}", attachment.part);
    Attachment { id: AttachmentId(format!("v0:{}", URL_SAFE_NO_PAD.encode(name))), ..attachment.clone() }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use model::message::Placement;

    use super::*;

    fn remote(id: &str, raw: &'static str) -> RemoteMessage {
        RemoteMessage {
            id: id.into(),
            thread_id: "t".into(),
            placement: Placement::default(),
            received_at: Timestamp::UNIX_EPOCH,
            raw: Bytes::from_static(raw.as_bytes()),
        }
    }

    const WITH_FILE: &str = "From: a@x.org\r\nTo: b@x.org\r\nSubject: Files\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n\
        --b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\n\r\n1,2\r\n--b--\r\n";

    #[test]
    fn a_message_keeps_its_bytes_and_gains_its_parts() {
        let mirrored = mirrored(remote("m1", WITH_FILE), Moment::default());
        assert_eq!(mirrored.raw, WITH_FILE.as_bytes());
        assert_eq!(mirrored.message.subject, "Files");
        assert_eq!(mirrored.message.size, WITH_FILE.len() as u64);
        let file = &mirrored.message.attachments[0];
        assert_eq!(attachment_bytes(&mirrored.raw, file).unwrap(), b"1,2");
    }

    #[test]
    fn attachment_ids_differ_between_messages_and_agree_between_syncs() {
        let id = |message| mirrored(remote(message, WITH_FILE), Moment::default()).message.attachments[0].id.clone();
        assert_eq!(id("m1"), id("m1"));
        assert_ne!(id("m1"), id("m2"));
        assert!(id("m1").0.starts_with("v0:"));
    }
}
