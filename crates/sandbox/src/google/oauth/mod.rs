//! Google's identity platform: consent pages, tokens, and what is told about them (facts 4).

mod authorize;
mod configuration;
mod id_token;
mod pages;
mod request;
mod scopes;
mod token;
mod tokeninfo;
mod userinfo;

use url::Url;

use super::Google;
use super::wire::{Answer, Incoming, Outcome};
use crate::fault_plan::address::Wish;
use crate::faults::{Done, Scene, with_faults};

pub(crate) use scopes::in_full;

/// Who vouches for identities; Google's own name, as client libraries expect it.
const ISSUER: &str = "https://accounts.google.com";

/// One address of the identity platform.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// As a FaultPlan names it.
    name: &'static str,
    path: &'static str,
    verbs: &'static [&'static str],
    handler: fn(&Google, &Incoming) -> Answer,
}

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const BOTH: &[&str] = &["GET", "POST"];

/// Every address. Several hosts of Google share this listener, hence several paths for one thing.
#[rustfmt::skip] // one line is one address
const ENDPOINTS: &[Endpoint] = &[
    Endpoint { name: "oauth.authorize", path: "/o/oauth2/v2/auth", verbs: GET, handler: authorize::ask },
    Endpoint { name: "oauth.consent", path: "/o/oauth2/v2/auth", verbs: POST, handler: authorize::decide },
    Endpoint { name: "oauth.authorize", path: "/o/oauth2/auth", verbs: GET, handler: authorize::ask },
    Endpoint { name: "oauth.token", path: "/token", verbs: POST, handler: token::exchange },
    Endpoint { name: "oauth.token", path: "/oauth2/v4/token", verbs: POST, handler: token::exchange },
    Endpoint { name: "oauth.revoke", path: "/revoke", verbs: BOTH, handler: token::revoke },
    Endpoint { name: "oauth.userinfo", path: "/v1/userinfo", verbs: BOTH, handler: userinfo::v3 },
    Endpoint { name: "oauth.userinfo", path: "/oauth2/v3/userinfo", verbs: BOTH, handler: userinfo::v3 },
    Endpoint { name: "oauth.userinfo", path: "/oauth2/v2/userinfo", verbs: GET, handler: userinfo::v2 },
    Endpoint { name: "oauth.tokeninfo", path: "/tokeninfo", verbs: BOTH, handler: tokeninfo::tell },
    Endpoint { name: "oauth.tokeninfo", path: "/oauth2/v3/tokeninfo", verbs: BOTH, handler: tokeninfo::tell },
    Endpoint { name: "oauth.certs", path: "/oauth2/v3/certs", verbs: GET, handler: configuration::certs },
    Endpoint { name: "oauth.certs", path: "/oauth2/v1/certs", verbs: GET, handler: configuration::pem_certs },
    Endpoint { name: "oauth.configuration", path: "/.well-known/openid-configuration", verbs: GET, handler: configuration::document },
];

/// The address this request is for, if it is one of these.
pub(crate) fn find(incoming: &Incoming) -> Option<&'static Endpoint> {
    let verb = incoming.method.as_str();
    ENDPOINTS.iter().find(|endpoint| endpoint.path == incoming.path && endpoint.verbs.contains(&verb))
}

/// Answers it.
pub(crate) async fn answer(google: &Google, endpoint: &Endpoint, incoming: &Incoming) -> Outcome {
    let mailbox = concerned(google, incoming);
    let back = endpoint.path.ends_with("/auth").then(|| way_back(google, incoming)).flatten();
    if back.is_some() {
        admit(google, &mailbox);
    }
    let (method, path) = (method(endpoint, incoming), incoming.path.as_str());
    let scene = Scene { method, mailbox, path, back, ..Scene::default() };
    with_faults(&google.world, &google.plan, &scene, |_| Done::Answer((endpoint.handler)(google, incoming))).await
}

/// The endpoint's name; the token endpoint's says what is exchanged.
fn method(endpoint: &Endpoint, incoming: &Incoming) -> &'static str {
    match (endpoint.name, incoming.form().get("grant_type")) {
        ("oauth.token", Some("refresh_token")) => "oauth.token.refresh",
        ("oauth.token", Some("authorization_code")) => "oauth.token.code",
        (name, _) => name,
    }
}

/// Where an authorization request wants to go back to, with its `state`; only where its client may.
fn way_back(google: &Google, incoming: &Incoming) -> Option<Url> {
    let query = &incoming.query;
    let (client, uri) = (query.filled("client_id")?, query.filled("redirect_uri")?);
    google.world.permits().clients.get(client).filter(|client| client.allows_redirect(uri))?;
    let mut uri = Url::parse(uri).ok()?;
    if let Some(state) = query.get("state") {
        uri.query_pairs_mut().append_pair("state", state);
    }
    Some(uri)
}

/// Whoever signs in under a magic address has a mailbox from then on, so that the fault can come later than the
/// consent.
fn admit(google: &Google, account: &str) {
    let is_magic = matches!(Wish::of(account), Some(Wish::Fault { .. } | Wish::Slow(_)));
    if is_magic && google.world.is_sandbox_address(account) && google.world.mailbox(account).is_err() {
        google.world.add_mailbox(account, "Magic Address");
    }
}

/// The account a request is about, as far as its tokens and codes tell.
fn concerned(google: &Google, incoming: &Incoming) -> String {
    let form = incoming.form();
    let in_form =
        ["refresh_token", "code", "token", "access_token", "account"].into_iter().find_map(|name| form.get(name));
    let in_query = ["_sandbox_auto", "_sandbox_account", "login_hint", "token"]
        .into_iter()
        .find_map(|name| incoming.query.get(name));
    let Some(text) = in_form.or_else(|| incoming.bearer()).or(in_query) else { return String::new() };
    google
        .world
        .permits()
        .account_behind(text)
        .unwrap_or_else(|| if text.contains('@') { text.to_lowercase() } else { String::new() })
}
