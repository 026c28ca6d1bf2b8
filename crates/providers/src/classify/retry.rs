//! Verdicts in the words of collections of labelled errors.

use model::{Fault, Timestamp, Verdict};

use super::Observation;
use crate::retry_after;

/// The verdict as `never`, `after_refresh`, `after_reauth`, `backoff`, `resync` or `after:` followed by the instant as
/// the answer writes it, or else by the seconds from the observation on.
///
/// `look_first` has no word of its own there: an outcome that is unknown is `backoff`. So is an instant that we
/// computed (the provider's midnight) and that the answer does not state.
pub fn retry_word(fault: &Fault, seen: &Observation<'_>) -> String {
    match fault.verdict {
        Verdict::At(instant) => stated(instant, seen).unwrap_or_else(|| "backoff".to_owned()),
        Verdict::LookFirst => "backoff".to_owned(),
        ref other => other.as_str().to_owned(),
    }
}

/// The instant in the words of the answer, if it states it.
fn stated(instant: Timestamp, seen: &Observation<'_>) -> Option<String> {
    let now = seen.observed_at();
    let text = seen.text_start();
    if let Some((written, _)) = retry_after::instant_in(text).filter(|(_, named)| *named == instant) {
        return Some(format!("after:{written}"));
    }
    let millis = instant.duration_since(now).as_millis();
    let seconds = (millis as f64 / 1000.0).to_string();
    let line = seen.imap_response.unwrap_or_default();
    let says = |number: &str| text.contains(number) || line.contains(number);
    let stated =
        retry_after::from_headers(seen.headers, now) == Some(instant) || says(&millis.to_string()) || says(&seconds);
    stated.then(|| format!("after:{seconds}"))
}
