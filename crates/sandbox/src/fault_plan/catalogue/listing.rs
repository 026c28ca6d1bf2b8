//! The catalogue as people and programs read it.

use super::{Catalogue, NamedFault, methods};
use serde_json::{Map, Value, json};

impl Catalogue {
    /// The faults whose names begin with `prefix`, in order.
    pub fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a NamedFault> {
        self.all().iter().filter(move |fault| fault.name.starts_with(prefix))
    }
}

impl NamedFault {
    /// The entry as JSON: name, what it does, methods, settings with their defaults, and how sure it is.
    #[must_use]
    pub fn describe(&self) -> Value {
        let settings: Map<String, Value> =
            self.settings().map(|(name, setting)| (name.to_owned(), setting.default_value())).collect();
        json!({"name": self.name, "summary": self.summary, "methods": self.methods, "with": settings,
               "evidence": self.evidence, "source": self.source})
    }

    /// The methods in words.
    #[must_use]
    pub fn hits(&self) -> String {
        match self.methods {
            methods::API => "every Gmail method".to_owned(),
            methods::FRONT_END => "every Gmail method and batches".to_owned(),
            methods::GRAPH => "every method of Graph".to_owned(),
            methods::EVERYTHING => "every call".to_owned(),
            methods => methods.join(", "),
        }
    }
}
