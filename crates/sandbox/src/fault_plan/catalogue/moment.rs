//! What an answer may need to know of the call it answers.

use jiff::Timestamp;
use url::Url;

/// The call that is answered, and when.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Now, by the sandbox's clock.
    pub now: Timestamp,
    /// The mailbox the call is about; empty when not known.
    pub mailbox: &'a str,
    /// Google's inner name of the method, shown in some errors (`ListMessages`); empty outside the Gmail API.
    pub operation: &'a str,
    /// The scopes of which any one opens the method.
    pub scopes: &'a [&'a str],
    /// Where the browser goes back to, `state` already in it; only at the authorization endpoint, and only when the
    /// client is registered for it.
    pub back: Option<&'a Url>,
}

impl Moment<'_> {
    /// A moment of which only the time is known.
    #[must_use]
    pub fn at(now: Timestamp) -> Moment<'static> {
        Moment { now, mailbox: "", operation: "", scopes: &[], back: None }
    }
}
