//! Too many, too much, too fast (facts 1.3): quotas, concurrency, and the backend's own brakes.

use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::{global, old};
use crate::fault_plan::catalogue::methods::{API, SENDS};
use crate::fault_plan::catalogue::quota::{self, REGIMES};
use crate::fault_plan::catalogue::{NamedFault, Setting};

const AGE: (&str, Setting) = ("window_age_seconds", Setting::Number(10));
const PROJECT: (&str, Setting) = ("project_number", Setting::Text("000000000000"));
const HELP: (&str, Setting) = ("extended_help", Setting::Flag(false));
const LEGACY: Setting = Setting::Choice(&["legacy", "current", "previous"]);
const PREVIOUS: Setting = Setting::Choice(&["previous", "current", "legacy"]);

const fn quota(regime: Setting, window_start: bool, status: u64) -> [(&'static str, Setting); 6] {
    let (window, status) = (("window_start", Setting::Flag(window_start)), ("status", Setting::Number(status)));
    [("regime", regime), window, AGE, status, PROJECT, HELP]
}

const fn later(seconds: u64, tag: &'static str, status: u64) -> [(&'static str, Setting); 4] {
    let (seconds, status) = (("seconds", Setting::Number(seconds)), ("status", Setting::Number(status)));
    [seconds, ("tag", Setting::Text(tag)), ("fraction", Setting::Flag(true)), status]
}

const A: &str = "facts 1.3 (a)";
const B: &str = "facts 1.3 (b)";
const C: &str = "facts 1.3 (c)";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.user_rate_limit", API, (Captured, A), Act::Made(quota::user),
        "403, not 429: the per-minute quota of this user is used up; `rateLimitExceeded`, `RATE_LIMIT_EXCEEDED`, no Retry-After")
        .with(&quota(REGIMES, true, 403)),
    row("gmail.user_rate_limit_no_window", API, (Captured, A), Act::Made(quota::user),
        "403: the per-minute quota of this user, without `window_start_time`, as two refusals in three come: nothing says how long to wait")
        .with(&quota(REGIMES, false, 403)),
    row("gmail.user_rate_limit_legacy", API, (Captured, A), Act::Made(quota::user),
        "403: the per-minute quota of this user, in a project from before May 2026: `Queries`, 15,000 units")
        .with(&quota(LEGACY, true, 403)),
    row("gmail.user_rate_limit_previous", API, (Reported, "facts 1.1"), Act::Made(quota::user),
        "403: the per-minute quota of this user, in a project from before May 2026 as it is called since: `Previous quota: Units per minute per user`")
        .with(&quota(PREVIOUS, true, 403)),
    row("gmail.user_rate_limit_429", API, (Reported, A), Act::Made(quota::user),
        "429 instead of 403: the per-minute quota of this user, of a project from before May 2026")
        .with(&quota(LEGACY, false, 429)),
    row("gmail.user_rate_limit_old", API, (Documented, "facts 1.3 (a), guide to errors"),
        Act::Envelope(old(403, "usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded")),
        "403 `userRateLimitExceeded` in the one-layer body that Google's guide shows"),
    row("gmail.project_rate_limit", API, (Assumed, A), Act::Made(quota::project),
        "403: the per-minute quota of the whole project is used up, every mailbox is affected")
        .with(&quota(REGIMES, true, 403)),
    row("gmail.rate_limit_old", API, (Documented, "facts 1.3 (a), guide to errors"),
        Act::Envelope(old(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded")),
        "403 `rateLimitExceeded` in the one-layer body that Google's guide shows"),
    row("gmail.daily_limit", API, (Documented, "facts 1.4, guide to errors"),
        Act::Envelope(old(403, "usageLimits", "dailyLimitExceeded", "Daily Limit Exceeded")),
        "403 `dailyLimitExceeded`: the project's cap for the day, set by its owner, is reached"),
    row("gmail.concurrency", API, (Captured, B),
        Act::Envelope(global(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", quota::CROWDED)),
        "429: too many requests at once for this mailbox, by whatever programs; no instant is given"),
    row("gmail.concurrency_old", API, (Reported, B),
        Act::Envelope(old(429, "usageLimits", "rateLimitExceeded", "Too many concurrent requests for user")),
        "429: too many requests at once, in the one-layer body from before 2020"),
    row("gmail.retry_after", API, (Captured, C), Act::Made(quota::retry_after),
        "429: the backend keeps this user away until the instant printed in the message; `tag` adds the reason in brackets")
        .with(&later(956, "", 429)),
    row("gmail.sending_limit", SENDS, (Reported, C), Act::Made(quota::retry_after),
        "429 `(Mail sending)`: the mailbox sent as much as it may for now; often goes on for hours after the instant printed")
        .with(&later(956, "Mail sending", 429)),
    row("gmail.forwarding_limit", API, (Reported, C), Act::Made(quota::retry_after),
        "429 `(Forwarding rules)`: too many changes to filters and forwarding")
        .with(&later(901, "Forwarding rules", 429)),
    row("gmail.retry_after_403", API, (Assumed, C), Act::Made(quota::retry_after),
        "the instant in the sentence, under 403; seen in test data of others, never on the wire")
        .with(&later(956, "", 403)),
    row("gmail.resource_exhausted", API, (Reported, C),
        Act::Envelope(global(429, "RESOURCE_EXHAUSTED", "rateLimitExceeded", "Resource has been exhausted (e.g. check quota).")),
        "429: too much data at once, as under heavy batches; no instant is given"),
    row("gmail.sending_limit_notice", SENDS, (Reported, "facts 5"), Act::Capped,
        "200, and yet not sent: after `seconds` a notice \"You have reached a limit for sending mail\" arrives in the message's thread, and no recipient gets it")
        .with(&[("seconds", Setting::Number(0))]),
];
