//! Named faults. Each makes exactly the answer that has been seen on the wire, or is documented.

mod google;
mod settings;

use super::effect::Rendered;
use super::rule::BadRule;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A fault with a name.
#[derive(Debug, Clone, Copy)]
pub struct NamedFault {
    /// `gmail.backend_error`: provider, dot, what it is.
    pub name: &'static str,
    /// One line on what the answer means and when the provider gives it.
    pub summary: &'static str,
    /// The settings it understands under `with`, each with its default.
    pub settings: &'static [(&'static str, Setting)],
    render: fn(&settings::Settings<'_>, Timestamp) -> Rendered,
}

/// A setting's kind and default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// A whole number that is not negative.
    Number(u64),
    /// A text.
    Text(&'static str),
    /// Yes or no.
    Flag(bool),
}

impl Setting {
    /// The default as JSON.
    #[must_use]
    pub fn default_value(self) -> Value {
        match self {
            Setting::Number(number) => number.into(),
            Setting::Text(text) => text.into(),
            Setting::Flag(flag) => flag.into(),
        }
    }
}

/// The faults that rules can call by name.
#[derive(Debug)]
pub struct Catalogue {
    faults: &'static [NamedFault],
}

static STANDARD: Catalogue = Catalogue { faults: google::FAULTS };

impl Catalogue {
    /// The catalogue the sandbox ships with.
    #[must_use]
    pub fn standard() -> &'static Catalogue {
        &STANDARD
    }

    /// All named faults.
    #[must_use]
    pub fn all(&self) -> &'static [NamedFault] {
        self.faults
    }

    /// The fault of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'static NamedFault> {
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

    /// The answer of the named fault as of `now`. An unknown name (which [`Catalogue::check`] refuses) renders as a
    /// 500 that says so.
    #[must_use]
    pub fn render(&self, name: &str, settings: &Map<String, Value>, now: Timestamp) -> Rendered {
        match self.get(name) {
            Some(fault) => (fault.render)(&settings::Settings::new(fault, settings), now),
            None => Rendered { status: 500, headers: Vec::new(), body: format!("no fault {name:?}").into_bytes() },
        }
    }
}
