//! Faults: classified failures that explain themselves.
//!
//! A provider's answer is classified once, beside the wire (`providers/*/fault`), and carried unchanged from
//! there: the engine acts on the [`Verdict`], the server turns the [`FaultKind`] into an HTTP answer, the log
//! keeps the raw text. Nobody looks at the provider's words again.

mod entries;
mod entry;
mod kept;
mod kind;
mod noted;
mod signal;

pub use entry::{Actor, Entry, Group};
pub use kept::KeptFault;
pub use kind::FaultKind;
pub use noted::{ConnectorFault, Origin, UnknownFault};
pub use signal::Signal;

use serde::{Deserialize, Serialize};

use crate::quota::QuotaRefusal;
use crate::{Provider, Timestamp};

/// What a failure is about, and therefore who is affected by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// This request only.
    Request,
    /// Everything in this mailbox.
    Mailbox,
    /// The person's account at the provider.
    Account,
    /// Every grant of this application or connector.
    App,
    /// Every account of an organisation.
    Tenant,
}

impl Scope {
    /// The public name, as in `error.fault.scope`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Request => "request",
            Scope::Mailbox => "mailbox",
            Scope::Account => "account",
            Scope::App => "app",
            Scope::Tenant => "tenant",
        }
    }

    /// Who is affected, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Scope::Request => "This request only.",
            Scope::Mailbox => "Everything in this mailbox.",
            Scope::Account => "The person's account at the provider.",
            Scope::App => "Every grant of the application or connector.",
            Scope::Tenant => "Every account of the organisation.",
        }
    }
}

/// What may be done after a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The same request will fail again.
    Never,
    /// Buy a new access token, then try once.
    AfterRefresh,
    /// A person has to authenticate again first.
    AfterReauth,
    /// Not before this instant; the instant is a floor.
    At(Timestamp),
    /// Later, after our own backoff.
    Backoff,
    /// The sync cursor is lost; reconcile, then go on.
    Resync,
    /// The outcome is unknown; look before trying again.
    LookFirst,
}

impl Verdict {
    /// The public name, as in `error.fault.retry.verdict`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Verdict::Never => "never",
            Verdict::AfterRefresh => "after_refresh",
            Verdict::AfterReauth => "after_reauth",
            Verdict::At(_) => "at",
            Verdict::Backoff => "backoff",
            Verdict::Resync => "resync",
            Verdict::LookFirst => "look_first",
        }
    }

    /// Whether and when to try again, in words.
    pub fn in_words(&self) -> &'static str {
        match self {
            Verdict::Never => "The same request will fail again: change it, or what it meets, first.",
            Verdict::AfterRefresh => "Once, after a new access token; Postroad does that by itself.",
            Verdict::AfterReauth => "After the person has authenticated again.",
            Verdict::At(_) => "Not before the instant the answer gives.",
            Verdict::Backoff => "Later, with growing, random pauses; not before Retry-After where the answer has it.",
            Verdict::Resync => "After Postroad has reconciled the mailbox, which it does by itself.",
            Verdict::LookFirst => "Only after looking whether the first attempt took effect.",
        }
    }
}

/// A classified failure.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{}: {message}", kind.as_str())]
pub struct Fault {
    /// Its class.
    pub kind: FaultKind,
    /// Who is affected.
    pub scope: Scope,
    /// What may be done.
    pub verdict: Verdict,
    /// One sentence for the caller. Never holds secrets or raw provider text.
    pub message: String,
    /// The request field at fault, when a field is at fault.
    pub field: Option<String>,
    /// The provider that answered, when one did.
    pub provider: Option<Provider>,
    /// The provider's structured code (`rateLimitExceeded`, `AADSTS50173`, `5.4.5`).
    pub provider_code: Option<String>,
    /// The provider's error object, untouched; handed to the caller as `provider_error`.
    pub provider_error: Option<serde_json::Value>,
    /// Short raw text for the log.
    pub raw: Option<String>,
    /// What the provider answered to, where a client noted it.
    pub origin: Option<Box<Origin>>,
    /// Which quota was exhausted, when a quota was.
    pub quota: Option<QuotaRefusal>,
    /// Our own pacing kept the call back: the provider was not asked.
    pub held_back: bool,
    /// What the provider wants to be asked for before it goes on: opaque, handed to its sign-in page or token endpoint.
    pub challenge: Option<Box<str>>,
}

impl Fault {
    /// A fault with its kind's usual scope and verdict.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            scope: kind.usual_scope(),
            verdict: kind.usual_verdict(),
            message: message.into(),
            field: None,
            provider: None,
            provider_code: None,
            provider_error: None,
            raw: None,
            origin: None,
            quota: None,
            held_back: false,
            challenge: None,
        }
    }

    /// A request that cannot be carried out as it stands, with the field to mend.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(FaultKind::InvalidRequest, message) }
    }

    /// Something asked for that does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FaultKind::NotFound, message)
    }

    /// A failure of our own that the caller cannot mend; `raw` goes to the log only.
    pub fn internal(raw: impl Into<String>) -> Self {
        Self {
            raw: Some(raw.into()),
            ..Self::new(FaultKind::Internal, "Internal error; the log has the details under this request id.")
        }
    }

    /// The same fault, with what it answers to.
    pub fn answering(self, origin: Origin) -> Self {
        Self { origin: Some(Box::new(origin)), ..self }
    }

    /// Whether it is the operator's or an administrator's to mend: not the request, the mailbox or the person is at fault,
    /// and waiting alone does not end it.
    pub fn is_operators(&self) -> bool {
        matches!(self.scope, Scope::App | Scope::Tenant)
            && matches!(self.verdict, Verdict::Never | Verdict::AfterReauth)
            && self.provider.is_some()
    }

    /// The same fault with another verdict.
    pub fn with_verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    /// When a retry makes sense, if the fault names an instant.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self.verdict {
            Verdict::At(instant) => Some(instant),
            _ => None,
        }
    }
}
