//! Bytes of a provider in, an answer of ours out.

use http_body_util::BodyExt as _;
use model::{FaultKind, Timestamp};
use providers::classify::{Observation, Protocol, classify};
use serde_json::{Value, json};

/// Where mail is asked for.
pub const MAIL: &str = "/v3/grants/me/messages";
/// Where a credential is brought.
pub const CUSTOM: &str = "/v3/connect/custom";

/// The instant of every answer here: Thursday, 15 January 2026, noon.
pub fn noon() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

/// Something a provider says.
pub struct Said {
    protocol: Protocol,
    status: Option<u16>,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
    operation: Option<&'static str>,
    path: &'static str,
}

/// An answer over HTTP.
pub fn http(protocol: Protocol, status: u16, body: impl Into<String>) -> Said {
    Said { protocol, status: Some(status), headers: vec![], body: body.into(), operation: None, path: MAIL }
}

/// A line of IMAP or SMTP.
pub fn line(protocol: Protocol, text: &str) -> Said {
    Said { protocol, status: None, headers: vec![], body: text.to_owned(), operation: None, path: MAIL }
}

/// Gmail's envelope with both layers.
pub fn gmail(status: u16, reason: &str, message: &str) -> Said {
    let errors = [json!({"domain": "global", "reason": reason, "message": message})];
    http(
        Protocol::GmailRest,
        status,
        json!({"error": {"code": status, "message": message, "errors": errors}}).to_string(),
    )
}

impl Said {
    /// With a header field.
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// In answer to this operation.
    pub fn to(self, operation: &'static str) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// During a request for this path.
    pub fn during(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    /// What the caller is told.
    pub async fn told(self) -> Told {
        let seen = Observation {
            http_status: self.status,
            headers: &self.headers,
            body: self.body.as_bytes(),
            operation: self.operation,
            now: Some(noon()),
            ..Observation::default()
        };
        Told::of(classify(self.protocol, &seen), self.path).await
    }
}

/// What the caller is told.
pub struct Told {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Value,
}

impl Told {
    /// The answer to a request that ends in a fault. Whatever it is, it explains itself.
    pub async fn of(fault: model::Fault, path: &str) -> Self {
        let response = server::faults::answer(fault, path, noon()).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        let told = Self { status: parts.status.as_u16(), headers: parts.headers, body };
        told.explains();
        told
    }

    fn explains(&self) {
        let (error, fault) = (&self.body["error"], self.fault());
        assert_eq!(self.headers["content-type"], "application/json");
        assert!(self.body["request_id"].is_string() && error["type"].is_string(), "{}", self.body);
        for part in ["kind", "scope", "cause", "remedy", "docs"] {
            assert!(fault[part].as_str().is_some_and(|text| !text.is_empty()), "{part} is missing in {}", self.body);
        }
        assert!(fault["retry"]["verdict"].is_string());
        assert!(error.get("provider_error").is_none_or(Value::is_object), "{}", self.body);
    }

    fn fault(&self) -> &Value {
        &self.body["error"]["fault"]
    }

    /// Status, type and kind.
    #[track_caller]
    pub fn is(self, status: u16, wire_type: &str, kind: FaultKind) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.body["error"]["type"], wire_type, "{:#}", self.body);
        assert_eq!(self.fault()["kind"], kind.as_str(), "{:#}", self.body);
        self
    }

    /// Whether and when to repeat; without an instant there is no Retry-After.
    #[track_caller]
    pub fn retry(self, verdict: &str) -> Self {
        assert_eq!(self.fault()["retry"], json!({"verdict": verdict}), "{:#}", self.body);
        assert!(!self.headers.contains_key("retry-after"), "{:?}", self.headers);
        self
    }

    /// Repeat after so many seconds, told in the header and twice in the body.
    #[track_caller]
    pub fn after(self, seconds: i64) -> Self {
        let at = noon().as_second() + seconds;
        assert_eq!(self.fault()["retry"], json!({"verdict": "at", "at": at, "after_seconds": seconds}));
        assert_eq!(self.headers["retry-after"].to_str().unwrap(), seconds.to_string());
        self
    }

    /// Who is affected.
    #[track_caller]
    pub fn scope(self, scope: &str) -> Self {
        assert_eq!(self.fault()["scope"], scope, "{:#}", self.body);
        self
    }

    /// A place in the answer.
    #[track_caller]
    pub fn has(self, pointer: &str, value: impl Into<Value>) -> Self {
        assert_eq!(self.body.pointer(pointer), Some(&value.into()), "{pointer} of {:#}", self.body);
        self
    }

    /// Words of the remedy or the advice in the catalogue, which the answer links to.
    #[track_caller]
    pub fn advises(self, words: &str) -> Self {
        let kind = FaultKind::parse(self.fault()["kind"].as_str().unwrap()).unwrap();
        let entry = kind.entry();
        let advice = format!("{} {}", entry.remedy, entry.steps.join(" "));
        assert!(advice.contains(words), "{words:?} is not in {advice}");
        self
    }
}
