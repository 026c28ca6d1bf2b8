//! Takes a Graph answer apart: the envelope of a batch item, the error object, its chain of inner errors.

use model::Timestamp;
use serde_json::Value;

use super::{codes, inner_wait};
use crate::exchange::fault::response_code;
use crate::wire::{Excerpt, WireAnswer, embedded_object, field, words};

/// Inner errors that are followed; real ones are one or two deep.
const CHAIN_LIMIT: usize = 8;
/// Words of a text without an error object in which a code is looked for.
const WORD_LIMIT: usize = 400;

/// The answer without the envelope of `$batch`.
pub(super) struct Unwrapped<'a> {
    pub json: Option<Value>,
    pub status: Option<u16>,
    headers: Option<Value>,
    text: std::borrow::Cow<'a, str>,
}

impl<'a> Unwrapped<'a> {
    pub fn of(answer: &WireAnswer<'a>) -> Self {
        let body = answer.bounded();
        let text = String::from_utf8_lossy(body);
        match embedded_object(body) {
            Some(Value::Object(mut item)) if item.contains_key("status") && item.contains_key("body") => Self {
                status: item.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()),
                headers: item.remove("headers"),
                json: item.remove("body"),
                text,
            },
            json => Self { json, status: None, headers: None, text },
        }
    }

    pub fn wait(&self, now: Timestamp) -> Option<Timestamp> {
        inner_wait(self.headers.as_ref()?, now)
    }
}

/// The codes of an answer, most exact first, and its wording in lower case.
pub(super) struct Parts {
    pub codes: Vec<String>,
    pub low: String,
}

impl Parts {
    pub fn of(unwrapped: &Unwrapped<'_>) -> Self {
        let error = unwrapped.json.as_ref().and_then(|json| json.get("error")).filter(|error| error.is_object());
        let codes = match error {
            Some(error) => chain(error),
            None => printed(&unwrapped.text),
        };
        Self { codes: exact_first(codes), low: Excerpt::of_str(&unwrapped.text).low }
    }
}

/// The code of the error and of every inner error, outermost first.
fn chain(error: &Value) -> Vec<String> {
    let mut codes = Vec::new();
    let mut next = Some(error);
    for _ in 0..CHAIN_LIMIT {
        let Some(error) = next else { break };
        codes.extend(error.get("code").and_then(Value::as_str).filter(|code| is_name(code)).map(str::to_owned));
        // Workloads disagree about the spelling.
        next = error.get("innerError").or_else(|| error.get("innererror"));
    }
    codes
}

/// Codes in a body that does not parse, or that a client printed: the quoted `code`, else any word that is a code.
fn printed(text: &str) -> Vec<String> {
    if let Some(code) = field(text, "code").filter(|code| is_name(code)) {
        return vec![code.to_owned()];
    }
    // Codes are words written together; a page of prose is not looked up word by word.
    let joined = |word: &str| word.bytes().skip(1).any(|b| b.is_ascii_uppercase() || b == b'_');
    let listed = |word: &str| codes::exact(word).is_some() || response_code(word).is_some();
    let known = |word: &&str| word.len() > 8 && joined(word) && listed(word);
    words(text, WORD_LIMIT).find(known).map(str::to_owned).into_iter().collect()
}

/// A code, and not a number (`innerError.code` is sometimes the status) or a sentence.
fn is_name(code: &str) -> bool {
    let shape = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    code.len() <= 80 && code.bytes().all(shape) && code.bytes().any(|b| b.is_ascii_alphabetic())
}

/// An outer `BadRequest` gives way to the inner code that says what is bad.
fn exact_first(mut codes: Vec<String>) -> Vec<String> {
    codes.sort_by_key(|code| codes::is_generic(code));
    codes
}
