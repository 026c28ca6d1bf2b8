//! Quotas in one line, as the command line takes them: `current:sliding,user_units=3000`.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::{Limits, Quotas};

/// The longest that every call may be made to take.
const LONGEST_LATENCY_MS: u32 = 600_000;

/// A line that says nothing the sandbox understands.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{0}; write `off`, or REGIME:MODEL and settings, for example `current:sliding`, `legacy:hidden,concurrency=20`; \
     regimes: current, legacy, previous; models: sliding, fixed, hidden, off"
)]
pub struct BadSpec(String);

impl FromStr for Quotas {
    type Err = BadSpec;

    /// Reads `off`, or a regime, a model and settings; each may be left out.
    fn from_str(text: &str) -> Result<Self, BadSpec> {
        let text = text.trim();
        if text == "off" {
            return Ok(Self::Off);
        }
        let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty()).peekable();
        let mut settings = Map::new();
        if let Some(lead) = parts.next_if(|part| !part.contains('=')) {
            let (regime, model) = lead.split_once(':').unwrap_or((lead, "sliding"));
            settings.insert("regime".to_owned(), regime.trim().into());
            settings.insert("model".to_owned(), model.trim().into());
        }
        for part in parts {
            let (name, value) = setting(part).map_err(BadSpec)?;
            settings.insert(name, value);
        }
        Limits::default().changed(settings).map(Self::Enforced).map_err(BadSpec)
    }
}

/// One NAME=VALUE; a value that is no JSON is a text.
pub(crate) fn setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("{text:?} is no NAME=VALUE"))?;
    let value = serde_json::from_str(value.trim()).unwrap_or_else(|_| Value::from(value.trim()));
    Ok((name.trim().to_owned(), value))
}

impl Limits {
    /// These limits with some settings changed, by the names of their fields.
    ///
    /// # Errors
    /// A sentence that names the setting and what it may be.
    pub fn changed(&self, settings: Map<String, Value>) -> Result<Self, String> {
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        for (name, value) in settings {
            let mut one = Map::new();
            one.insert(name.clone(), value.clone());
            // Each alone first, so that the sentence can name it.
            serde_json::from_value::<Self>(Value::Object(one)).map_err(|error| format!("{name}: {error}"))?;
            whole[name] = value;
        }
        let limits: Self = serde_json::from_value(whole).map_err(|error| error.to_string())?;
        if limits.window_start_percent > 100 {
            return Err("window_start_percent: at most 100".to_owned());
        }
        if limits.latency_ms > LONGEST_LATENCY_MS {
            return Err(format!("latency_ms: at most {LONGEST_LATENCY_MS} (ten minutes)"));
        }
        Ok(limits)
    }
}
