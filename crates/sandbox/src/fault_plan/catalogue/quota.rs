//! The refusals whose text depends on the time or on a regime: per-minute quotas, and instants inside a sentence.

use super::envelope::answer;
use super::moment::Moment;
use super::settings::{Setting, Settings};
use crate::fault_plan::Rendered;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Names of the regimes, the default first.
pub(super) const REGIMES: Setting = Setting::Choice(&["current", "legacy", "previous"]);

/// Whose allowance it is, and how it is called. Since 2026-05 `Total Query Cost` with 6,000 units; projects from before
/// keep `Queries` with 15,000, for users lately called `Previous quota` (facts 1.1).
struct Regime {
    display: &'static str,
    limit: &'static str,
    metric: &'static str,
    limit_id: &'static str,
    value: &'static str,
    unit: &'static str,
    help: &'static str,
}

const USER: &str = "1/min/{project}/{user}";
const PROJECT: &str = "1/min/{project}";
const NEW_HELP: &str = "https://cloud.google.com/docs/quotas/help/request_increase";
const OLD_HELP: &str = "https://cloud.google.com/docs/quota#requesting_higher_quota";

const CURRENT: Regime = Regime {
    display: "Total Query Cost",
    limit: "Units per minute per user",
    metric: "gmail.googleapis.com/total_query_cost",
    limit_id: "totalQueryCostPerMinutePerUser",
    value: "6000",
    unit: USER,
    help: NEW_HELP,
};

const LEGACY: Regime = Regime {
    display: "Queries",
    limit: "Queries per minute per user",
    metric: "gmail.googleapis.com/default",
    limit_id: "defaultPerMinutePerUser",
    value: "15000",
    unit: USER,
    help: OLD_HELP,
};

const PREVIOUS: Regime = Regime { limit: "Previous quota: Units per minute per user", ..LEGACY };

/// No refusal of a whole project has been published; this one is made like the user's (facts, uncertain 4).
const CURRENT_PROJECT: Regime = Regime {
    limit: "Units per minute",
    limit_id: "totalQueryCostPerMinutePerProject",
    value: "1200000",
    unit: PROJECT,
    ..CURRENT
};

const LEGACY_PROJECT: Regime = Regime {
    limit: "Queries per minute",
    limit_id: "defaultPerMinutePerProject",
    value: "1200000",
    unit: PROJECT,
    ..LEGACY
};

/// The per-minute quota of a user.
pub(super) fn user(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    let regime = match settings.text("regime").as_str() {
        "legacy" => LEGACY,
        "previous" => PREVIOUS,
        _ => CURRENT,
    };
    refusal(&regime, settings, moment.now)
}

/// The per-minute quota of the project.
pub(super) fn project(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    let current = settings.text("regime") == "current";
    refusal(if current { &CURRENT_PROJECT } else { &LEGACY_PROJECT }, settings, moment.now)
}

fn refusal(regime: &Regime, settings: &Settings<'_>, now: Timestamp) -> Rendered {
    let message = format!(
        "Quota exceeded for quota metric '{}' and limit '{}' of service 'gmail.googleapis.com' for consumer \
         'project_number:{}'.",
        regime.display,
        regime.limit,
        settings.text("project_number")
    );
    let mut first = json!({"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"});
    if settings.flag("extended_help") {
        first["extendedHelp"] = json!("https://developers.google.com/gmail/api/reference/quota");
    }
    let (code, status) = status(settings);
    let details = details(regime, settings, now);
    let error = json!({"code": code, "message": message, "errors": [first], "status": status, "details": details});
    answer(code, &json!({"error": error}))
}

fn details(regime: &Regime, settings: &Settings<'_>, now: Timestamp) -> Value {
    let mut metadata = json!({
        "service": "gmail.googleapis.com", "consumer": format!("projects/{}", settings.text("project_number")),
        "quota_metric": regime.metric, "quota_limit": regime.limit_id, "quota_limit_value": regime.value,
        "quota_unit": regime.unit, "quota_location": "global",
    });
    // Only about a third of the captured refusals carry the start of the window.
    if settings.flag("window_start") {
        let age = seconds(settings.number("window_age_seconds"));
        metadata["window_start_time"] = json!(now.checked_sub(age).unwrap_or(now).as_second().to_string());
    }
    json!([
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
         "domain": "googleapis.com", "metadata": metadata},
        {"@type": "type.googleapis.com/google.rpc.Help",
         "links": [{"description": "Request a higher quota limit.", "url": regime.help}]},
    ])
}

/// Two blanks after "exceeded." and milliseconds, as on the wire; some answers add ` (Mail sending)`.
pub(super) fn retry_after(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    let until = moment.now.checked_add(seconds(settings.number("seconds"))).unwrap_or(moment.now);
    let until = match settings.flag("fraction") {
        true => until.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        false => until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let tag = match settings.text("tag") {
        tag if tag.is_empty() => tag,
        tag => format!(" ({tag})"),
    };
    let message = format!("User-rate limit exceeded.  Retry after {until}{tag}");
    let first = json!({"message": message, "domain": "global", "reason": "rateLimitExceeded"});
    let (code, status) = status(settings);
    answer(code, &json!({"error": {"code": code, "message": message, "errors": [first], "status": status}}))
}

fn status(settings: &Settings<'_>) -> (u16, &'static str) {
    let code = u16::try_from(settings.number("status")).unwrap_or(403).clamp(400, 599);
    (code, if code == 429 { "RESOURCE_EXHAUSTED" } else { "PERMISSION_DENIED" })
}

fn seconds(number: u64) -> SignedDuration {
    SignedDuration::from_secs(number.cast_signed())
}
