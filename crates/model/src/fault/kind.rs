//! The classes of failure. The public vocabulary: names never change once released.

use serde::{Deserialize, Serialize};

use super::{Entry, Group, Scope, Verdict, entries};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal, $scope:ident, $verdict:ident, $chapter:ident::$entry:ident;)+) => {
        /// The class of a failure.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub enum FaultKind {
            $($(#[doc = $doc])+ #[serde(rename = $wire)] $name),+
        }

        impl FaultKind {
            /// Every kind.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$name),+];

            /// The public name.
            pub fn as_str(self) -> &'static str {
                match self { $(FaultKind::$name => $wire),+ }
            }

            /// Reads a public name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($wire => Some(FaultKind::$name),)+ _ => None }
            }

            /// Who is affected, unless the classifier knows better.
            pub fn usual_scope(self) -> Scope {
                match self { $(FaultKind::$name => Scope::$scope),+ }
            }

            /// What may be done, unless the classifier knows better.
            pub fn usual_verdict(self) -> Verdict {
                match self { $(FaultKind::$name => Verdict::$verdict),+ }
            }

            /// What the catalogue says of it.
            pub fn entry(self) -> &'static Entry {
                match self { $(FaultKind::$name => &entries::$chapter::$entry),+ }
            }
        }
    };
}

kinds! {
    /// The request itself is wrong.
    InvalidRequest = "invalid_request", Request, Never, request::INVALID_REQUEST;
    /// The token or credential was rejected; nothing says the grant is dead.
    Unauthenticated = "unauthenticated", Account, AfterRefresh, credentials::UNAUTHENTICATED;
    /// A person must authenticate again.
    ReauthRequired = "reauth_required", Account, AfterReauth, credentials::REAUTH_REQUIRED;
    /// The grant lacks a scope for this.
    InsufficientScope = "insufficient_scope", Account, AfterReauth, credentials::INSUFFICIENT_SCOPE;
    /// The account may not do this.
    PermissionDenied = "permission_denied", Request, Never, request::PERMISSION_DENIED;
    /// The operator has not switched the provider's API on.
    ApiDisabled = "api_disabled", App, Never, setup::API_DISABLED;
    /// An administrator's policy forbids it.
    DomainPolicy = "domain_policy", Tenant, Never, setup::DOMAIN_POLICY;
    /// The operator's client id, secret or registration is wrong.
    OauthClientMisconfigured = "oauth_client_misconfigured", App, Never, setup::OAUTH_CLIENT_MISCONFIGURED;
    /// It does not exist.
    NotFound = "not_found", Request, Never, request::NOT_FOUND;
    /// The provider forgot our place in its change log.
    SyncStateExpired = "sync_state_expired", Mailbox, Resync, mailbox::SYNC_STATE_EXPIRED;
    /// Somebody else was quicker, or the state forbids it.
    ConflictOrPrecondition = "conflict_or_precondition", Request, Never, request::CONFLICT_OR_PRECONDITION;
    /// Too many requests for one mailbox.
    RateLimitedUser = "rate_limited_user", Mailbox, Backoff, limits::RATE_LIMITED_USER;
    /// Too many requests for the whole project.
    RateLimitedProject = "rate_limited_project", App, Backoff, limits::RATE_LIMITED_PROJECT;
    /// The day's allowance is used up.
    DailyQuotaExhausted = "daily_quota_exhausted", App, Backoff, limits::DAILY_QUOTA_EXHAUSTED;
    /// Too many requests at once.
    ConcurrencyLimited = "concurrency_limited", Mailbox, Backoff, limits::CONCURRENCY_LIMITED;
    /// Too many bytes.
    BandwidthLimited = "bandwidth_limited", Mailbox, Backoff, limits::BANDWIDTH_LIMITED;
    /// Too much mail sent.
    SendingQuotaExceeded = "sending_quota_exceeded", Mailbox, Backoff, limits::SENDING_QUOTA_EXCEEDED;
    /// The server brakes without naming a quota.
    AccountThrottled = "account_throttled", Mailbox, Backoff, limits::ACCOUNT_THROTTLED;
    /// No room left.
    MailboxFull = "mailbox_full", Mailbox, Never, mailbox::MAILBOX_FULL;
    /// There is no mailbox to talk to.
    MailboxUnavailable = "mailbox_unavailable", Mailbox, Never, mailbox::MAILBOX_UNAVAILABLE;
    /// The From address is not allowed.
    SenderNotAllowed = "sender_not_allowed", Request, Never, sending::SENDER_NOT_ALLOWED;
    /// A recipient was refused.
    RecipientRejected = "recipient_rejected", Request, Never, sending::RECIPIENT_REJECTED;
    /// The content was refused.
    MessageRejected = "message_rejected", Request, Never, sending::MESSAGE_REJECTED;
    /// Too big.
    MessageTooLarge = "message_too_large", Request, Never, sending::MESSAGE_TOO_LARGE;
    /// A recipient's address needs SMTPUTF8 and the provider has none.
    NonAsciiRecipient = "non_ascii_recipient", Request, Never, sending::NON_ASCII_RECIPIENT;
    /// An attachment is broken or forbidden.
    AttachmentInvalid = "attachment_invalid", Request, Never, sending::ATTACHMENT_INVALID;
    /// Exchange quarantined the device.
    QuarantinedDevice = "quarantined_device", Account, Never, setup::QUARANTINED_DEVICE;
    /// Passwords are not accepted here.
    BasicAuthBlocked = "basic_auth_blocked", Account, AfterReauth, credentials::BASIC_AUTH_BLOCKED;
    /// Too many connections.
    ConnectionLimit = "connection_limit", Mailbox, Backoff, limits::CONNECTION_LIMIT;
    /// The provider failed.
    TransientBackend = "transient_backend", Request, Backoff, passing::TRANSIENT_BACKEND;
    /// The provider did not answer in time.
    GatewayTimeout = "gateway_timeout", Request, Backoff, passing::GATEWAY_TIMEOUT;
    /// The network failed.
    Network = "network", Request, Backoff, passing::NETWORK;
    /// Not recognised.
    Unknown = "unknown", Request, Backoff, passing::UNKNOWN;

    // Postroad's own.

    /// Our own credential is missing or wrong.
    ApiKeyInvalid = "api_key_invalid", Request, Never, credentials::API_KEY_INVALID;
    /// Our own rate limit.
    ApiRateLimited = "api_rate_limited", App, Backoff, limits::API_RATE_LIMITED;
    /// The redirect URI is not usable.
    RedirectUriInvalid = "redirect_uri_invalid", Request, Never, request::REDIRECT_URI_INVALID;
    /// Another account came back from re-authentication.
    WrongAccount = "wrong_account", Account, AfterReauth, credentials::WRONG_ACCOUNT;
    /// Too little time or too little left of ours.
    Internal = "internal", Request, Backoff, passing::INTERNAL;
    /// Not something this installation does.
    Unsupported = "unsupported", Request, Never, request::UNSUPPORTED;
}

impl FaultKind {
    /// Why it happens, in one sentence.
    pub fn cause(self) -> &'static str {
        self.entry().cause
    }

    /// What the reader does about it, in one sentence.
    pub fn remedy(self) -> &'static str {
        self.entry().remedy
    }

    /// Whether it says something of more than the one message that was asked for: any other would have met it as well.
    pub fn meets_others(self) -> bool {
        // The two that are a request's own by their scope, and still find every other request in the same state.
        matches!(self, FaultKind::Network | FaultKind::Internal) || self.usual_scope() != Scope::Request
    }

    /// The kinds of a chapter of the catalogue, in its order.
    pub fn of(group: Group) -> impl Iterator<Item = FaultKind> {
        Self::ALL.iter().copied().filter(move |kind| kind.entry().group == group)
    }
}
