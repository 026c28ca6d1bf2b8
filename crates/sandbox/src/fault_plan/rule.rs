//! One rule, as written in a file or sent to the control API.

use super::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A rule as written. What is left out matches everything and happens every time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleSpec {
    /// How the rule is called; given by the plan (`rule-1`) when left out. Adding a rule with a used id is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Method names, `*` for any run of characters: `gmail.messages.*`, `oauth.token`. Left out, a fault of the
    /// catalogue hits its own methods, anything else every call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Mailbox addresses, `*` for any run of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
    /// URL paths, `*` for any run of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Which of the matching calls are hit.
    #[serde(skip_serializing_if = "When::is_always")]
    pub when: When,
    /// How often the rule may fire before it is spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// A fault of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Settings of the named fault.
    #[serde(rename = "with", skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// An answer spelt out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerSpec>,
    /// Let the call take effect, and only then give the answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub after_effect: bool,
    /// Close the connection without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// Wait this many milliseconds first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

/// Which of the calls that match a rule are hit; all conditions given must hold. Calls are counted from one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Only the nth matching call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Only the first so many matching calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Not the first so many matching calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Only every so many-th matching call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// Each matching call with this probability, between 0 and 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Seed for `probability`; the plan's seed when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What the counting is per: all calls together, or each mailbox by itself.
    pub per: Per,
}

/// What calls are counted per.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// One count for all matching calls.
    #[default]
    All,
    /// One count for each mailbox.
    Mailbox,
}

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// Before the call takes effect.
    Before,
    /// After the call took effect: the caller cannot know.
    After,
}

/// An answer spelt out in a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSpec {
    /// HTTP status, 200 to 599.
    pub status: u16,
    /// Headers to send; `Content-Type` follows from the body when left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A text is sent as it is, anything else as JSON.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
}

/// Why a rule was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// A rule does one thing.
    #[error("a rule needs exactly one of `name`, `answer`, `cut`, or only `delay_ms`; this one has {0}")]
    OneEffect(String),
    /// The catalogue does not know the name.
    #[error("`name`: there is no fault called {0:?}; GET /_sandbox/faults/catalogue lists them")]
    UnknownName(String),
    /// A setting of a named fault is wrong.
    #[error("`with.{setting}`: {reason}")]
    BadSetting {
        /// The setting.
        setting: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// A field has a value that cannot be.
    #[error("`{field}`: {reason}")]
    BadField {
        /// The field.
        field: &'static str,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The id is taken.
    #[error("`id`: there is already a rule {0:?}; delete it first or choose another id")]
    DuplicateId(String),
    /// Plans are bounded.
    #[error("the plan already has {0} rules; delete some first")]
    TooManyRules(usize),
}

impl When {
    /// Whether every matching call is hit.
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == When::default()
    }
}

impl RuleSpec {
    /// Checks what a plan relies on.
    ///
    /// # Errors
    /// [`BadRule`], naming the field and the remedy.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), BadRule> {
        self.check_effect(catalogue)?;
        self.check_when()?;
        let short = |field, text: &Option<String>| match text {
            Some(text) if text.is_empty() || text.len() > 500 => Err(bad(field, "must have 1 to 500 characters")),
            _ => Ok(()),
        };
        short("id", &self.id)?;
        short("method", &self.method)?;
        short("mailbox", &self.mailbox)?;
        short("path", &self.path)?;
        match (self.times, self.delay_ms) {
            (Some(0), _) => Err(bad("times", "must be at least 1; leave it out for no limit")),
            (_, Some(delay)) if delay > 600_000 => Err(bad("delay_ms", "must be at most 600000 (ten minutes)")),
            _ => Ok(()),
        }
    }

    fn check_effect(&self, catalogue: &Catalogue) -> Result<(), BadRule> {
        let given = [("name", self.name.is_some()), ("answer", self.answer.is_some()), ("cut", self.cut.is_some())];
        let given: Vec<&str> = given.iter().filter(|(_, there)| *there).map(|(field, _)| *field).collect();
        if given.len() > 1 || (given.is_empty() && self.delay_ms.is_none()) {
            return Err(BadRule::OneEffect(if given.is_empty() { "none".into() } else { given.join(" and ") }));
        }
        if self.after_effect && self.name.is_none() && self.answer.is_none() {
            return Err(bad("after_effect", "needs `name` or `answer`; with `cut` write cut = \"after\""));
        }
        match (&self.name, &self.answer) {
            (Some(name), _) if self.after_effect && catalogue.get(name).is_some_and(|fault| !fault.answers()) => {
                Err(bad("after_effect", "belongs to an answer, and this fault is none"))
            }
            (Some(name), _) => catalogue.check(name, &self.settings),
            (None, _) if !self.settings.is_empty() => Err(bad("with", "belongs to `name`; there is no name here")),
            (None, Some(answer)) => answer.check(),
            (None, None) => Ok(()),
        }
    }

    fn check_when(&self) -> Result<(), BadRule> {
        let when = &self.when;
        for (field, count) in [("when.nth", when.nth), ("when.first", when.first), ("when.every", when.every)] {
            if count == Some(0) {
                return Err(bad(field, "must be at least 1; calls are counted from one"));
            }
        }
        match when.probability {
            Some(p) if !(0.0..=1.0).contains(&p) => Err(bad("when.probability", "must be between 0 and 1")),
            None if when.seed.is_some() => Err(bad("when.seed", "belongs to `when.probability`, which is not given")),
            _ => Ok(()),
        }
    }
}

impl AnswerSpec {
    fn check(&self) -> Result<(), BadRule> {
        if !(200..=599).contains(&self.status) {
            return Err(bad("answer.status", "must be between 200 and 599"));
        }
        for (name, value) in &self.headers {
            let legal = http::HeaderName::try_from(name.as_str()).is_ok() && http::HeaderValue::try_from(value).is_ok();
            if !legal {
                return Err(bad("answer.headers", &format!("{name:?} is no legal header")));
            }
        }
        Ok(())
    }
}

fn bad(field: &'static str, reason: &str) -> BadRule {
    BadRule::BadField { field, reason: reason.to_owned() }
}
