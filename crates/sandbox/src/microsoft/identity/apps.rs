//! App registrations.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::directory::CONSUMERS;

/// Whose accounts an app takes: "supported account types" of its registration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Audience {
    /// This tenant only.
    Tenant(Uuid),
    /// Any organisation, no personal accounts.
    Organizations,
    /// Any organisation, and personal accounts.
    Everyone,
    /// Personal accounts only.
    Consumers,
}

/// One application that may ask for consent.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// The application (client) id, a GUID.
    pub(crate) id: String,
    /// `None` for a public client.
    pub(crate) secret: Option<String>,
    /// What the consent page calls it.
    pub(crate) name: String,
    pub(crate) audience: Audience,
    redirect_uris: Vec<String>,
}

/// All of them, by id.
#[derive(Debug, Default)]
pub(crate) struct Apps(BTreeMap<String, App>);

impl Audience {
    /// Whether accounts of this tenant may sign in.
    pub(crate) fn takes(self, tenant: Uuid) -> bool {
        match self {
            Self::Tenant(own) => own == tenant,
            Self::Organizations => tenant != CONSUMERS,
            Self::Everyone => true,
            Self::Consumers => tenant == CONSUMERS,
        }
    }
}

impl App {
    /// Whether codes may be sent there, to the character. An app that names none takes any loopback port.
    pub(crate) fn allows_redirect(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|have| have == uri) || self.redirect_uris.is_empty() && is_loopback(uri)
    }

    /// Where codes may be sent.
    pub(crate) fn redirect_uris(&self) -> &[String] {
        &self.redirect_uris
    }

    /// Whether this is the app's secret.
    pub(crate) fn has_secret(&self, secret: &str) -> bool {
        self.secret.as_ref().is_some_and(|own| {
            aws_lc_rs::constant_time::verify_slices_are_equal(own.as_bytes(), secret.as_bytes()).is_ok()
        })
    }
}

impl Apps {
    /// Registers an app, or replaces one. Without any redirect URI every loopback one is allowed.
    pub(crate) fn register(
        &mut self,
        id: &str,
        secret: Option<&str>,
        redirect_uris: &[String],
        name: &str,
        audience: Audience,
    ) -> &App {
        let app = App {
            id: id.to_owned(),
            secret: secret.filter(|secret| !secret.is_empty()).map(str::to_owned),
            name: name.to_owned(),
            audience,
            redirect_uris: redirect_uris.to_vec(),
        };
        self.0.insert(id.to_lowercase(), app);
        &self.0[&id.to_lowercase()]
    }

    /// Gives an app a name; an unknown one stays unknown.
    pub(crate) fn rename(&mut self, id: &str, name: &str) {
        if let Some(app) = self.0.get_mut(&id.to_lowercase()) {
            name.clone_into(&mut app.name);
        }
    }

    /// The app with this id; GUIDs are the same in any case.
    pub(crate) fn get(&self, id: &str) -> Option<&App> {
        self.0.get(&id.to_lowercase())
    }

    /// All apps, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &App> {
        self.0.values()
    }
}

fn is_loopback(uri: &str) -> bool {
    url::Url::parse(uri)
        .is_ok_and(|uri| uri.scheme() == "http" && matches!(uri.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_of_an_app_decides_who_may_sign_in() {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let takes = |audience: Audience| [mine, other, CONSUMERS].map(|tenant| audience.takes(tenant));
        assert_eq!(takes(Audience::Tenant(mine)), [true, false, false]);
        assert_eq!(takes(Audience::Organizations), [true, true, false]);
        assert_eq!(takes(Audience::Everyone), [true, true, true]);
        assert_eq!(takes(Audience::Consumers), [false, false, true]);
    }
}
