use std::collections::HashSet;

use model::FaultKind::*;
use model::fault::Group;
use model::{FaultKind, Verdict};

use super::*;
use crate::classify::Protocol;

/// Kinds that no provider can cause.
const OURS: &[FaultKind] = &[ApiKeyInvalid, ApiRateLimited, RedirectUriInvalid, WrongAccount, Internal, Unsupported];

#[test]
fn every_kind_that_a_provider_can_cause_has_a_signal() {
    let shown: HashSet<FaultKind> = all().iter().map(|signal| signal.fault.kind).collect();
    // `unknown` is what no rule recognises, so no signal can be promised to lead there.
    let missing: Vec<_> = FaultKind::ALL
        .iter()
        .filter(|kind| !OURS.contains(kind) && **kind != Unknown && !shown.contains(kind))
        .collect();
    assert!(missing.is_empty(), "no example leads to {missing:?}");
    assert!(OURS.iter().all(|kind| !shown.contains(kind)), "a provider cannot cause a fault of ours");
}

#[test]
fn no_example_is_unknown() {
    for signal in all() {
        assert_ne!(signal.fault.kind, Unknown, "{}: {}", signal.speaker, signal.says);
    }
}

#[test]
fn every_protocol_has_examples_and_none_is_told_twice() {
    for protocol in Protocol::ALL {
        assert!(all().iter().any(|signal| signal.speaker == protocol.in_words()), "{protocol:?}");
    }
    let told: HashSet<_> = all().iter().map(|signal| (signal.speaker, &signal.says, signal.asked)).collect();
    assert_eq!(told.len(), all().len());
}

#[test]
fn an_instant_in_an_example_is_read_from_it() {
    let throttled = all().iter().find(|signal| signal.says.contains("BackOffMilliseconds")).unwrap();
    assert!(matches!(throttled.fault.verdict, Verdict::At(at) if at > noon()));
    assert_eq!(throttled.fault.kind.entry().group, Group::Limits);
}

/// The rows that users will look up first; a change here is a change of behaviour.
#[test]
fn well_known_signals_lead_where_everyone_expects() {
    for (says, kind) in [
        ("403 userRateLimitExceeded", RateLimitedUser),
        ("403 rateLimitExceeded: Rate", RateLimitedProject),
        ("403 dailyLimitExceeded", DailyQuotaExhausted),
        ("429 rateLimitExceeded: Too many concurrent", ConcurrencyLimited),
        (
            "429 rateLimitExceeded: User-rate limit exceeded.  Retry after 2026-01-15T15:00:00.000Z (Mail",
            SendingQuotaExceeded,
        ),
        ("403 accessNotConfigured", ApiDisabled),
        ("403 domainPolicy", DomainPolicy),
        ("400 invalid_grant: Token has been", ReauthRequired),
        ("401 invalid_client", OauthClientMisconfigured),
        ("AADSTS50173", ReauthRequired),
        ("AADSTS7000215", OauthClientMisconfigured),
        ("AADSTS53003", DomainPolicy),
        ("AADSTS65001", InsufficientScope),
        ("429 ApplicationThrottled: Application is over its MailboxConcurrency", ConcurrencyLimited),
        ("ErrorServerBusy", AccountThrottled),
        ("503, X-MS-ASThrottle", AccountThrottled),
        ("Status 129", QuarantinedDevice),
        ("550 5.4.5 Daily", SendingQuotaExceeded),
        ("535 5.7.139 Authentication unsuccessful, basic", BasicAuthBlocked),
        ("550 5.6.7", NonAsciiRecipient),
        ("550 5.7.60", SenderNotAllowed),
        ("a1 NO [OVERQUOTA] Account exceeded", BandwidthLimited),
        ("a1 NO [ALERT] Too many simultaneous", ConnectionLimit),
    ] {
        let signal = all().iter().find(|signal| signal.says.starts_with(says)).unwrap_or_else(|| panic!("{says}"));
        assert_eq!(signal.fault.kind, kind, "{says}");
    }
}
