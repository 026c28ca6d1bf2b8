//! What mail systems say about a message that was sent: that it came back, that it is delayed, that the mailbox may not
//! send for now.
//!
//! Read are reports by rule (RFC 3464, with the addresses of RFC 6533), the notices without one that Exchange and older
//! servers write, and what Gmail and Exchange write of a passed limit. Automatic answers of people (RFC 3834) and
//! read receipts (RFC 8098) are none of these. Whoever reads a report must match it with a message that was really sent
//! before believing it: anybody can write one.

mod limit;
mod notice;
mod original;
mod status;

use crate::parse::params;
use crate::parse::tree::Tree;
use crate::parse::{self, address, fields};

pub use original::Original;
pub use status::{Action, Outcome, Recipient};

/// Header fields looked at before a message is known to be a report.
const MOST_FIELDS: usize = 1_000;
/// Longer texts for people are cut, in characters.
const MOST_TEXT: usize = 2_000;

/// What kind of thing is reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What became of the message, recipient by recipient.
    Delivery,
    /// The mailbox, or its organisation, sent more than its provider allows. Where no recipient is told of, the message
    /// went to nobody (Gmail).
    SendingLimit,
}

/// A report about a message that was sent.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// What is reported.
    pub kind: Kind,
    /// Recipients by name, each with what became of the message; at most 1,000.
    pub recipients: Vec<Recipient>,
    /// What became of it for recipients the report does not name: a notice without a proper report.
    pub unnamed: Option<Outcome>,
    /// Which message it is about.
    pub original: Original,
    /// The sentence for people, white space folded, at most 2,000 characters.
    pub text: String,
}

/// Who a message is from, as far as it matters here.
struct Sender {
    /// A mail system by its address.
    is_system: bool,
    /// The system of Gmail.
    is_gmail: bool,
    /// Exchange, telling one of its own mailboxes.
    is_exchange: bool,
}

/// Reads a report; `None` when the message is none. Total: any bytes give an answer. For ordinary mail only the header
/// is looked at.
pub fn read(raw: &[u8]) -> Option<Report> {
    let (is_report, sender) = glance(raw);
    if !is_report && !sender.is_system {
        return None;
    }
    let tree = Tree::read(raw);
    let text: String = parse::parse(raw).text.chars().take(MOST_TEXT).collect();
    let original = Original::read(&tree);
    if sender.is_gmail && limit::is_sentence(&text) {
        return Some(Report { kind: Kind::SendingLimit, recipients: Vec::new(), unnamed: None, original, text });
    }
    let mut recipients = status::recipients(&tree);
    let mut unnamed = None;
    if recipients.is_empty() && sender.is_system {
        (recipients, unnamed) = notice::recipients(&tree, &text);
    }
    let limited = sender.is_exchange && outcomes(&recipients, unnamed.as_ref()).any(limit::is_exchange);
    let kind = if limited { Kind::SendingLimit } else { Kind::Delivery };
    let says_something = !recipients.is_empty() || unnamed.is_some();
    says_something.then_some(Report { kind, recipients, unnamed, original, text })
}

fn outcomes<'r>(named: &'r [Recipient], unnamed: Option<&'r Outcome>) -> impl Iterator<Item = &'r Outcome> {
    named.iter().map(|one| &one.outcome).chain(unnamed)
}

/// Whether the header says `multipart/report`, and who wrote it.
fn glance(raw: &[u8]) -> (bool, Sender) {
    let block = fields::block(raw, 0, MOST_FIELDS, |_| false);
    let value = |name: &str| {
        let field = block.fields.iter().find(|f| raw[f.name.clone()].eq_ignore_ascii_case(name.as_bytes()))?;
        let bytes = &raw[field.value.clone()];
        Some(fields::unfolded(&bytes[..bytes.len().min(4_096)], None))
    };
    let content_type = value("Content-Type").map(|text| params::read(&text)).unwrap_or_default();
    // Other kinds of report tell that a message was read, or complain of it (RFC 8098, RFC 5965).
    let about_delivery =
        content_type.get("report-type").is_none_or(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    let is_report = content_type.value == "multipart/report" && about_delivery;
    let from = value("From").and_then(|text| address::list(&text).into_iter().next());
    let email = from.map(|from| from.email.to_ascii_lowercase()).unwrap_or_default();
    let (is_system, is_gmail) = (notice::is_system(&email), notice::is_gmail(&email));
    (is_report, Sender { is_system, is_gmail, is_exchange: notice::is_exchange(&email) })
}

#[cfg(test)]
mod tests;
