//! Google brakes. A refusal that names its instant is asked about once; one that does not is repeated a few times.

use model::FaultKind::*;

use super::row::*;

/// Tries of a read whose refusal names no instant.
const A_FEW: std::ops::RangeInclusive<usize> = 1..=3;

pub fn rows() -> Vec<Row> {
    [reads(), sends()].into_iter().flatten().collect()
}

fn throttled(kind: model::FaultKind, scope: &'static str) -> Refused {
    refused(429, "rate_limit_error", kind).scope(scope)
}

fn reads() -> Vec<Row> {
    let user = |number: u16| throttled(RateLimitedUser, "mailbox").says("/error/code", number);
    let project = || throttled(RateLimitedProject, "app").says("/error/code", 403);
    let search = |name, of, fault| row(name, of, Call::Search, sandbox(fault));
    vec![
        search("daily_limit", "dailyLimitExceeded", "gmail.daily_limit")
            .is(throttled(DailyQuotaExhausted, "app").says("/error/code", 403).after(1, 90_000))
            .then(Then::HeldBack),
        search("user_rate_limit", "userRateLimitExceeded", "gmail.user_rate_limit")
            .is(user(403).after(40, 50))
            .then(Then::HeldBack),
        search("user_rate_limit_old", "userRateLimitExceeded", "gmail.user_rate_limit_old")
            .is(user(403).soon())
            .asked(A_FEW),
        search("project_rate_limit", "rateLimitExceeded", "gmail.project_rate_limit")
            .is(project().after(40, 50))
            .then(Then::HeldBack),
        search("rate_limit_old", "rateLimitExceeded", "gmail.rate_limit_old").is(project().soon()).asked(A_FEW),
        search("project_too_many", "Gmail too many requests of the project", "gmail.project_rate_limit")
            .is(project().after(40, 50)),
        search("user_too_many", "Gmail too many requests of the user", "gmail.user_rate_limit_429")
            .is(user(429).soon())
            .asked(A_FEW),
        search("user_told_when", "Gmail too many requests of the user", "gmail.retry_after")
            .is(user(429).after(900, 956))
            .then(Then::HeldBack),
        search("resource_exhausted", "resource exhausted", "gmail.resource_exhausted")
            .is(user(429).soon().words(&["Lower <code>limit</code>", "at least a second between requests"]))
            .asked(A_FEW),
        search("concurrency", "too many concurrent requests for user", "gmail.concurrency")
            .is(throttled(ConcurrencyLimited, "mailbox").says("/error/code", 429).soon())
            .asked(A_FEW),
    ]
}

/// Sends are asked once, whatever comes.
fn sends() -> Vec<Row> {
    let send = |name, of, fault| row(name, of, Call::Send, sandbox(fault));
    vec![
        send("sending_limit", "sending quota exceeded", "gmail.sending_limit")
            .is(throttled(SendingQuotaExceeded, "mailbox").after(900, 956))
            .then(Then::HeldBack),
        send("user_rate_limit_at_send", "userRateLimitExceeded", "gmail.user_rate_limit")
            .is(throttled(RateLimitedUser, "mailbox").after(40, 50))
            .then(Then::HeldBack),
        send("concurrency_at_send", "too many concurrent requests for user", "gmail.concurrency").is(throttled(
            ConcurrencyLimited,
            "mailbox",
        )
        .retry("backoff")),
    ]
}
