//! What a named fault does, and how sure it is that the provider does the same.

use super::aadsts::Aadsts;
use super::envelope::Envelope;
use super::flat::Flat;
use super::moment::Moment;
use super::page::Page;
use super::settings::Settings;
use super::{NamedFault, Setting};
use crate::fault_plan::Rendered;
use serde::Serialize;

/// How sure it is that the provider answers like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The provider's own documentation shows it.
    Documented,
    /// Bytes taken from the wire were published.
    Captured,
    /// People report it, in issue trackers and logs.
    Reported,
    /// Made by analogy; probable.
    Assumed,
}

/// What a named fault does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    /// Answers with the error envelope of Google's APIs.
    Envelope(Envelope),
    /// Answers with the flat JSON of the token endpoint (RFC 6749, section 5.2).
    Flat(Flat),
    /// Answers as Microsoft's identity platform does.
    Aadsts(Aadsts),
    /// Answers as Microsoft Graph does.
    Graph(super::graph::Refusal),
    /// Accepts a message for sending, of which a report of this kind comes back.
    Returned(&'static str),
    /// Answers with a page.
    Page(Page),
    /// Sends the browser back to the application with this `error` (RFC 6749, section 4.1.2.1).
    Redirect(&'static str),
    /// Answers with what this makes.
    Made(fn(&Settings<'_>, &Moment<'_>) -> Rendered),
    /// Closes the connection.
    Cut { after_effect: bool },
    /// Waits the setting `seconds`, then lets the call pass.
    Slow,
    /// Accepts a message for sending and, the setting `seconds` later, tells in its thread that it was not sent.
    Capped,
}

impl Act {
    pub(super) fn answers(&self) -> bool {
        !matches!(self, Act::Cut { .. } | Act::Slow | Act::Capped | Act::Returned(_))
    }

    /// The answer; `None` where the act is none.
    pub(super) fn render(&self, settings: &Settings<'_>, moment: &Moment<'_>) -> Option<Rendered> {
        let mut rendered = match self {
            Act::Envelope(envelope) => envelope.render(settings, moment),
            Act::Flat(flat) => flat.render(settings),
            Act::Aadsts(refusal) => refusal.render(settings, moment),
            Act::Graph(refusal) => refusal.render(settings, moment),
            Act::Page(page) => page.render(settings),
            Act::Redirect(error) => super::page::redirect(error, moment),
            Act::Made(make) => make(settings, moment),
            Act::Cut { .. } | Act::Slow | Act::Capped | Act::Returned(_) => return None,
        };
        // Google sends none on these; a client that reads it can be tried all the same.
        match settings.number("retry_after") {
            0 => {}
            seconds => rendered.headers.push(("Retry-After".to_owned(), seconds.to_string())),
        }
        Some(rendered)
    }
}

/// One row of the catalogue.
pub(super) const fn row(
    name: &'static str,
    methods: &'static [&'static str],
    (evidence, source): (Evidence, &'static str),
    act: Act,
    summary: &'static str,
) -> NamedFault {
    NamedFault { name, summary, methods, evidence, source, own_settings: &[], act }
}

impl NamedFault {
    /// The same row with settings of its own.
    pub(super) const fn with(self, own_settings: &'static [(&'static str, Setting)]) -> NamedFault {
        NamedFault { own_settings, ..self }
    }
}
