//! A line of a collection as an observation.

use providers::classify::Observation;
use serde_json::Value;

/// The header fields of a line.
pub fn headers(case: &Value) -> Vec<(&str, &str)> {
    let fields = case["headers"].as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
}

/// What a line tells of an error. Labels and reasons are not looked at.
pub fn observation<'a>(case: &'a Value, headers: &'a [(&'a str, &'a str)]) -> Observation<'a> {
    let parsed = |name: &str| case["parsed"][name].as_str();
    Observation {
        http_status: case["http_status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        headers,
        body: case["body"].as_str().unwrap_or_default().as_bytes(),
        provider_code: parsed("reason").or(parsed("code")).or(parsed("error")),
        smtp_code: case["smtp_code"].as_str(),
        imap_response: case["imap_response"].as_str(),
        ews_code: case["ews_code"].as_str(),
        operation: case["operation"].as_str(),
        now: None,
    }
}
