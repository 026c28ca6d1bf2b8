//! Verdicts in the words of collections of labelled errors.

use model::{Fault, Verdict};

use super::Observation;
use crate::retry_after;

/// The verdict as `never`, `after_refresh`, `after_reauth`, `backoff`, `resync` or `after:` followed by the instant as
/// the answer writes it, or else by the seconds from the observation on.
///
/// `look_first` has no word of its own there: an outcome that is unknown is `backoff`.
pub fn retry_word(fault: &Fault, seen: &Observation<'_>) -> String {
    match fault.verdict {
        Verdict::At(instant) => match retry_after::instant_in(seen.text_start()) {
            Some((written, named)) if named == instant => format!("after:{written}"),
            _ => format!("after:{}", instant.duration_since(seen.observed_at()).as_millis() as f64 / 1000.0),
        },
        Verdict::LookFirst => "backoff".to_owned(),
        ref other => other.as_str().to_owned(),
    }
}
