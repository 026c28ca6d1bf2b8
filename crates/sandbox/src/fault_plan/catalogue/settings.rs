//! The settings of a named fault.

use super::{Moment, NamedFault};
use crate::fault_plan::rule::BadRule;
use serde_json::{Map, Value};

/// A setting's kind and default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A whole number that is not negative.
    Number(u64),
    /// A text.
    Text(&'static str),
    /// Yes or no.
    Flag(bool),
    /// One of these; the first is the default.
    Choice(&'static [&'static str]),
}

impl Setting {
    /// The default as JSON.
    #[must_use]
    pub fn default_value(self) -> Value {
        match self {
            Setting::Number(number) => number.into(),
            Setting::Text(text) => text.into(),
            Setting::Flag(flag) => flag.into(),
            Setting::Choice(choices) => choices.first().copied().into(),
        }
    }
}

/// What a rule set, over the defaults of its fault.
pub(super) struct Settings<'a> {
    fault: &'a NamedFault,
    given: &'a Map<String, Value>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(fault: &'a NamedFault, given: &'a Map<String, Value>) -> Settings<'a> {
        Settings { fault, given }
    }

    /// The number at the end of the fault's name: `aadsts.page.50011`.
    pub(super) fn number_of_fault(&self) -> u32 {
        self.fault.name.rsplit('.').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        self.value(name).as_u64().unwrap_or_default()
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.value(name).as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.value(name).as_bool().unwrap_or_default()
    }

    /// `{setting}` and `{mailbox}` replaced; other braces stay.
    pub(super) fn fill(&self, text: &str, moment: &Moment<'_>) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let filled = text.replace("{mailbox}", moment.mailbox);
        self.fault.own_settings.iter().filter(|(name, _)| *name != "description").fold(filled, |filled, (name, _)| {
            let value = self.value(name);
            filled.replace(&format!("{{{name}}}"), &value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
    }

    fn value(&self, name: &str) -> Value {
        let default =
            || self.fault.settings().find(|(have, _)| *have == name).map(|(_, setting)| setting.default_value());
        self.given.get(name).cloned().or_else(default).unwrap_or_default()
    }
}

pub(super) fn check(fault: &NamedFault, name: &str, value: &Value) -> Result<(), BadRule> {
    let refuse = |reason: String| Err(BadRule::BadSetting { setting: name.to_owned(), reason });
    let Some((_, kind)) = fault.settings().find(|(have, _)| *have == name) else {
        let known: Vec<&str> = fault.settings().map(|(name, _)| name).collect();
        return refuse(format!("{} has no such setting; it has: {}", fault.name, known.join(", ")));
    };
    match (kind, value) {
        // Ten years in seconds keeps instants inside the calendar.
        (Setting::Number(_), Value::Number(n)) if n.as_u64().is_some_and(|n| n <= 315_360_000) => Ok(()),
        (Setting::Text(_), Value::String(text)) if text.len() <= 1_000 && !text.contains(['\r', '\n']) => Ok(()),
        (Setting::Flag(_), Value::Bool(_)) => Ok(()),
        (Setting::Choice(choices), Value::String(text)) if choices.contains(&text.as_str()) => Ok(()),
        (Setting::Number(_), _) => refuse("must be a whole number between 0 and 315360000".into()),
        (Setting::Text(_), _) => refuse("must be a text of one line, at most 1000 characters".into()),
        (Setting::Flag(_), _) => refuse("must be true or false".into()),
        (Setting::Choice(choices), _) => refuse(format!("must be one of: {}", choices.join(", "))),
    }
}
