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

/// A refusal for units per minute, as it looks on the wire.
#[derive(Debug)]
pub(crate) struct PerMinute<'a> {
    /// `current`, `legacy` or `previous`.
    pub(crate) regime: &'a str,
    /// The whole project's, not one user's.
    pub(crate) whole_project: bool,
    /// Units per minute, where they are not the published ones.
    pub(crate) limit: Option<u64>,
    pub(crate) project: &'a str,
    /// `window_start_time`, seconds since the epoch.
    pub(crate) window_start_s: Option<i64>,
    pub(crate) extended_help: bool,
    /// HTTP status.
    pub(crate) code: u16,
}

/// The per-minute quota of a user.
pub(super) fn user(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    per_minute(settings, moment.now, false)
}

/// The per-minute quota of the project.
pub(super) fn project(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    per_minute(settings, moment.now, true)
}

fn per_minute(settings: &Settings<'_>, now: Timestamp, whole_project: bool) -> Rendered {
    // Only about a third of the captured refusals carry the start of the window.
    let window_start_s = settings.flag("window_start").then(|| {
        let age = seconds(settings.number("window_age_seconds"));
        now.checked_sub(age).unwrap_or(now).as_second()
    });
    let refusal = PerMinute {
        regime: &settings.text("regime"),
        whole_project,
        limit: None,
        project: &settings.text("project_number"),
        window_start_s,
        extended_help: settings.flag("extended_help"),
        code: code(settings),
    };
    refusal.render()
}

impl PerMinute<'_> {
    /// The answer.
    pub(crate) fn render(&self) -> Rendered {
        let regime = self.regime();
        let message = format!(
            "Quota exceeded for quota metric '{}' and limit '{}' of service 'gmail.googleapis.com' for consumer \
             'project_number:{}'.",
            regime.display, regime.limit, self.project
        );
        let mut first = json!({"message": message, "domain": "usageLimits", "reason": "rateLimitExceeded"});
        if self.extended_help {
            first["extendedHelp"] = json!("https://developers.google.com/gmail/api/reference/quota");
        }
        let details = self.details(regime);
        let error = json!({"code": self.code, "message": message, "errors": [first], "status": status(self.code), "details": details});
        answer(self.code, &json!({"error": error}))
    }

    fn regime(&self) -> &'static Regime {
        match (self.regime, self.whole_project) {
            ("legacy", false) => &LEGACY,
            ("previous", false) => &PREVIOUS,
            (_, false) => &CURRENT,
            ("current", true) => &CURRENT_PROJECT,
            (_, true) => &LEGACY_PROJECT,
        }
    }

    fn details(&self, regime: &Regime) -> Value {
        let value = self.limit.map_or_else(|| regime.value.to_owned(), |limit| limit.to_string());
        let mut metadata = json!({
            "service": "gmail.googleapis.com", "consumer": format!("projects/{}", self.project),
            "quota_metric": regime.metric, "quota_limit": regime.limit_id, "quota_limit_value": value,
            "quota_unit": regime.unit, "quota_location": "global",
        });
        if let Some(start) = self.window_start_s {
            metadata["window_start_time"] = json!(start.to_string());
        }
        json!([
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
             "domain": "googleapis.com", "metadata": metadata},
            {"@type": "type.googleapis.com/google.rpc.Help",
             "links": [{"description": "Request a higher quota limit.", "url": regime.help}]},
        ])
    }
}

/// The whole message about too many requests at once.
pub(crate) const CROWDED: &str = "Too many concurrent requests for user.";

pub(super) fn retry_after(settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
    let until = moment.now.checked_add(seconds(settings.number("seconds"))).unwrap_or(moment.now);
    let message = retry_sentence(until, settings.flag("fraction"), &settings.text("tag"));
    let first = json!({"message": message, "domain": "global", "reason": "rateLimitExceeded"});
    let code = code(settings);
    answer(code, &json!({"error": {"code": code, "message": message, "errors": [first], "status": status(code)}}))
}

/// Two blanks after "exceeded." and milliseconds, as on the wire; some answers add ` (Mail sending)`.
pub(crate) fn retry_sentence(until: Timestamp, fraction: bool, tag: &str) -> String {
    let until = match fraction {
        true => until.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"),
        false => until.strftime("%Y-%m-%dT%H:%M:%SZ"),
    };
    let tag = if tag.is_empty() { String::new() } else { format!(" ({tag})") };
    format!("User-rate limit exceeded.  Retry after {until}{tag}")
}

fn code(settings: &Settings<'_>) -> u16 {
    u16::try_from(settings.number("status")).unwrap_or(403).clamp(400, 599)
}

fn status(code: u16) -> &'static str {
    if code == 429 { "RESOURCE_EXHAUSTED" } else { "PERMISSION_DENIED" }
}

fn seconds(number: u64) -> SignedDuration {
    SignedDuration::from_secs(number.cast_signed())
}
