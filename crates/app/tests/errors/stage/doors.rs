//! Over the wire to the sandbox, but for rows that are scripted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use engine::doors::{Doors, Wire};
use model::Provider;
use model::secret::{ExposeSecret as _, SecretString};
use providers::{Meter, OauthClient, ProviderClient, Registration, Result};

use super::scripted::{Part, ScriptedMailbox, ScriptedPlatform};

/// The way to every provider of the stage.
pub struct StageDoors {
    pub wire: Wire,
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

    fn get(&self, name: &str) -> Option<Arc<Part>> {
        self.0.lock().unwrap().get(name).cloned()
    }
}

impl Doors for StageDoors {
    fn mailbox(
        &self,
        provider: Provider,
        access_token: SecretString,
        meter: Arc<dyn Meter>,
    ) -> Result<Box<dyn ProviderClient>> {
        // Tokens of the script begin with the name of their row.
        let name = access_token.expose_secret().split('|').next().unwrap_or_default().to_owned();
        match self.parts.get(&name) {
            Some(part) => Ok(Box::new(ScriptedMailbox { part, meter })),
            None => self.wire.mailbox(provider, access_token, meter),
        }
    }

    fn platform(&self, provider: Provider, registration: Registration) -> Result<Box<dyn OauthClient>> {
        match self.parts.get(&registration.client_id) {
            Some(part) => Ok(Box::new(ScriptedPlatform(part))),
            None => self.wire.platform(provider, registration),
        }
    }
}
