//! The wording of Google's errors, for cases that no structured field tells apart. One table; each row with its source.
//!
//! Sources: D = Google's documentation, L = wire bytes of live Gmail as published, I = issue trackers (see the project's
//! notes on Gmail). Compared without case, because reports disagree on it.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use model::FaultKind::*;
use model::{Scope, Verdict};

use super::Class;

/// A wording and what it means.
struct Row {
    text: &'static str,
    class: Class,
}

const fn row(text: &'static str, class: Class) -> Row {
    Row { text, class }
}

/// First match wins: longer and more special wordings stand before shorter ones.
const TABLE: &[Row] = &[
    // Mailbox state.
    row("mail service not enabled", Class::of(MailboxUnavailable).scope(Scope::Account)), // L, 400 failedPrecondition
    // One wording, two causes: an intermittent fault that passes, and a service account without a mailbox (I).
    row("precondition check failed", Class::of(ConflictOrPrecondition).verdict(Verdict::Backoff)),
    // Policies and operators.
    row("domain administrators have disabled", Class::of(DomainPolicy)), // D
    row("disabled by administrator", Class::of(DomainPolicy)),           // I
    row("has not been used in project", Class::of(ApiDisabled)),         // L
    row("access not configured", Class::of(ApiDisabled)),                // D, before 2020
    row("is not found and cannot be used for api calls", Class::of(ApiDisabled)), // I
    row(" has been deleted.", Class::of(ApiDisabled)),                   // I, "Project #N has been deleted."
    row("cannot be identified with a project", Class::of(OauthClientMisconfigured)), // I
    row(
        "error sending test message to cloud pubsub",
        Class::of(PermissionDenied).scope(Scope::App).field("topic_name").says(
            "Gmail may not publish to the Pub/Sub topic; let gmail-api-push@system.gserviceaccount.com publish to it.",
        ),
    ), // L
    row("delegation denied for", Class::of(PermissionDenied)),           // D
    row("metadata scope does", Class::of(InsufficientScope)), // L, "... does not support 'q'", "... doesn't allow format"
    row("insufficient authentication scopes", Class::of(InsufficientScope)), // L
    row("insufficient permission", Class::of(InsufficientScope)), // L
    // Credentials.
    row("api key not valid", Class::of(OauthClientMisconfigured)), // D
    row("missing a valid api key", Class::of(Unauthenticated)),    // D, a call without a token
    row("invalid authentication credentials", Class::of(Unauthenticated)), // L
    row("invalid credentials", Class::of(Unauthenticated)),        // D
    row("missing required authentication credential", Class::of(Unauthenticated)), // L
    row("login required", Class::of(Unauthenticated)),             // L
    // Requests.
    row("recipient address required", Class::of(InvalidRequest).field("to").says("The message names no recipient.")), // L
    row("invalid to header", Class::of(InvalidRequest).field("to").says("Gmail refuses an address in `to`.")), // I
    row("invalid cc header", Class::of(InvalidRequest).field("cc").says("Gmail refuses an address in `cc`.")), // I
    row("invalid bcc header", Class::of(InvalidRequest).field("bcc").says("Gmail refuses an address in `bcc`.")), // I
    row("invalid from header", Class::of(InvalidRequest).field("from").says("Gmail refuses the address in `from`.")), // I
    row("invalid attachment token", Class::of(InvalidRequest)), // I
    row("invalid attachment", Class::of(AttachmentInvalid)),    // D
    row("payload size exceeds", Class::of(MessageTooLarge)),    // I
    row("request entity too large", Class::of(MessageTooLarge)), // I
    row("request is too large", Class::of(MessageTooLarge)),    // GFE, 413 HTML
    row("invalid label name", Class::of(InvalidRequest).field("name").says("Gmail refuses this folder name.")), // L
    row(
        "invalid label:",
        Class::of(InvalidRequest).field("folders").says(
            "A folder or mark in the request does not exist, or this message cannot carry it (drafts carry none).",
        ),
    ), // L
    row("labelid not found", Class::of(NotFound)),              // I
    row("invalid topicname", Class::of(InvalidRequest).field("topic_name")), // I
    row(
        "label name exists or conflicts",
        Class::of(ConflictOrPrecondition).field("name").says("A folder of this name exists."),
    ), // L
    row("only one user push notification client", Class::of(ConflictOrPrecondition).scope(Scope::Mailbox)), // L
    row("operation was aborted", Class::of(ConflictOrPrecondition).verdict(Verdict::Backoff)), // I
    row("requested entity was not found", Class::of(NotFound)), // L
    // The page in front of everything Google: this address sends too much.
    row("sending automated queries", Class::of(AccountThrottled).scope(Scope::Tenant)), // I
    // Passing faults.
    row("internal error encountered", Class::of(TransientBackend)), // L
    row("backend error", Class::of(TransientBackend)),              // D
    row("service is currently unavailable", Class::of(TransientBackend)), // L
    row("unable to find the server", Class::of(Network)),           // client-side wording of the official library
    // Throttles without a reason field.
    row("daily limit exceeded", Class::of(DailyQuotaExhausted)), // D
];

/// What tells throttles apart (facts 1.3). First match wins.
const THROTTLES: &[Row] = &[
    row("too many concurrent requests", Class::of(ConcurrencyLimited)), // L
    row("(mail sending)", Class::of(SendingQuotaExceeded)),             // L
    row("(forwarding rules)", Class::of(RateLimitedUser)),              // L
    row("daily limit exceeded", Class::of(DailyQuotaExhausted)),        // D
    row("per day", Class::of(DailyQuotaExhausted)),                     // by analogy: "Units per day"
    row("per minute per user", Class::of(RateLimitedUser)),             // L, "Units per minute per user"
    row("user-rate limit exceeded", Class::of(RateLimitedUser)),        // L
    row("user rate limit exceeded", Class::of(RateLimitedUser)),        // D
    row("per-user quota", Class::of(RateLimitedUser)),                  // I
    row("resource has been exhausted", Class::of(RateLimitedUser)),     // I, under heavy batches
    row("per minute'", Class::of(RateLimitedProject)),                  // by analogy: "Units per minute"
    row("rate limit exceeded", Class::of(RateLimitedProject)),          // D, before 2020
    row("quota exceeded for quota", Class::of(RateLimitedProject)),     // L
];

/// A table with its wordings prepared for searching.
type Prepared = LazyLock<Vec<(Finder<'static>, &'static Class)>>;

static PREPARED_TABLE: Prepared = LazyLock::new(|| prepared(TABLE));
static PREPARED_THROTTLES: Prepared = LazyLock::new(|| prepared(THROTTLES));

fn prepared(table: &'static [Row]) -> Vec<(Finder<'static>, &'static Class)> {
    table.iter().map(|row| (Finder::new(row.text), &row.class)).collect()
}

fn first(table: &Prepared, lower: &str) -> Option<Class> {
    table.iter().find(|(text, _)| text.find(lower.as_bytes()).is_some()).map(|(_, class)| (*class).clone())
}

/// What the wording of any error means.
pub(super) fn find(words: &str) -> Option<Class> {
    let lower = words.to_ascii_lowercase();
    first(&PREPARED_TABLE, &lower).or_else(|| first(&PREPARED_THROTTLES, &lower))
}

/// Which throttle the wording names.
pub(super) fn throttle(words: &str) -> Option<Class> {
    first(&PREPARED_THROTTLES, &words.to_ascii_lowercase())
}

/// Reasons looked for in bodies that are no JSON.
const REASONS: &[&str] = &[
    "userRateLimitExceeded",
    "rateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "insufficientPermissions",
    "accessNotConfigured",
    "SERVICE_DISABLED",
    "domainPolicy",
    "authError",
    "failedPrecondition",
    "invalidArgument",
    "backendError",
    "notFound",
    "uploadTooLarge",
    "forbidden",
];

/// The reason that a body mentions without being JSON (a broken or rendered envelope).
pub(super) fn reason_in(text: &str) -> Option<&'static str> {
    REASONS.iter().copied().find(|reason| text.contains(reason))
}
