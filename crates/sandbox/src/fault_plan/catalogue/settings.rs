//! The settings of a named fault.

use super::{NamedFault, Setting};
use crate::fault_plan::rule::BadRule;
use serde_json::{Map, Value};

/// What a rule set, over the defaults of its fault.
pub(super) struct Settings<'a> {
    fault: &'a NamedFault,
    given: &'a Map<String, Value>,
}

impl<'a> Settings<'a> {
    pub(super) fn new(fault: &'a NamedFault, given: &'a Map<String, Value>) -> Settings<'a> {
        Settings { fault, given }
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        match (self.given.get(name).and_then(Value::as_u64), self.default(name)) {
            (Some(number), _) | (None, Some(Setting::Number(number))) => number,
            _ => 0,
        }
    }

    pub(super) fn text(&self, name: &str) -> String {
        match (self.given.get(name).and_then(Value::as_str), self.default(name)) {
            (Some(text), _) | (None, Some(Setting::Text(text))) => text.to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        match (self.given.get(name).and_then(Value::as_bool), self.default(name)) {
            (Some(flag), _) | (None, Some(Setting::Flag(flag))) => flag,
            _ => false,
        }
    }

    fn default(&self, name: &str) -> Option<Setting> {
        self.fault.settings.iter().find(|(n, _)| *n == name).map(|(_, setting)| *setting)
    }
}

pub(super) fn check(fault: &NamedFault, name: &str, value: &Value) -> Result<(), BadRule> {
    let refuse = |reason: String| Err(BadRule::BadSetting { setting: name.to_owned(), reason });
    let Some((_, kind)) = fault.settings.iter().find(|(n, _)| *n == name) else {
        let known: Vec<&str> = fault.settings.iter().map(|(n, _)| *n).collect();
        return refuse(format!("{} has no such setting; it has: {}", fault.name, known.join(", ")));
    };
    match (kind, value) {
        // Ten years in seconds keeps instants inside the calendar.
        (Setting::Number(_), Value::Number(n)) if n.as_u64().is_some_and(|n| n <= 315_360_000) => Ok(()),
        (Setting::Text(_), Value::String(text)) if text.len() <= 1_000 && !text.contains(['\r', '\n']) => Ok(()),
        (Setting::Flag(_), Value::Bool(_)) => Ok(()),
        (Setting::Number(_), _) => refuse("must be a whole number between 0 and 315360000".into()),
        (Setting::Text(_), _) => refuse("must be a text of one line, at most 1000 characters".into()),
        (Setting::Flag(_), _) => refuse("must be true or false".into()),
    }
}
