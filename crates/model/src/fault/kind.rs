//! The classes of failure. The public vocabulary: names never change once released.

use serde::{Deserialize, Serialize};

use super::{Scope, Verdict};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal, $scope:ident, $verdict:ident, $cause:literal, $remedy:literal;)+) => {
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

            /// Why it happens, in one sentence.
            pub fn cause(self) -> &'static str {
                match self { $(FaultKind::$name => $cause),+ }
            }

            /// What the reader does about it, in one sentence.
            pub fn remedy(self) -> &'static str {
                match self { $(FaultKind::$name => $remedy),+ }
            }
        }
    };
}

kinds! {
    /// The request itself is wrong.
    InvalidRequest = "invalid_request", Request, Never,
        "The request is malformed or holds a value that is not allowed.",
        "Correct the field the message names and send the request again.";
    /// The token or credential was rejected; nothing says the grant is dead.
    Unauthenticated = "unauthenticated", Account, AfterRefresh,
        "The credential that came with the request was rejected.",
        "Check the credential; Postroad refreshes expired provider tokens by itself.";
    /// A person must authenticate again.
    ReauthRequired = "reauth_required", Account, AfterReauth,
        "The provider no longer accepts the stored credential: it was revoked, expired or the password changed.",
        "Send the person through hosted authentication again; the grant keeps its id.";
    /// The grant lacks a scope for this.
    InsufficientScope = "insufficient_scope", Account, AfterReauth,
        "The person did not grant a scope that this operation needs.",
        "Ask for the scope in hosted authentication and let the person consent again.";
    /// The account may not do this.
    PermissionDenied = "permission_denied", Request, Never,
        "The provider does not let this account do this.",
        "Check that the account owns, or was given access to, what the request names.";
    /// The operator has not switched the provider's API on.
    ApiDisabled = "api_disabled", App, Never,
        "The provider's API is not enabled in the operator's project.",
        "Enable the API in the provider's console, wait a few minutes, try again.";
    /// An administrator's policy forbids it.
    DomainPolicy = "domain_policy", Tenant, Never,
        "An administrator of the account's organisation does not allow this application.",
        "Ask that administrator to allow the application.";
    /// The operator's client id, secret or registration is wrong.
    OauthClientMisconfigured = "oauth_client_misconfigured", App, Never,
        "The provider rejects the connector's client id, secret or redirect URI.",
        "Correct the connector; the grants behind it are unharmed and need no new authentication.";
    /// It does not exist.
    NotFound = "not_found", Request, Never,
        "Nothing with this id exists, or it is not yours.",
        "Check the id and the grant it belongs to.";
    /// The provider forgot our place in its change log.
    SyncStateExpired = "sync_state_expired", Mailbox, Resync,
        "The provider no longer keeps changes from so far back.",
        "Nothing to do: Postroad reconciles the mailbox by itself.";
    /// Somebody else was quicker, or the state forbids it.
    ConflictOrPrecondition = "conflict_or_precondition", Request, Never,
        "The thing is not in a state that allows this, or it exists already.",
        "Read the current state, then decide.";
    /// Too many requests for one mailbox.
    RateLimitedUser = "rate_limited_user", Mailbox, Backoff,
        "The mailbox used up its allowance of provider requests for now.",
        "Wait until the instant given; Postroad paces its own background work around it.";
    /// Too many requests for the whole project.
    RateLimitedProject = "rate_limited_project", App, Backoff,
        "The operator's project used up its allowance of provider requests for now.",
        "Wait; if it happens often, ask the provider for more quota.";
    /// The day's allowance is used up.
    DailyQuotaExhausted = "daily_quota_exhausted", App, Backoff,
        "The project's daily allowance at the provider is used up.",
        "Wait for the provider's new day, or raise the cap in its console.";
    /// Too many requests at once.
    ConcurrencyLimited = "concurrency_limited", Mailbox, Backoff,
        "Too many requests for this mailbox were under way at once.",
        "Send fewer at a time; other programs using the mailbox count too.";
    /// Too many bytes.
    BandwidthLimited = "bandwidth_limited", Mailbox, Backoff,
        "The mailbox moved more bytes than the provider allows for now.",
        "Wait; the limit is per day.";
    /// Too much mail sent.
    SendingQuotaExceeded = "sending_quota_exceeded", Mailbox, Backoff,
        "The mailbox sent as much as its provider allows for now.",
        "Wait, often for hours; the limit is the provider's and is shared by all programs that send for the mailbox.";
    /// The server brakes without naming a quota.
    AccountThrottled = "account_throttled", Mailbox, Backoff,
        "The mail server asked for a pause on this account.",
        "Wait until the instant given, then try again.";
    /// No room left.
    MailboxFull = "mailbox_full", Mailbox, Never,
        "The mailbox has no storage left.",
        "The owner has to free or buy storage.";
    /// There is no mailbox to talk to.
    MailboxUnavailable = "mailbox_unavailable", Mailbox, Never,
        "The account has no mailbox, or it is switched off or being moved.",
        "Check with the account's administrator that mail is enabled for it.";
    /// The From address is not allowed.
    SenderNotAllowed = "sender_not_allowed", Request, Never,
        "The account may not send as the given From address.",
        "Leave `from` out, or use the grant's own address or one of its aliases.";
    /// A recipient was refused.
    RecipientRejected = "recipient_rejected", Request, Never,
        "At least one recipient was refused.",
        "Correct or remove the recipients named.";
    /// The content was refused.
    MessageRejected = "message_rejected", Request, Never,
        "The provider refused the message for its content.",
        "Change the message; what the provider says is in `provider_error`.";
    /// Too big.
    MessageTooLarge = "message_too_large", Request, Never,
        "The message or request is larger than allowed.",
        "Send less, or send attachments as multipart/form-data.";
    /// A recipient's address needs SMTPUTF8 and the provider has none.
    NonAsciiRecipient = "non_ascii_recipient", Request, Never,
        "A recipient's address holds characters the provider cannot carry.",
        "Use an ASCII form of the address, if the recipient has one.";
    /// An attachment is broken or forbidden.
    AttachmentInvalid = "attachment_invalid", Request, Never,
        "An attachment is malformed or not allowed by the provider.",
        "Correct or remove the attachment.";
    /// Exchange quarantined the device.
    QuarantinedDevice = "quarantined_device", Account, Never,
        "Exchange holds the connecting device in quarantine.",
        "An Exchange administrator has to release it.";
    /// Passwords are not accepted here.
    BasicAuthBlocked = "basic_auth_blocked", Account, AfterReauth,
        "The provider does not accept passwords for this account.",
        "Authenticate with OAuth instead.";
    /// Too many connections.
    ConnectionLimit = "connection_limit", Mailbox, Backoff,
        "The mail server allows no further connection for this account now.",
        "Close other mail programs or wait.";
    /// The provider failed.
    TransientBackend = "transient_backend", Request, Backoff,
        "The provider failed to answer properly.",
        "Nothing is wrong with the request; try again shortly.";
    /// The provider did not answer in time.
    GatewayTimeout = "gateway_timeout", Request, Backoff,
        "The provider did not answer in time.",
        "Try again shortly; look before repeating a send.";
    /// The network failed.
    Network = "network", Request, Backoff,
        "The provider could not be reached.",
        "Check that this machine reaches the provider; try again shortly.";
    /// Not recognised.
    Unknown = "unknown", Request, Backoff,
        "The provider answered with an error Postroad does not know.",
        "See `provider_error`; please report it so that the next release knows it.";

    // Postroad's own.

    /// Our own credential is missing or wrong.
    ApiKeyInvalid = "api_key_invalid", Request, Never,
        "The API key or access token is missing, unknown, expired or revoked.",
        "Send `Authorization: Bearer <API key>`, or HTTP Basic with the key as user name and an empty password.";
    /// Our own rate limit.
    ApiRateLimited = "api_rate_limited", App, Backoff,
        "More requests than this installation allows per second.",
        "Wait the seconds in Retry-After and spread requests out.";
    /// The redirect URI is not usable.
    RedirectUriInvalid = "redirect_uri_invalid", Request, Never,
        "The redirect URI is neither https nor http on localhost, or is not registered.",
        "Register the exact URI with the application; use https, or http on localhost.";
    /// Another account came back from re-authentication.
    WrongAccount = "wrong_account", Account, AfterReauth,
        "The person signed in with another account than the grant's.",
        "Sign in with the account the grant was made for; the old grant is unharmed.";
    /// Too little time or too little left of ours.
    Internal = "internal", Request, Backoff,
        "Postroad itself failed.",
        "Look the request id up in the log, and please report it.";
    /// Not something this installation does.
    Unsupported = "unsupported", Request, Never,
        "This installation does not offer this.",
        "See the reference for what it does offer.";
}
