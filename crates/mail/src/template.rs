//! Templates: logic-less Mustache, filled in with a caller's variables.
//!
//! Variables `{{name}}` and `{{a.b}}`, unescaped `{{{name}}}` and `{{&name}}`, sections `{{#name}}…{{/name}}`, inverted sections
//! `{{^name}}…{{/name}}`, comments `{{! … }}` and the item itself `{{.}}`, as the Mustache specification has them. Partials and
//! changed delimiters are refused when a template is read. An own reader because no kept Mustache crate says which variable
//! is missing; nothing here can loop or call anything, so templates of strangers are safe to fill in.

mod read;
mod render;

use serde_json::{Map, Value};

pub use read::Template;

/// How variables go into the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Escape {
    /// Into HTML: `& < > " '` become entities.
    Html,
    /// Into a subject or a plain text: as they are.
    None,
}

/// What is wrong with a template, or with filling it in.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// The template cannot be read.
    #[error("line {line}: {reason}")]
    Unreadable {
        /// Counted from one.
        line: usize,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A strict rendering met a variable that was not given.
    #[error("the variable `{0}` is missing")]
    Missing(String),
    /// A strict rendering met a list or an object where a text is written.
    #[error("the variable `{0}` is a list or an object; a text, number or truth value can be written")]
    NotText(String),
    /// The result is too long, or takes too many steps.
    #[error("the text becomes longer than {0} bytes; use shorter lists")]
    TooLong(usize),
}

/// Fills in a template. With `strict`, a variable that was not given is a flaw; without, it is left empty. A section about a
/// variable that was not given is left out either way: asking is what sections are for.
pub fn render(
    template: &Template,
    variables: &Map<String, Value>,
    strict: bool,
    escape: Escape,
) -> Result<String, Flaw> {
    render::render(template, variables, strict, escape)
}

#[cfg(test)]
mod tests;
