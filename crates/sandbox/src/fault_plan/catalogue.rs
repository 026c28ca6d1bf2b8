//! Named faults. Each makes exactly the answer that has been seen on the wire, or is documented.
//!
//! The rows are data, one file for each family; what a row's answer looks like is described by [`act::Act`] and written
//! by `envelope`, `flat`, `page` and `quota`. The listing that people read is made from the same rows (`listing`).

mod aadsts;
mod act;
mod envelope;
mod flat;
mod gmail;
mod graph;
mod listing;
mod methods;
mod moment;
mod network;
mod oauth;
mod page;
mod quota;
mod settings;

pub use act::Evidence;
pub use moment::Moment;
pub(crate) use quota::{CROWDED, PerMinute, retry_sentence};
pub use settings::Setting;

use super::effect::{Answer, Then};
use super::pattern::fits_method;
use super::rule::BadRule;
use act::Act;
use serde_json::{Map, Value};
use settings::Settings;
use std::sync::OnceLock;
use std::time::Duration;

/// A fault with a name.
#[derive(Debug, Clone, Copy)]
pub struct NamedFault {
    /// `gmail.backend_error`: family, dot, what it is. At most 48 characters, so that an address can hold it.
    pub name: &'static str,
    /// One line on what the answer means and when the provider gives it.
    pub summary: &'static str,
    /// The methods it hits when the rule names none; patterns as in a rule.
    pub methods: &'static [&'static str],
    /// How sure it is that the provider answers like this.
    pub evidence: Evidence,
    /// The section of the project's notes on the provider that it is taken from.
    pub source: &'static str,
    own_settings: &'static [(&'static str, Setting)],
    act: Act,
}

/// Settings that every answer has.
const COMMON: &[(&str, Setting)] = &[("retry_after", Setting::Number(0))];

impl NamedFault {
    /// The settings it understands under `with`, each with its default.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, Setting)> + use<> {
        let common = if self.act.answers() { COMMON } else { &[] };
        self.own_settings.iter().chain(common).copied()
    }

    /// Whether it hits this method when nobody says which.
    #[must_use]
    pub fn applies_to(&self, method: &str) -> bool {
        self.methods.iter().any(|pattern| fits_method(pattern, method))
    }

    /// Whether it is an answer; the others cut the connection, are slow, or change what the call does.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.act.answers()
    }

    /// What a rule with these settings does, and how long it waits first.
    pub(super) fn effect(&self, given: &Map<String, Value>, after_effect: bool) -> (Duration, Then) {
        let settings = Settings::new(self, given);
        let seconds = || Duration::from_secs(settings.number("seconds"));
        match self.act {
            Act::Cut { after_effect } => (Duration::ZERO, Then::Cut { after_effect }),
            Act::Slow => (seconds(), Then::Proceed),
            Act::Returned(report) => (Duration::ZERO, Then::Returned { report }),
            Act::Capped => (Duration::ZERO, Then::Capped { notice_after: seconds() }),
            _ => {
                let answer = Answer::Named { name: self.name.to_owned(), settings: given.clone() };
                (Duration::ZERO, Then::Answer { answer, after_effect })
            }
        }
    }
}

/// The faults that rules can call by name.
#[derive(Debug)]
pub struct Catalogue {
    faults: Vec<NamedFault>,
}

static STANDARD: OnceLock<Catalogue> = OnceLock::new();

impl Catalogue {
    /// The catalogue the sandbox ships with.
    #[must_use]
    pub fn standard() -> &'static Catalogue {
        STANDARD.get_or_init(|| Catalogue {
            faults: [gmail::FAMILIES, oauth::FAMILIES, graph::FAMILIES, aadsts::FAMILIES, network::FAMILIES]
                .concat()
                .concat(),
        })
    }

    /// All named faults.
    #[must_use]
    pub fn all(&self) -> &[NamedFault] {
        &self.faults
    }

    /// The fault of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&NamedFault> {
        self.faults.iter().find(|fault| fault.name == name)
    }

    /// Whether a rule may use this name with these settings.
    ///
    /// # Errors
    /// [`BadRule`] when the name is unknown, or a setting is unknown or of the wrong kind.
    pub fn check(&self, name: &str, settings: &Map<String, Value>) -> Result<(), BadRule> {
        let fault = self.get(name).ok_or_else(|| BadRule::UnknownName(name.to_owned()))?;
        settings.iter().try_for_each(|(setting, value)| settings::check(fault, setting, value))
    }

    /// The answer of the named fault at this moment. A name that is unknown, or that is no answer, renders as a 500
    /// that says so; rules with such a name are refused or do something else.
    #[must_use]
    pub fn render(&self, name: &str, given: &Map<String, Value>, moment: &Moment<'_>) -> super::Rendered {
        let made = self.get(name).and_then(|fault| fault.act.render(&Settings::new(fault, given), moment));
        made.unwrap_or_else(|| super::Rendered {
            status: 500,
            headers: Vec::new(),
            body: format!("no answer is called {name:?}").into_bytes(),
        })
    }
}
