//! Graph's faults, by family, and the body they share (Microsoft facts 3).

mod access;
mod missing;
mod notices;
mod requests;
mod sends;
mod servers;
mod throttles;

use serde_json::json;
use uuid::Uuid;

use super::NamedFault;
use super::act::Act;
use super::moment::Moment;
use super::settings::Settings;
use crate::fault_plan::Rendered;
use crate::microsoft::claims_challenge;

pub(super) const FAMILIES: &[&[NamedFault]] = &[
    throttles::FAULTS,
    access::FAULTS,
    requests::FAULTS,
    sends::FAULTS,
    notices::FAULTS,
    missing::FAULTS,
    servers::FAULTS,
];

/// A refusal of Graph. Texts may hold `{setting}` and `{mailbox}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    status: u16,
    /// Empty where the answer has no body at all.
    code: &'static str,
    message: &'static str,
    /// A code inside `innerError`, where it says more than the one outside.
    inner: &'static str,
    challenge: Challenge,
    /// What `Retry-After` says.
    wait: &'static str,
}

/// `WWW-Authenticate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Challenge {
    None,
    Realm,
    Claims,
}

/// The row's answer: status, code and message.
const fn says(status: u16, code: &'static str, message: &'static str) -> Act {
    Act::Graph(refusal(status, code, message))
}

const fn refusal(status: u16, code: &'static str, message: &'static str) -> Refusal {
    Refusal { status, code, message, inner: "", challenge: Challenge::None, wait: "" }
}

impl Refusal {
    pub(super) fn render(&self, settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
        let mut headers = Vec::new();
        let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
        let realm =
            "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"";
        match self.challenge {
            Challenge::None => {}
            Challenge::Realm => add("WWW-Authenticate", realm.to_owned()),
            Challenge::Claims => add("WWW-Authenticate", claims_challenge(&settings.text("claims"))),
        }
        let wait = settings.fill(self.wait, moment);
        if !wait.is_empty() {
            add("Retry-After", wait);
        }
        if self.code.is_empty() {
            return Rendered { status: self.status, headers, body: Vec::new() };
        }
        add("Content-Type", "application/json".to_owned());
        let id = Uuid::from_u64_pair(u64::from(self.status), moment.now.as_millisecond().unsigned_abs()).to_string();
        let date = moment.now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let mut inner = json!({"date": date, "request-id": id, "client-request-id": id});
        if !self.inner.is_empty() {
            inner["code"] = self.inner.into();
        }
        let message = settings.fill(self.message, moment);
        let body = json!({"error": {"code": self.code, "message": message, "innerError": inner}});
        Rendered { status: self.status, headers, body: body.to_string().into_bytes() }
    }
}
