//! Notices without a part for machines: Exchange's and older servers' of a failure; and who writes notices.

use super::status::{self, Action, Outcome, Recipient};
use crate::parse::tree::Tree;

/// Recipients of one notice.
const MOST_RECIPIENTS: usize = 1_000;
/// A diagnostic taken from the text for people, in characters.
const MOST_DIAGNOSTIC: usize = 1_000;

/// Whether an address, in lower case, is that of a mail system: the names of RFC 5321 section 4.5.1 and of practice.
pub(super) fn is_system(email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    matches!(local, "mailer-daemon" | "postmaster") || is_exchange(email) || is_gmail(email)
}

/// Whether it is an address of Exchange's own for what it tells its customers (microsoft-exchange-imap-smtp.md 1.1).
pub(super) fn is_exchange(email: &str) -> bool {
    email.starts_with("microsoftexchange")
}

/// Whether it is an address that Gmail's notices came from, now or formerly (gmail.md section 5).
pub(super) fn is_gmail(email: &str) -> bool {
    matches!(email, "mailer-daemon@googlemail.com" | "nobody@gmail.com")
}

/// What a notice of a mail system says: recipients by its `X-Failed-Recipients`, codes by its text. Without either it
/// says nothing: mail systems also write ordinary mail.
pub(super) fn recipients(tree: &Tree<'_>, text: &str) -> (Vec<Recipient>, Option<Outcome>) {
    let named: Vec<String> = tree
        .all_fields("X-Failed-Recipients")
        .flat_map(|value| value.split(',').filter_map(status::mailbox).collect::<Vec<_>>())
        .take(MOST_RECIPIENTS)
        .collect();
    let outcome = outcome(text);
    if named.is_empty() {
        return (Vec::new(), outcome);
    }
    let outcome = outcome.unwrap_or(Outcome {
        action: Action::Failed,
        status: None,
        code: None,
        diagnostic: None,
        remote_mta: None,
        will_retry_until: None,
    });
    let recipient = |address| Recipient { address, forwarded_to: None, outcome: outcome.clone() };
    (named.into_iter().map(recipient).collect(), None)
}

/// The outcome that a text tells by a reply code and an enhanced status code beside each other, such as `550 5.7.233`.
/// One of them alone can be anything: a version, a room, a price.
fn outcome(text: &str) -> Option<Outcome> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = (0..words.len()).find(|&at| reply(&words[at..words.len().min(at + 2)]).is_some())?;
    let (code, status) = reply(&words[at..words.len().min(at + 2)])?;
    let action = Action::of_status(&status).filter(|action| *action != Action::Delivered)?;
    Some(Outcome {
        action,
        status: Some(status),
        code: Some(code),
        diagnostic: Some(status::tidy(&words[at..].join(" "), MOST_DIAGNOSTIC)),
        remote_mta: None,
        will_retry_until: None,
    })
}

/// `550 5.1.1` or `550-5.1.1` at the beginning of two words.
fn reply(words: &[&str]) -> Option<(u16, String)> {
    let first = words.first()?.trim_start_matches(['\'', '"', '(', '[', '#', '<']);
    let digits = first.get(..3).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    if !(first.len() == 3 || first[3..].starts_with(['-', ' ']) || first[3..].starts_with("-#")) {
        return None;
    }
    match status::codes(&words.join(" ")) {
        (Some(code), Some(status)) if code.to_string() == digits && code >= 400 => Some((code, status)),
        _ => None,
    }
}
