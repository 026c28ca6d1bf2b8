//! What happens to a call that a rule hits.

use super::catalogue::{Catalogue, Moment};
use super::rule::AnswerSpec;
use serde_json::{Map, Value};
use std::time::Duration;

/// What to do with a call. First wait `delay`, then do `then`.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Id of the rule that hit.
    pub rule: String,
    /// How long to wait before anything else; zero for not at all.
    pub delay: Duration,
    /// What to do then.
    pub then: Then,
}

/// What to do with a call after the delay.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Go on as if no rule had hit.
    Proceed,
    /// Give this answer.
    Answer {
        /// The answer; made with [`Answer::render`] at the moment it is sent.
        answer: Answer,
        /// Whether the call takes effect first (its own answer is thrown away).
        after_effect: bool,
    },
    /// Close the connection without an answer.
    Cut {
        /// Whether the call takes effect first.
        after_effect: bool,
    },
    /// Accept a message for sending, keep it from its recipients, and tell so in its thread. Any other call goes on as
    /// if no rule had hit.
    Capped {
        /// How long after the answer the notice arrives.
        notice_after: Duration,
    },
    /// Accept a message for sending at Graph, and bring it back with a report. Any other call goes on as if no rule had
    /// hit.
    Returned {
        /// Which report: `quota`, `tenant_limit`, ...
        report: &'static str,
    },
}

/// An answer that may hold instants, and so is rendered when it is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Spelt out in the rule.
    Literal(AnswerSpec),
    /// From the catalogue.
    Named {
        /// Its name, such as `gmail.backend_error`.
        name: String,
        /// Its settings.
        settings: Map<String, Value>,
    },
}

/// An answer as it goes on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// HTTP status.
    pub status: u16,
    /// Headers, `Content-Type` among them unless the body is empty.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer to this call at this moment.
    #[must_use]
    pub fn render(&self, moment: &Moment<'_>) -> Rendered {
        match self {
            Answer::Literal(spec) => literal(spec),
            Answer::Named { name, settings } => Catalogue::standard().render(name, settings, moment),
        }
    }
}

fn literal(spec: &AnswerSpec) -> Rendered {
    let mut headers: Vec<(String, String)> = spec.headers.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
    let (content_type, body) = match &spec.body {
        Value::Null => (None, Vec::new()),
        Value::String(text) => (Some(text_type(text)), text.clone().into_bytes()),
        json => (Some("application/json; charset=UTF-8"), pretty(json)),
    };
    let given = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let (Some(content_type), false) = (content_type, given) {
        headers.push(("Content-Type".into(), content_type.into()));
    }
    Rendered { status: spec.status, headers, body }
}

fn text_type(text: &str) -> &'static str {
    if text.trim_start().starts_with('<') { "text/html; charset=UTF-8" } else { "text/plain; charset=UTF-8" }
}

/// JSON as Google prints it: two blanks of indent and a line end.
pub(super) fn pretty(json: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(json).unwrap_or_default();
    text.push(b'\n');
    text
}

/// Headers of a page that loads nothing.
pub(super) fn html_headers() -> Vec<(String, String)> {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        ("Content-Type", "text/html; charset=UTF-8"),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
    ];
    headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}
