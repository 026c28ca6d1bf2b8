//! The platform's addresses (facts 4.1). The first segment of each says for whom it is.

use url::Url;

use super::super::Microsoft;
use super::{admin_consent, authorize, metadata, token};
use crate::fault_plan::address::Wish;
use crate::faults::{Done, Scene, with_faults};
use crate::google::{Answer, Incoming, Outcome};

/// One address.
#[derive(Debug)]
struct Endpoint {
    /// As a FaultPlan names it.
    name: &'static str,
    verb: &'static str,
    /// What follows the tenant.
    path: &'static str,
    handler: fn(&Microsoft, &Asked<'_>) -> Answer,
}

/// A request, and the tenant segment of its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) tenant: &'a str,
    pub(super) incoming: &'a Incoming,
}

const AUTHORIZE: &str = "oauth2/v2.0/authorize";

#[rustfmt::skip] // one line is one address
const ENDPOINTS: &[Endpoint] = &[
    Endpoint { name: "identity.authorize", verb: "GET", path: AUTHORIZE, handler: authorize::ask },
    Endpoint { name: "identity.consent", verb: "POST", path: AUTHORIZE, handler: authorize::decide },
    Endpoint { name: "identity.token", verb: "POST", path: "oauth2/v2.0/token", handler: token::exchange },
    Endpoint { name: "identity.logout", verb: "GET", path: "oauth2/v2.0/logout", handler: authorize::leave },
    Endpoint { name: "identity.adminconsent", verb: "GET", path: "v2.0/adminconsent", handler: admin_consent::ask },
    Endpoint { name: "identity.adminconsent", verb: "GET", path: "adminconsent", handler: admin_consent::ask },
    Endpoint { name: "identity.adminconsent", verb: "POST", path: "v2.0/adminconsent", handler: admin_consent::decide },
    Endpoint { name: "identity.adminconsent", verb: "POST", path: "adminconsent", handler: admin_consent::decide },
    Endpoint { name: "identity.configuration", verb: "GET", path: "v2.0/.well-known/openid-configuration", handler: metadata::document },
    Endpoint { name: "identity.keys", verb: "GET", path: "discovery/v2.0/keys", handler: metadata::keys },
    Endpoint { name: "identity.instance", verb: "GET", path: "discovery/instance", handler: metadata::instance },
];

/// Answers a request for one of these; any other is not the identity platform's.
pub(crate) async fn answer(microsoft: &Microsoft, incoming: &Incoming) -> Option<Outcome> {
    let (tenant, rest) = incoming.path.strip_prefix('/')?.split_once('/')?;
    let verb = incoming.method.as_str();
    let endpoint = ENDPOINTS.iter().find(|endpoint| endpoint.path == rest && endpoint.verb == verb)?;
    let asked = Asked { tenant, incoming };
    let mailbox = concerned(microsoft, incoming);
    let back = way_back(microsoft, endpoint, incoming);
    if back.is_some() {
        admit(microsoft, &mailbox);
    }
    let scene = Scene { method: method(endpoint, incoming), mailbox, path: &incoming.path, back, ..Scene::default() };
    let act = |_| Done::Answer((endpoint.handler)(microsoft, &asked));
    Some(with_faults(&microsoft.world, &microsoft.plan, &scene, act).await)
}

/// The endpoint's name; the token endpoint's says what is exchanged.
fn method(endpoint: &Endpoint, incoming: &Incoming) -> &'static str {
    match (endpoint.name, incoming.form().get("grant_type")) {
        ("identity.token", Some("refresh_token")) => "identity.token.refresh",
        ("identity.token", Some("authorization_code")) => "identity.token.code",
        ("identity.token", Some("client_credentials")) => "identity.token.app",
        (name, _) => name,
    }
}

/// Where a person's browser goes back to, with its `state`; only where the app may send it.
fn way_back(microsoft: &Microsoft, endpoint: &Endpoint, incoming: &Incoming) -> Option<Url> {
    if !matches!(endpoint.name, "identity.authorize" | "identity.adminconsent") {
        return None;
    }
    let query = &incoming.query;
    let (app, uri) = (query.filled("client_id")?, query.filled("redirect_uri")?);
    microsoft.world.identity().state().apps.get(app).filter(|app| app.allows_redirect(uri))?;
    let mut uri = Url::parse(uri).ok()?;
    if let Some(state) = query.get("state") {
        uri.query_pairs_mut().append_pair("state", state);
    }
    Some(uri)
}

/// Whoever signs in under a magic address has an account from then on, so that the fault can come later than the consent.
fn admit(microsoft: &Microsoft, account: &str) {
    let is_magic = matches!(Wish::of(account), Some(Wish::Fault { .. } | Wish::Slow(_)));
    if is_magic && microsoft.world.is_sandbox_address(account) {
        microsoft.world.identity().add_account(account, "Magic Address");
    }
}

/// The account a request is about, as far as its tokens and codes tell: the user principal name.
fn concerned(microsoft: &Microsoft, incoming: &Incoming) -> String {
    let form = incoming.form();
    let in_form = ["refresh_token", "code", "account"].into_iter().find_map(|name| form.get(name));
    let in_query =
        ["_sandbox_auto", "_sandbox_account", "login_hint"].into_iter().find_map(|name| incoming.query.get(name));
    let Some(text) = in_form.or(in_query) else { return String::new() };
    let known = microsoft.world.identity().behind(text).map(|account| account.upn);
    known.unwrap_or_else(|| if text.contains('@') { text.to_lowercase() } else { String::new() })
}
