//! Google over the wire, to the sandbox; Microsoft by script.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use engine::doors::{Doors, Wire};
use model::Provider;
use model::secret::{ExposeSecret as _, SecretString};
use providers::{Meter, OauthClient, ProviderClient, Registration, Result};

use super::scripted::{Part, ScriptedMailbox, ScriptedPlatform};

/// The way to every provider of the stage.
pub struct StageDoors {
    pub google: Wire,
    pub parts: Parts,
}

/// The scripted rows, by name.
#[derive(Clone, Default)]
pub struct Parts(Arc<Mutex<HashMap<String, Arc<Part>>>>);

impl Parts {
    /// Takes in a row.
    pub fn add(&self, name: &str, part: Part) -> Arc<Part> {
        let part = Arc::new(part);
        self.0.lock().unwrap().insert(name.to_owned(), part.clone());
        part
    }

    fn get(&self, name: &str) -> Arc<Part> {
        self.0.lock().unwrap()[name].clone()
    }
}

impl Doors for StageDoors {
    fn mailbox(
        &self,
        provider: Provider,
        access_token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        if provider == Provider::Google {
            return self.google.mailbox(provider, access_token, meter);
        }
        // Tokens of the script begin with the name of their row.
        let name = access_token.expose_secret().split('|').next().unwrap_or_default().to_owned();
        Ok(Box::new(ScriptedMailbox { part: self.parts.get(&name), meter }))
    }

    fn platform(&self, provider: Provider, registration: Registration) -> Result<Box<dyn OauthClient>> {
        match provider {
            Provider::Google => self.google.platform(provider, registration),
            _ => Ok(Box::new(ScriptedPlatform(self.parts.get(&registration.client_id)))),
        }
    }
}
