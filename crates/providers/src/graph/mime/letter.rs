//! A draft as Graph's JSON: what of it can be changed (resource type `message`, "updatable only if isDraft").
//!
//! What has no property there keeps the value it had when the draft was first saved, threading headers and custom ones, and
//! a change of these is refused before (`fixed`).

use mail_parser::{Address, Message, MessageParser};
use model::{Fault, FaultKind};
use serde_json::{Value, json};

use super::File;

/// Largest body written as JSON: requests over 4 MB are refused (facts 1.5), and escapes take room.
const MAX_BODY: usize = 3_000_000;

/// The properties of a draft, and its files.
pub(in crate::graph) fn letter(raw: &[u8]) -> Result<(Value, Vec<File>), Fault> {
    let unreadable = || Fault::new(FaultKind::MessageRejected, "The draft is not a message that can be read.");
    let message = MessageParser::default().parse(raw).ok_or_else(unreadable)?;
    let (kind, text) = body(&message);
    if text.len() > MAX_BODY {
        let message = "The body is too large: a draft at Microsoft takes about 3 MB of text beside its attachments.";
        return Err(Fault { field: Some("body".into()), ..Fault::new(FaultKind::MessageTooLarge, message) });
    }
    let mut draft = json!({
        "subject": message.subject().unwrap_or_default(),
        "body": { "contentType": kind, "content": text },
        "toRecipients": recipients(message.to()),
        "ccRecipients": recipients(message.cc()),
        "bccRecipients": recipients(message.bcc()),
        "replyTo": recipients(message.reply_to()),
    });
    if let Some(from) = recipients(message.from()).into_iter().next() {
        draft["from"] = from;
    }
    Ok((draft, message.attachments().map(File::of).collect()))
}

/// HTML where the message has HTML of its own.
fn body(message: &Message<'_>) -> (&'static str, String) {
    let html = message.html_part(0).filter(|part| part.is_text_html());
    match html.and_then(|part| part.text_contents()) {
        Some(html) => ("html", html.to_owned()),
        None => ("text", message.body_text(0).map(std::borrow::Cow::into_owned).unwrap_or_default()),
    }
}

fn recipients(addresses: Option<&Address<'_>>) -> Vec<Value> {
    let all = addresses.into_iter().flat_map(Address::iter);
    all.filter_map(|one| {
        let address = one.address()?;
        Some(json!({ "emailAddress": { "name": one.name().unwrap_or(address), "address": address } }))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[u8] = b"From: Ada <ada@x.test>\r\nTo: Bob <bob@x.test>, c@x.test\r\nBcc: d@x.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
        --a\r\nContent-Type: text/plain\r\n\r\nhi\r\n--a\r\nContent-Type: text/html\r\n\r\n<b>hi</b>\r\n--a--\r\n\
        --m\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=\"a.csv\"\r\n\r\n1,2\r\n--m--\r\n";

    #[test]
    fn a_draft_becomes_properties_and_files() {
        let (draft, files) = letter(RAW).unwrap();
        assert_eq!(draft["subject"], "Gr\u{fc}\u{df}e");
        assert_eq!(draft["body"], json!({ "contentType": "html", "content": "<b>hi</b>" }));
        assert_eq!(draft["toRecipients"][1]["emailAddress"], json!({ "name": "c@x.test", "address": "c@x.test" }));
        assert_eq!(draft["bccRecipients"].as_array().unwrap().len(), 1);
        assert_eq!(draft["from"]["emailAddress"]["name"], "Ada");
        let [file] = &files[..] else { panic!("{files:?}") };
        assert_eq!(
            (file.name.as_str(), file.content_type.as_str(), file.content.as_ref()),
            ("a.csv", "text/csv", &b"1,2"[..])
        );
        assert!(!file.inline);
    }

    #[test]
    fn plain_text_stays_plain_and_nobody_is_nobody() {
        let (draft, files) = letter(b"Subject: x\r\n\r\nhello\r\n").unwrap();
        assert_eq!(
            (draft["body"]["contentType"].as_str(), draft["toRecipients"].as_array().map(Vec::len)),
            (Some("text"), Some(0))
        );
        assert!(files.is_empty() && draft.get("from").is_none());
    }
}
