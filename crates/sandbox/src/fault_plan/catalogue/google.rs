//! Google's faults. Shapes as captured from the wire or documented; both error layers (`errors[]` of the old API
//! infrastructure, `status` and `details[]` of the new) are in one envelope.

use super::settings::Settings;
use super::{NamedFault, Setting};
use crate::fault_plan::effect::{Rendered, pretty};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const QUOTA: &[(&str, Setting)] = &[
    ("window_start", Setting::Flag(true)),
    ("window_age_seconds", Setting::Number(10)),
    ("legacy", Setting::Flag(false)),
    ("status", Setting::Number(403)),
    ("project_number", Setting::Text("000000000000")),
];

pub(super) const FAULTS: &[NamedFault] = &[
    NamedFault {
        name: "gmail.user_rate_limit",
        summary: "403: the per-minute quota of this user is used up (rateLimitExceeded, RATE_LIMIT_EXCEEDED)",
        settings: QUOTA,
        render: user_rate_limit,
    },
    NamedFault {
        name: "gmail.concurrency",
        summary: "429: too many requests at once for this mailbox; no instant is given",
        settings: &[],
        render: concurrency,
    },
    NamedFault {
        name: "gmail.retry_after",
        summary: "429: the backend keeps this user away until the instant printed in the message",
        settings: &[("seconds", Setting::Number(956)), ("tag", Setting::Text(""))],
        render: retry_after,
    },
    NamedFault {
        name: "gmail.backend_error",
        summary: "500: a transient failure of the backend",
        settings: &[],
        render: |_, _| envelope(500, "Backend Error", "global", "backendError", "INTERNAL"),
    },
    NamedFault {
        name: "gmail.unavailable",
        summary: "503: the service is currently unavailable",
        settings: &[],
        render: |_, _| envelope(503, "The service is currently unavailable.", "global", "backendError", "UNAVAILABLE"),
    },
    NamedFault {
        name: "gmail.bad_gateway_html",
        summary: "502: the front end's HTML page, no JSON",
        settings: &[],
        render: |_, _| bad_gateway(),
    },
    NamedFault {
        name: "gmail.invalid_credentials",
        summary: "401: the access token is expired or revoked",
        settings: &[],
        render: |_, _| invalid_credentials(),
    },
    NamedFault {
        name: "gmail.history_expired",
        summary: "404: the history id is too old (on history.list); elsewhere: the thing is gone",
        settings: &[],
        render: |_, _| envelope(404, "Requested entity was not found.", "global", "notFound", "NOT_FOUND"),
    },
    NamedFault {
        name: "oauth.invalid_grant",
        summary: "400 at the token endpoint: the refresh token is dead, the person has to consent again",
        settings: &[("description", Setting::Text("Token has been expired or revoked."))],
        render: |settings, _| token_error(400, "invalid_grant", &settings.text("description")),
    },
];

fn json_headers() -> Vec<(String, String)> {
    let pairs =
        [("Content-Type", "application/json; charset=UTF-8"), ("Vary", "Origin, X-Origin, Referer"), ("Server", "ESF")];
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn answer(status: u16, body: &Value) -> Rendered {
    Rendered { status, headers: json_headers(), body: pretty(body) }
}

fn envelope(code: u16, message: &str, domain: &str, reason: &str, status: &str) -> Rendered {
    let first = json!({"message": message, "domain": domain, "reason": reason});
    answer(code, &json!({"error": {"code": code, "message": message, "errors": [first], "status": status}}))
}

/// The two quota regimes: since 2026-05 `Total Query Cost` with 6,000 units, before it `Queries` with 15,000.
struct Regime {
    display: &'static str,
    limit: &'static str,
    metric: &'static str,
    limit_id: &'static str,
    value: &'static str,
    help: &'static str,
}

const CURRENT: Regime = Regime {
    display: "Total Query Cost",
    limit: "Units per minute per user",
    metric: "gmail.googleapis.com/total_query_cost",
    limit_id: "totalQueryCostPerMinutePerUser",
    value: "6000",
    help: "https://cloud.google.com/docs/quotas/help/request_increase",
};

const LEGACY: Regime = Regime {
    display: "Queries",
    limit: "Queries per minute per user",
    metric: "gmail.googleapis.com/default",
    limit_id: "defaultPerMinutePerUser",
    value: "15000",
    help: "https://cloud.google.com/docs/quota#requesting_higher_quota",
};

fn user_rate_limit(settings: &Settings<'_>, now: Timestamp) -> Rendered {
    let regime = if settings.flag("legacy") { LEGACY } else { CURRENT };
    let project = settings.text("project_number");
    let message = format!(
        "Quota exceeded for quota metric '{}' and limit '{}' of service 'gmail.googleapis.com' for consumer \
         'project_number:{project}'.",
        regime.display, regime.limit
    );
    let mut metadata = json!({
        "service": "gmail.googleapis.com", "consumer": format!("projects/{project}"),
        "quota_metric": regime.metric, "quota_limit": regime.limit_id, "quota_limit_value": regime.value,
        "quota_unit": "1/min/{project}/{user}", "quota_location": "global",
    });
    // Only about a third of the captured refusals carry the start of the window.
    if settings.flag("window_start") {
        let age = SignedDuration::from_secs(settings.number("window_age_seconds").cast_signed());
        metadata["window_start_time"] = json!(before(now, age).as_second().to_string());
    }
    let details = json!([
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
         "domain": "googleapis.com", "metadata": metadata},
        {"@type": "type.googleapis.com/google.rpc.Help",
         "links": [{"description": "Request a higher quota limit.", "url": regime.help}]},
    ]);
    let code = u16::try_from(settings.number("status")).unwrap_or(403).clamp(400, 599);
    let status = if code == 429 { "RESOURCE_EXHAUSTED" } else { "PERMISSION_DENIED" };
    let first = json!({"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"});
    let error = json!({"code": code, "message": message, "errors": [first], "status": status, "details": details});
    answer(code, &json!({"error": error}))
}

fn concurrency(_: &Settings<'_>, _: Timestamp) -> Rendered {
    let message = "Too many concurrent requests for user.";
    envelope(429, message, "global", "rateLimitExceeded", "RESOURCE_EXHAUSTED")
}

/// Two blanks after "exceeded." and milliseconds, as on the wire; some answers add ` (Mail sending)`.
fn retry_after(settings: &Settings<'_>, now: Timestamp) -> Rendered {
    let wait = SignedDuration::from_secs(settings.number("seconds").cast_signed());
    let until = now.checked_add(wait).unwrap_or(now);
    let tag = match settings.text("tag") {
        tag if tag.is_empty() => tag,
        tag => format!(" ({tag})"),
    };
    let message = format!("User-rate limit exceeded.  Retry after {}{tag}", until.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"));
    envelope(429, &message, "global", "rateLimitExceeded", "RESOURCE_EXHAUSTED")
}

fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(now)
}

fn bad_gateway() -> Rendered {
    let body = "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 502 (Server Error)!!1</title>\n  \
                <p><b>502.</b> <ins>That's an error.</ins>\n  <p>The server encountered a temporary error and could not \
                complete your request.<p>Please try again in 30 seconds.  <ins>That's all we know.</ins>\n";
    let headers = vec![("Content-Type".to_owned(), "text/html; charset=UTF-8".to_owned())];
    Rendered { status: 502, headers, body: body.as_bytes().to_vec() }
}

fn invalid_credentials() -> Rendered {
    let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other \
                   valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
    let first = json!({"message": "Invalid Credentials", "domain": "global", "reason": "authError",
                       "location": "Authorization", "locationType": "header"});
    let error = json!({"code": 401, "message": message, "errors": [first], "status": "UNAUTHENTICATED"});
    let mut rendered = answer(401, &json!({"error": error}));
    let challenge = "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"";
    rendered.headers.push(("WWW-Authenticate".to_owned(), challenge.to_owned()));
    rendered
}

/// The token endpoint answers flat JSON (RFC 6749, section 5.2), not the envelope.
fn token_error(status: u16, error: &str, description: &str) -> Rendered {
    let mut rendered = answer(status, &json!({"error": error, "error_description": description}));
    rendered.headers.push(("Cache-Control".to_owned(), "no-store".to_owned()));
    rendered
}
