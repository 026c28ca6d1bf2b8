//! What only an operator does: applications and API keys.

mod callback_uris;
mod keys;
mod rotation;

use model::application::Application;
use model::{ApplicationId, Fault, FaultKind};
use serde_json::{Map, Value};
use store::filter::GrantFilter;

use crate::at_rest::AtRest;
use crate::{Engine, Result};

pub(crate) use keys::KnownKeys;

/// Grants removed per look.
const PAGE: usize = 200;
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

impl Engine {
    /// Removes an application with its keys, callback URIs, connectors and webhooks; returns how many grants went with it.
    /// At once in this process; in others its keys die within seconds.
    ///
    /// # Errors
    /// `not_found`; `conflict_or_precondition` while it has grants, unless they are to go, too.
    pub async fn remove_application(&self, id: ApplicationId, with_grants: bool) -> Result<usize> {
        let mut removed = 0;
        loop {
            let grants = self.inner.store().grants(GrantFilter::of(id, PAGE)).await.at_rest()?;
            if grants.is_empty() {
                break;
            }
            if !with_grants {
                let some = match grants.len() {
                    1 => "1 grant".to_owned(),
                    PAGE => format!("{PAGE} grants or more"),
                    count => format!("{count} grants"),
                };
                let message = format!("The application still has {some}.");
                return Err(Fault::new(FaultKind::ConflictOrPrecondition, message));
            }
            for grant in &grants {
                self.remove_grant(grant.id).await?;
            }
            removed += grants.len();
        }
        self.inner.store().remove_application(id).await.at_rest()?;
        self.inner.known_keys.forget();
        Ok(removed)
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
