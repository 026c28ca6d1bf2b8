//! An error as somebody observed it, with whatever of it is known.

use std::borrow::Cow;

use model::Timestamp;

use crate::retry_after;
use crate::wire::{WireAnswer, bounded};

/// What is known of an error. Everything but the body may be missing, and the body may be empty.
#[derive(Clone, Copy, Default, Debug)]
pub struct Observation<'a> {
    /// HTTP status.
    pub http_status: Option<u16>,
    /// HTTP header fields.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, the line, or what a client printed of it.
    pub body: &'a [u8],
    /// Code that a client had parsed out before it printed the rest (`ErrorInvalidRecipients`, `invalid_grant`).
    pub provider_code: Option<&'a str>,
    /// SMTP reply code.
    pub smtp_code: Option<&'a str>,
    /// IMAP response line.
    pub imap_response: Option<&'a str>,
    /// EWS response code.
    pub ews_code: Option<&'a str>,
    /// What was asked for.
    pub operation: Option<&'a str>,
    /// The instant of the error; when missing, the `Date` field or the answer's own words stand in.
    pub now: Option<Timestamp>,
}

impl<'a> Observation<'a> {
    /// The instant against which waits are measured.
    ///
    /// Without a clock, the answer is taken to be as old as it says it is (RFC 9110, 6.6.1), or a second older than the
    /// first instant it names, for nobody names an instant to wait for that has passed.
    pub fn observed_at(&self) -> Timestamp {
        let date = || self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("date"));
        let dated = || date().and_then(|(_, value)| retry_after::instant(value));
        self.now.or_else(dated).or_else(|| self.first_instant()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn first_instant(&self) -> Option<Timestamp> {
        let (_, instant) = retry_after::instant_in(self.text_start())?;
        instant.checked_sub(jiff::SignedDuration::from_secs(1)).ok()
    }

    /// The body as far as it is looked at for instants.
    pub(super) fn text_start(&self) -> &'a str {
        let start = &self.body[..self.body.len().min(4096)];
        match std::str::from_utf8(start) {
            Ok(text) => text,
            Err(at) => std::str::from_utf8(&start[..at.valid_up_to()]).unwrap_or(""),
        }
    }

    /// The body, with the code in front of it in the form in which it came, where a client had taken it out.
    pub(super) fn body_with_code(&self) -> Cow<'a, [u8]> {
        match self.provider_code {
            Some(code) if memchr::memmem::find(bounded(self.body), code.as_bytes()).is_none() => {
                let mut whole = format!("\"code\": \"{code}\", \"error\": \"{code}\"\n").into_bytes();
                whole.extend_from_slice(bounded(self.body));
                Cow::Owned(whole)
            }
            _ => Cow::Borrowed(self.body),
        }
    }

    pub(super) fn answer<'b>(&'b self, body: &'b [u8]) -> WireAnswer<'b> {
        let now = self.observed_at();
        WireAnswer { status: self.http_status, headers: self.headers, body, operation: self.operation, now }
    }
}
