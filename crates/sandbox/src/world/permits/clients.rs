//! Registered OAuth clients.

use std::collections::BTreeMap;

use crate::control::ClientRecord;

/// One application that may ask for consent.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// `None` for a client that has no secret to prove.
    pub(crate) secret: Option<String>,
    /// What the consent page calls it.
    pub(crate) name: String,
    redirect_uris: Vec<String>,
    /// Any port on a loopback host will do, as for Google's installed applications.
    any_loopback: bool,
}

impl Client {
    /// Whether codes may be sent there. Exactness is to the character.
    pub(crate) fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|have| have == uri) || self.any_loopback && is_loopback(uri)
    }

    /// Whether this is the client's secret.
    pub(crate) fn has_secret(&self, secret: &str) -> bool {
        let Some(own) = &self.secret else { return true };
        aws_lc_rs::constant_time::verify_slices_are_equal(own.as_bytes(), secret.as_bytes()).is_ok()
    }
}

impl From<&Client> for ClientRecord {
    fn from(client: &Client) -> Self {
        Self {
            client_id: client.id.clone(),
            client_secret: client.secret.clone().unwrap_or_default(),
            redirect_uris: client.redirect_uris.clone(),
            name: client.name.clone(),
        }
    }
}

fn is_loopback(uri: &str) -> bool {
    url::Url::parse(uri)
        .is_ok_and(|uri| uri.scheme() == "http" && matches!(uri.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")))
}

/// All registered clients.
#[derive(Debug, Default)]
pub(crate) struct Clients(BTreeMap<String, Client>);

impl Clients {
    /// Registers a client, or replaces one. Without any redirect URI every loopback one is allowed.
    pub(crate) fn register(
        &mut self,
        id: &str,
        secret: Option<&str>,
        redirect_uris: &[String],
        name: Option<&str>,
    ) -> &Client {
        let client = Client {
            name: name.unwrap_or(id).to_owned(),
            id: id.to_owned(),
            secret: secret.filter(|secret| !secret.is_empty()).map(str::to_owned),
            redirect_uris: redirect_uris.to_vec(),
            any_loopback: redirect_uris.is_empty(),
        };
        self.0.insert(id.to_owned(), client);
        &self.0[id]
    }

    /// Gives a client a name; an unknown one stays unknown.
    pub(crate) fn rename(&mut self, id: &str, name: &str) {
        if let Some(client) = self.0.get_mut(id) {
            client.name = name.to_owned();
        }
    }

    /// All clients, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Client> {
        self.0.values()
    }

    /// The client with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_is_matched_to_the_character() {
        let mut clients = Clients::default();
        clients.register("c", Some("s"), &["https://app.test/cb".to_owned()], None);
        let client = clients.get("c").unwrap();
        assert!(client.allows_redirect("https://app.test/cb"));
        for uri in ["https://app.test/cb/", "https://app.test/cb?x=1", "http://127.0.0.1:80/cb", ""] {
            assert!(!client.allows_redirect(uri), "{uri}");
        }
    }

    #[test]
    fn a_client_without_redirect_uris_takes_any_loopback_port() {
        let mut clients = Clients::default();
        clients.register("c", None, &[], None);
        let client = clients.get("c").unwrap();
        assert!(client.allows_redirect("http://127.0.0.1:49152/cb") && client.allows_redirect("http://localhost/"));
        assert!(!client.allows_redirect("http://127.0.0.1.evil.test/") && !client.allows_redirect("https://app.test/"));
    }
}
