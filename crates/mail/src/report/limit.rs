//! Which reports say that the mailbox itself sent too much: Gmail by a sentence, Exchange by the codes of its report.
//!
//! They stop the mailbox's sending for a while, so they are believed from the sender's own provider alone: what another
//! system writes of its limits says nothing about ours.

use super::status::{self, Action, Outcome};

/// How Gmail's notice of a passed limit begins (gmail.md section 5).
const SENTENCE: &str = "you have reached a limit for sending mail";
/// Enhanced status codes of Exchange Online for a passed limit (microsoft-exchange-imap-smtp.md 2.3 and section 6): the
/// mailbox's recipients of a day, a trial tenant's and a tenant's recipients outside, those of an onmicrosoft.com sender.
const CODES: [&str; 4] = ["5.1.90", "5.7.232", "5.7.233", "5.7.236"];
/// What Exchange says of the mailbox's recipients of a day under 5.2.0, which it also gives for other reasons.
const QUOTA: &str = "submissionquotaexceeded";
/// Servers inside Exchange Online; what they refused, no recipient's system refused.
const INSIDE: &str = ".prod.outlook.com";

/// Whether a text for people is Gmail's notice of a passed limit.
pub(super) fn is_sentence(text: &str) -> bool {
    status::tidy(text, text.len()).to_ascii_lowercase().contains(SENTENCE)
}

/// Whether Exchange did not deliver because its own customer passed a limit.
pub(super) fn is_exchange(outcome: &Outcome) -> bool {
    let inside = |mta: &String| mta.split_whitespace().next().is_some_and(|host| host.to_lowercase().ends_with(INSIDE));
    let is_code = outcome.status.as_deref().is_some_and(|status| CODES.contains(&status));
    let is_text = || outcome.diagnostic.as_deref().is_some_and(|text| text.to_ascii_lowercase().contains(QUOTA));
    outcome.action == Action::Failed && outcome.remote_mta.as_ref().is_none_or(inside) && (is_code || is_text())
}
