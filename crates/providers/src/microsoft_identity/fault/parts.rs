//! Takes a token endpoint's answer apart: `error`, `suberror`, AADSTS numbers.

use memchr::memmem;
use serde_json::Value;

use super::{aadsts, oauth_error};
use crate::wire::{Excerpt, field, words};

/// Numbers that are kept; a description wraps one or two.
const NUMBER_LIMIT: usize = 8;
/// Words of a text in which an OAuth error is looked for.
const WORD_LIMIT: usize = 300;

/// What an answer says in its fields.
#[derive(Debug)]
pub(super) struct Parts {
    pub error: Option<String>,
    pub suberror: Option<String>,
    /// In the order they stand in: `error_codes` first, then the description.
    pub numbers: Vec<u32>,
}

impl Parts {
    pub fn of(json: Option<&Value>, excerpt: &Excerpt<'_>) -> Self {
        let text = excerpt.text.as_ref();
        let stated = |name: &str| json.and_then(|json| json.get(name)?.as_str().map(str::to_owned));
        let printed = |name: &str| stated(name).or_else(|| field(text, name).map(str::to_owned));
        let error = printed("error").filter(|error| oauth_error::is_known(error));
        Self {
            error: error.or_else(|| named_error(text)),
            suberror: printed("suberror").filter(|suberror| !suberror.is_empty()),
            numbers: numbers(json, text),
        }
    }

    /// The number that names the cause: a listed one before a wrapper such as 70002, which quotes the cause.
    pub fn best_number(&self) -> Option<u32> {
        let cause = self.numbers.iter().copied().find(|number| aadsts::specific(*number).is_some());
        cause.or_else(|| self.numbers.first().copied())
    }
}

/// An OAuth error that a client printed without its quotes (`invalid_grant: …`).
fn named_error(text: &str) -> Option<String> {
    words(text, WORD_LIMIT).find(|word| oauth_error::is_known(word) && word.contains('_')).map(str::to_owned)
}

fn numbers(json: Option<&Value>, text: &str) -> Vec<u32> {
    let listed = json.and_then(|json| json.get("error_codes")?.as_array());
    let listed = listed.into_iter().flatten().filter_map(|number| u32::try_from(number.as_u64()?).ok());
    let mut numbers: Vec<u32> = listed.chain(written(text)).take(NUMBER_LIMIT * 2).collect();
    let mut seen = Vec::new();
    numbers.retain(|number| {
        !seen.contains(number) && {
            seen.push(*number);
            true
        }
    });
    numbers.truncate(NUMBER_LIMIT);
    numbers
}

/// The digits after each `AADSTS`.
fn written(text: &str) -> impl Iterator<Item = u32> {
    let places = memmem::find_iter(text.as_bytes(), "AADSTS").take(NUMBER_LIMIT);
    places.filter_map(|at| {
        let digits = &text[at + "AADSTS".len()..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    })
}
