//! What a row of the table says.

use std::ops::RangeInclusive;
use std::time::Duration;

use model::FaultKind;
use providers::classify::Protocol;
use serde::Serialize;

/// One way to meet one promised error.
#[derive(Clone)]
pub struct Row {
    /// Its own name; also the local part of its mailbox.
    pub name: &'static str,
    /// The promised error it is a case of.
    pub of: &'static str,
    /// What is wrong beforehand.
    pub before: Before,
    /// What is asked.
    pub call: Call,
    /// What is answered.
    pub answer: Answer,
    /// What became of the grant.
    pub grant: Grant,
    /// How often the provider was asked for what the call is about.
    pub asked: RangeInclusive<usize>,
    /// The provider may be asked once more whenever so long has passed.
    pub again_after: Option<Duration>,
    /// How often Google was asked for an access token meanwhile.
    pub bought: usize,
    /// Messages that the provider took in for sending.
    pub sent: usize,
    /// What the next request meets.
    pub then: Then,
}

/// What is wrong beforehand.
#[derive(Clone)]
pub enum Before {
    /// Nothing: the request is.
    Nothing,
    /// The sandbox does this by name, so many times, wherever the call leads; `with` are settings of the fault.
    Sandbox { fault: &'static str, times: Option<u64>, with: &'static [(&'static str, &'static str)] },
    /// Google forgets the access tokens.
    Expired,
    /// The person took the permission back.
    Revoked,
    /// A provider without a sandbox says this.
    Says(Wire),
}

/// What a provider without a sandbox says, byte for byte.
#[derive(Clone)]
pub struct Wire {
    pub protocol: Protocol,
    pub status: Option<u16>,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: String,
    pub operation: &'static str,
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// A search in the provider's own syntax: a read that cannot come from the mirror.
    Search,
    /// The same with a `limit` that is no number.
    BadSearch,
    /// The same with an API key that is none.
    Stranger,
    /// A message to somebody.
    Send,
    /// A message under an address that is not the grant's.
    SendAs(&'static str),
    /// A message, in JSON that breaks off.
    Malformed,
    /// A grant from a refresh token.
    Bring(Brought),
    /// A grant from a password.
    Password,
    /// The same grant again, from another refresh token.
    Renew(Brought),
    /// A redirect URI for the application.
    RedirectUri(&'static str),
    /// Provider detection, until it is too much.
    Flood,
    /// A code for a token, by an application with a wrong secret.
    Exchange,
}

/// The refresh token of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Nobody issued it.
    Unknown,
    /// It was revoked.
    Revoked,
    /// It lacks this scope.
    Lacking(&'static str),
    /// It is of another account.
    Other,
    /// It is of the same account, which now goes by another address.
    Alias,
    /// There is nothing wrong with it.
    Good,
}

/// Where a call leads at a provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    Nowhere,
    Search,
    Send,
    Token,
}

impl Call {
    /// Where it leads at the provider.
    pub fn leads(self) -> Where {
        match self {
            Call::Search => Where::Search,
            Call::Send => Where::Send,
            Call::Bring(_) | Call::Renew(_) => Where::Token,
            _ => Where::Nowhere,
        }
    }
}

/// What is answered.
#[derive(Clone)]
pub enum Answer {
    /// What was asked for.
    Success,
    /// This.
    Refused(Box<Refused>),
}

/// A refusal. What is `None` is not there.
#[derive(Clone, Serialize)]
pub struct Refused {
    pub status: u16,
    #[serde(rename = "type")]
    pub wire_type: &'static str,
    #[serde(serialize_with = "kind_name")]
    pub kind: FaultKind,
    pub scope: &'static str,
    pub verdict: &'static str,
    /// Bounds of the seconds to wait, where an instant is known; with the verdict `backoff`, where it may be.
    pub after: Option<(i64, i64)>,
    /// A place in the provider's own error, and what stands there.
    pub provider: Option<(&'static str, serde_json::Value)>,
    /// What the mail server said.
    pub server_error: Option<&'static str>,
    /// The field at fault.
    pub field: Option<&'static str>,
    /// Words of the message or the remedy.
    pub words: &'static [&'static str],
}

fn kind_name<S: serde::Serializer>(kind: &FaultKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

/// What became of the grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grant {
    /// There is none.
    None,
    /// It is valid; nothing was announced.
    Valid,
    /// It is invalid; `grant.expired` was announced once.
    Expired,
}

/// What the next request meets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// Nothing is said about it.
    Open,
    /// The same status, and the provider is not asked.
    HeldBack,
    /// The grant has expired, and the provider is not asked.
    Expired,
    /// A send is answered 429, and the provider is not asked.
    SendHeldBack,
}

/// A row of this name, about this error: a call that meets something.
pub fn row(name: &'static str, of: &'static str, call: Call, before: Before) -> Row {
    let asked = if call.leads() == Where::Nowhere { 0..=0 } else { 1..=1 };
    let (bought, sent, again_after) = (0, 0, None);
    let (answer, grant, then) = (Answer::Success, Grant::Valid, Then::Open);
    Row { name, of, before, call, answer, grant, asked, again_after, bought, sent, then }
}

/// A fault of the sandbox that stays.
pub fn sandbox(fault: &'static str) -> Before {
    Before::Sandbox { fault, times: None, with: &[] }
}

/// A refusal.
pub fn refused(status: u16, wire_type: &'static str, kind: FaultKind) -> Refused {
    let (after, provider, server_error, field) = (None, None, None, None);
    Refused {
        status,
        wire_type,
        kind,
        scope: "request",
        verdict: "never",
        after,
        provider,
        server_error,
        field,
        words: &[],
    }
}

impl Row {
    pub fn is(self, refused: Refused) -> Self {
        Self { answer: Answer::Refused(Box::new(refused)), ..self }
    }

    pub fn grant(self, grant: Grant) -> Self {
        Self { grant, ..self }
    }

    pub fn asked(self, asked: RangeInclusive<usize>) -> Self {
        Self { asked, ..self }
    }

    pub fn again_after(self, pause: Duration) -> Self {
        Self { again_after: Some(pause), ..self }
    }

    pub fn bought(self, bought: usize) -> Self {
        Self { bought, ..self }
    }

    pub fn sent(self, sent: usize) -> Self {
        Self { sent, ..self }
    }

    pub fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

impl Refused {
    pub fn scope(self, scope: &'static str) -> Self {
        Self { scope, ..self }
    }

    pub fn retry(self, verdict: &'static str) -> Self {
        Self { verdict, ..self }
    }

    pub fn after(self, least: i64, most: i64) -> Self {
        Self { verdict: "at", after: Some((least, most)), ..self }
    }

    /// The provider names no instant. Where a hold of our own is known to last longer, its end may be told.
    pub fn soon(self) -> Self {
        Self { verdict: "backoff", after: Some((1, 120)), ..self }
    }

    pub fn says(self, place: &'static str, value: impl Into<serde_json::Value>) -> Self {
        Self { provider: Some((place, value.into())), ..self }
    }

    pub fn server_error(self, text: &'static str) -> Self {
        Self { server_error: Some(text), ..self }
    }

    pub fn field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    pub fn words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }
}
