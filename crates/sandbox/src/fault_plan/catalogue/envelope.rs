//! The error envelope of Google's APIs: the old `errors[]` and the new `status` and `details[]` in one (facts 1.4).

use super::moment::Moment;
use super::settings::Settings;
use crate::fault_plan::Rendered;
use crate::fault_plan::effect::pretty;
use serde_json::{Map, Value, json};

/// An envelope. Texts may hold `{setting}` and `{mailbox}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Envelope {
    pub(super) code: u16,
    /// Canonical name; `None` in bodies from before 2020.
    pub(super) status: Option<&'static str>,
    pub(super) domain: Option<&'static str>,
    pub(super) reason: &'static str,
    pub(super) message: &'static str,
    /// The message inside `errors[0]`, where it is another one.
    pub(super) inner: Option<&'static str>,
    /// `location` and `locationType`.
    pub(super) location: Option<(&'static str, &'static str)>,
    pub(super) help: Option<&'static str>,
    pub(super) details: Details,
    pub(super) challenge: Challenge,
}

/// What stands under `details`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Details {
    None,
    /// `ErrorInfo` with this reason, naming the method.
    Method(&'static str),
    /// `BadRequest` of the layer that reads JSON; the field, when it names one.
    Violation(Option<&'static str>),
    /// `ErrorInfo` and `Help` of an API that is switched off.
    ServiceDisabled,
}

/// `WWW-Authenticate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenge {
    None,
    Realm,
    InvalidToken,
    InsufficientScope,
}

const BASE: Envelope = Envelope {
    code: 0,
    status: None,
    domain: Some("global"),
    reason: "",
    message: "",
    inner: None,
    location: None,
    help: None,
    details: Details::None,
    challenge: Challenge::None,
};

/// An envelope in the domain `global`.
pub(super) const fn global(code: u16, status: &'static str, reason: &'static str, message: &'static str) -> Envelope {
    Envelope { code, status: Some(status), reason, message, ..BASE }
}

/// 400 in Gmail's own words.
pub(super) const fn invalid(message: &'static str) -> Envelope {
    global(400, "INVALID_ARGUMENT", "invalidArgument", message)
}

/// 400 of the layer that turns JSON and queries into messages, before Gmail sees them.
pub(super) const fn unreadable(field: Option<&'static str>, message: &'static str) -> Envelope {
    let plain = global(400, "INVALID_ARGUMENT", "invalid", message);
    Envelope { domain: None, details: Details::Violation(field), ..plain }
}

/// A body as before 2020, and as Google's guide to errors shows it: one layer only.
pub(super) const fn old(code: u16, domain: &'static str, reason: &'static str, message: &'static str) -> Envelope {
    Envelope { code, domain: Some(domain), reason, message, ..BASE }
}

impl Envelope {
    pub(super) fn render(&self, settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
        let message = settings.fill(self.message, moment);
        let mut error = match self.status {
            // The guide's order of keys.
            None => json!({"errors": [self.first(&message, settings, moment)], "code": self.code, "message": message}),
            Some(status) => {
                let first = self.first(&message, settings, moment);
                json!({"code": self.code, "message": message, "errors": [first], "status": status})
            }
        };
        if let Some(details) = self.details(&message, settings, moment) {
            error["details"] = details;
        }
        let mut rendered = answer(self.code, &json!({"error": error}));
        if let Some(challenge) = self.challenge(moment) {
            rendered.headers.push(("WWW-Authenticate".to_owned(), challenge));
        }
        rendered
    }

    fn first(&self, message: &str, settings: &Settings<'_>, moment: &Moment<'_>) -> Value {
        let inner = self.inner.map_or_else(|| message.to_owned(), |inner| settings.fill(inner, moment));
        let mut first = Map::new();
        first.insert("message".into(), inner.into());
        let (place, kind) = self.location.unzip();
        let rest = [
            ("domain", self.domain),
            ("reason", Some(self.reason)),
            ("location", place),
            ("locationType", kind),
            ("extendedHelp", self.help),
        ];
        let given = rest.into_iter().filter_map(|(name, value)| Some((name, value?)));
        first.extend(given.map(|(name, value)| (name.to_owned(), settings.fill(value, moment).into())));
        first.into()
    }

    fn details(&self, message: &str, settings: &Settings<'_>, moment: &Moment<'_>) -> Option<Value> {
        Some(match self.details {
            Details::None => return None,
            Details::Method(reason) => {
                let operation = if moment.operation.is_empty() { "GetProfile" } else { moment.operation };
                let method = format!("caribou.api.proto.MailboxService.{operation}");
                json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com",
                        "metadata": {"method": method, "service": "gmail.googleapis.com"}}])
            }
            Details::Violation(field) => {
                let violation = match field {
                    Some(field) => json!({"field": settings.fill(field, moment), "description": message}),
                    None => json!({"description": message}),
                };
                json!([{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}])
            }
            Details::ServiceDisabled => service_disabled(&settings.text("project_number")),
        })
    }

    fn challenge(&self, moment: &Moment<'_>) -> Option<String> {
        let realm = "Bearer realm=\"https://accounts.google.com/\"";
        match self.challenge {
            Challenge::None => None,
            Challenge::Realm => Some(realm.to_owned()),
            Challenge::InvalidToken => Some(format!("{realm}, error=\"invalid_token\"")),
            Challenge::InsufficientScope => {
                Some(format!("{realm}, error=\"insufficient_scope\", scope=\"{}\"", moment.scopes.join(" ")))
            }
        }
    }
}

fn service_disabled(project: &str) -> Value {
    let url = format!("https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project={project}");
    json!([
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com",
         "metadata": {"consumer": format!("projects/{project}"), "service": "gmail.googleapis.com",
                      "serviceTitle": "Gmail API", "containerInfo": project, "activationUrl": url}},
        {"@type": "type.googleapis.com/google.rpc.Help",
         "links": [{"description": "Google developers console API activation", "url": url}]},
    ])
}

/// JSON under the headers of Google's API front end.
pub(super) fn answer(status: u16, body: &Value) -> Rendered {
    let headers =
        [("Content-Type", "application/json; charset=UTF-8"), ("Vary", "Origin, X-Origin, Referer"), ("Server", "ESF")];
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Rendered { status, headers, body: pretty(body) }
}
