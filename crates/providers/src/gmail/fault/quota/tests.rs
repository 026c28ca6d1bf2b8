use model::quota::{Dimension, Level, Limited, QuotaRefusal, Regime};
use model::{Fault, Timestamp, Verdict};
use reqwest::header::HeaderMap;

use crate::gmail::fault::{Call, api};

const UNITS: Limited = Limited::By(Dimension::Units);

/// The refusal of a project under the list since May 2026, as captured; its project number is blanked.
const CURRENT: &str = r#"{
  "error": {
    "code": 403,
    "message": "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.",
    "errors": [{"message": "Quota exceeded for quota metric 'Total Query Cost' and limit 'Units per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:000000000000'.", "domain": "usageLimits", "reason": "rateLimitExceeded"}],
    "status": "PERMISSION_DENIED",
    "details": [
      {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
       "metadata": {"service": "gmail.googleapis.com", "consumer": "projects/000000000000", "quota_metric": "gmail.googleapis.com/total_query_cost", "quota_limit": "totalQueryCostPerMinutePerUser", "quota_limit_value": "6000", "quota_unit": "1/min/{project}/{user}", "quota_location": "global", "window_start_time": "1789912553"}},
      {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Request a higher quota limit.", "url": "https://cloud.google.com/docs/quotas/help/request_increase"}]}
    ]
  }
}"#;

fn now() -> Timestamp {
    Timestamp::from_second(1_789_912_570).unwrap()
}

fn classified(status: u16, body: &str) -> Fault {
    api(status, &HeaderMap::new(), body.as_bytes(), Call::Read, now())
}

/// A body with both old layers and no details, as most throttles come.
fn worded(status: u16, reason: &str, message: &str) -> Fault {
    classified(
        status,
        &format!(
            r#"{{"error":{{"code":{status},"message":"{message}","errors":[{{"message":"{message}","domain":"global","reason":"{reason}"}}],"status":"RESOURCE_EXHAUSTED"}}}}"#
        ),
    )
}

fn said(fault: &Fault) -> Option<(Level, Limited)> {
    fault.quota.map(|quota| (quota.level, quota.what))
}

#[test]
fn the_metric_gives_the_regime_away() {
    let current = classified(403, CURRENT);
    let told = QuotaRefusal {
        regime: Some(Regime::Current),
        limit: Some(6000),
        ..QuotaRefusal::new(Level::ProjectMailbox, UNITS)
    };
    assert_eq!(current.quota, Some(told));
    assert_eq!(current.verdict, Verdict::At(Timestamp::from_second(1_789_912_613).unwrap()));

    let previous = CURRENT
        .replace("Total Query Cost", "Queries")
        .replace("Units per minute per user", "Queries per minute per user")
        .replace("total_query_cost", "default")
        .replace("totalQueryCostPerMinutePerUser", "defaultPerMinutePerUser")
        .replace("\"6000\"", "\"15000\"");
    let told = QuotaRefusal { regime: Some(Regime::Previous), limit: Some(15_000), ..told };
    assert_eq!(classified(403, &previous).quota, Some(told));
    // The same refusal came under 429 too.
    assert_eq!(classified(429, &previous).quota, Some(told));
}

#[test]
fn a_project_has_a_limit_of_its_own() {
    let body = CURRENT
        .replace("Units per minute per user", "Units per minute")
        .replace("totalQueryCostPerMinutePerUser", "totalQueryCostPerMinutePerProject")
        .replace("1/min/{project}/{user}", "1/min/{project}")
        .replace("\"6000\"", "\"1200000\"");
    let fault = classified(403, &body);
    assert_eq!((said(&fault), fault.quota.unwrap().limit), (Some((Level::Project, UNITS)), Some(1_200_000)));
}

#[test]
fn the_wording_alone_tells_as_much() {
    let words = |metric: &str, limit: &str| {
        let message = format!(
            "Quota exceeded for quota metric '{metric}' and limit '{limit}' of service 'gmail.googleapis.com' for consumer 'project_number:0'."
        );
        worded(429, "rateLimitExceeded", &message)
    };
    let regime = |fault: Fault| fault.quota.and_then(|quota| quota.regime);
    assert_eq!(regime(words("Total Query Cost", "Units per minute per user")), Some(Regime::Current));
    assert_eq!(regime(words("Queries", "Queries per minute per user")), Some(Regime::Previous));
    assert_eq!(regime(words("Queries", "Previous quota: Units per minute per user")), Some(Regime::Previous));
    assert_eq!(said(&words("Queries", "Queries per minute")), Some((Level::Project, UNITS)));
}

#[test]
fn the_backends_throttles_are_the_mailboxes() {
    let retry = "User-rate limit exceeded.  Retry after 2026-09-20T14:16:46.648Z";
    for (message, what) in [
        ("Too many concurrent requests for user.", Limited::Concurrency),
        (retry, Limited::General),
        (&format!("{retry} (Mail sending)"), Limited::By(Dimension::Messages)),
        (&format!("{retry} (Forwarding rules)"), Limited::General),
        ("Resource has been exhausted (e.g. check quota).", Limited::General),
    ] {
        let quota = worded(429, "rateLimitExceeded", message).quota;
        assert_eq!(quota, Some(QuotaRefusal::new(Level::Mailbox, what)), "{message}");
    }
    // Bodies from before 2020 name no limit.
    assert_eq!(
        said(&worded(403, "userRateLimitExceeded", "User Rate Limit Exceeded")),
        Some((Level::ProjectMailbox, UNITS))
    );
    assert_eq!(said(&worded(403, "rateLimitExceeded", "Rate Limit Exceeded")), Some((Level::Project, UNITS)));
    assert_eq!(said(&worded(403, "dailyLimitExceeded", "Daily Limit Exceeded")), Some((Level::Project, UNITS)));
}

#[test]
fn other_refusals_are_no_quotas() {
    for (status, reason, message) in [
        (403, "insufficientPermissions", "Insufficient Permission"),
        (404, "notFound", "Requested entity was not found."),
        (503, "backendError", "The service is currently unavailable."),
    ] {
        assert_eq!(worded(status, reason, message).quota, None, "{message}");
    }
}
