//! What only an operator does: applications and API keys.

mod callback_uris;
mod keys;
mod rotation;

use model::application::Application;
use model::{ApplicationId, Fault};
use serde_json::{Map, Value};

use crate::at_rest::AtRest;
use crate::{Engine, Result};

pub(crate) use keys::KnownKeys;

/// Characters of a name at most.
pub(crate) const MOST_NAME: usize = 256;

impl Engine {
    /// Makes an application.
    ///
    /// # Errors
    /// `invalid_request` with field `name`.
    pub async fn create_application(&self, name: &str) -> Result<Application> {
        check_name(name)?;
        let now = self.now();
        let application = Application {
            id: ApplicationId(self.inner.new_id()),
            name: name.to_owned(),
            presentation: Value::Object(Map::new()),
            created_at: now,
            updated_at: now,
        };
        self.inner.store().add_application(application.clone()).await.at_rest()?;
        Ok(application)
    }

    /// Changes name and presentation (a JSON object that is merged into the kept one, key by key).
    ///
    /// # Errors
    /// `not_found`; `invalid_request` naming the field.
    pub async fn update_application(
        &self,
        id: ApplicationId,
        name: Option<String>,
        presentation: Value,
    ) -> Result<Application> {
        let application = self.inner.store().application(id).await.at_rest()?;
        let mut application = application.ok_or_else(|| Fault::not_found("There is no such application."))?;
        if let Some(name) = name {
            check_name(&name)?;
            application.name = name;
        }
        application.presentation = merged(application.presentation, presentation)?;
        application.updated_at = self.now();
        self.inner.store().update_application(application.clone()).await.at_rest()?;
        Ok(application)
    }
}

pub(crate) fn check_name(name: &str) -> Result<()> {
    if (1..=MOST_NAME).contains(&name.trim().chars().count()) {
        return Ok(());
    }
    Err(Fault::invalid("name", format!("`name` must have 1 to {MOST_NAME} characters.")))
}

/// Keys given replace keys kept; `null` removes one. Nothing given changes nothing.
fn merged(kept: Value, given: Value) -> Result<Value> {
    let mut kept = match kept {
        Value::Object(kept) => kept,
        _ => Map::new(),
    };
    match given {
        Value::Null => {}
        Value::Object(given) => {
            for (key, value) in given {
                match value {
                    Value::Null => drop(kept.shift_remove(&key)),
                    value => drop(kept.insert(key, value)),
                }
            }
        }
        _ => return Err(Fault::invalid("presentation", "The presentation must be an object.")),
    }
    Ok(Value::Object(kept))
}

#[cfg(test)]
mod tests;
