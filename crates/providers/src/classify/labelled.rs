//! One line of a collection of labelled errors: JSON with what was observed and, for measuring, what it is held to be.

use serde_json::Value;

use super::{Observation, Protocol};

/// A line of a collection.
#[derive(Clone, Debug)]
pub struct Labelled {
    case: Value,
    headers: Vec<(String, String)>,
    smtp_code: Option<String>,
}

impl Labelled {
    /// Reads a line. Every field may be missing.
    ///
    /// # Errors
    /// When the line is not a JSON object.
    pub fn read(line: &str) -> Result<Self, String> {
        let case: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        if !case.is_object() {
            return Err("it is not a JSON object".to_owned());
        }
        let fields = case["headers"].as_object().into_iter().flatten();
        let headers = fields.filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect();
        let smtp_code = plain(&case["smtp_code"]);
        Ok(Self { case, headers, smtp_code })
    }

    /// A field of the line that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.case[name].as_str()
    }

    /// A field of the label: `kind`, `retry`, `scope`.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.case["label"][name].as_str()
    }

    /// Whether the line says that the response alone does not decide the label.
    pub fn is_ambiguous(&self) -> bool {
        self.case["ambiguous"].as_bool().unwrap_or(false)
    }

    /// The protocol, if the line names one that is known.
    pub fn protocol(&self) -> Option<Protocol> {
        Protocol::parse(self.text("provider")?)
    }

    /// Hands what was observed to `work`. Labels and their reasons are not part of it.
    pub fn observed<T>(&self, work: impl FnOnce(&Observation<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let parsed = |name: &str| self.case["parsed"][name].as_str();
        work(&Observation {
            http_status: self.case["http_status"].as_u64().and_then(|status| u16::try_from(status).ok()),
            headers: &headers,
            body: self.text("body").unwrap_or_default().as_bytes(),
            provider_code: parsed("reason").or(parsed("code")).or(parsed("error")),
            smtp_code: self.smtp_code.as_deref(),
            imap_response: self.text("imap_response"),
            ews_code: self.text("ews_code"),
            operation: self.text("operation"),
            now: None,
        })
    }
}

/// Text, or a number as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_hold_little() {
        let case = Labelled::read(r#"{"smtp_code": 550, "headers": {"Retry-After": 3}}"#).unwrap();
        case.observed(|seen| assert_eq!((seen.smtp_code, seen.headers), (Some("550"), &[("Retry-After", "3")][..])));
        assert_eq!((case.protocol(), case.label("kind"), case.is_ambiguous()), (None, None, false));
        assert!(Labelled::read("[]").is_err() && Labelled::read("{").is_err());
    }
}
