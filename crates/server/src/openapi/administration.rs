//! What an application administers: connectors, itself, webhooks.

use api::application::{Application, ApplicationUpdate, RedirectUri, RedirectUriWrite};
use api::connector::{Connector, ConnectorCredential, ConnectorCredentialWrite, ConnectorWrite};
use api::fault::UnknownFault;
use api::quota::Quota;
use api::webhook::{Delivery, Notification, ReplayRequest, Replayed, SampleRequest, Webhook, WebhookWrite};
use http::Method;

use super::op::Op;
use super::params::*;

const PROVIDER: Param = path("provider", "The provider.");
const CREDENTIAL: Param = path("credential_id", "The credential.");
const REDIRECT_URI: Param = path("redirect_uri_id", "The redirect URI.");
const WEBHOOK: Param = path("webhook_id", "The webhook.");
const TEN: Param = query("limit", Kind::Number, "At most this many: 10 by default, 200 at most.");

/// All of them.
pub fn operations() -> Vec<Op> {
    [connectors(), credentials(), application(), redirect_uris(), webhooks(), trials(), deliveries()].concat()
}

fn connectors() -> Vec<Op> {
    let op = |method, path, id, summary| Op::new("Connectors", method, path, id, summary);
    let change = |method, id| {
        op(method, "/v3/connectors/{provider}", id, "Change a connector")
            .says("What is left out stays; `settings` are replaced, but a `client_secret` that is left out or sent as `********` stays.")
            .takes(&[PROVIDER]).body::<ConnectorWrite>().one::<Connector>()
    };
    vec![
        op(Method::GET, "/v3/connectors", "listConnectors", "List connectors")
            .takes(&[TEN, OFFSET])
            .offset::<Connector>(),
        op(Method::POST, "/v3/connectors", "createConnector", "Make a connector")
            .says("One per provider. `client_secret` is sealed and never shown again, only that there is one.")
            .body::<ConnectorWrite>()
            .one::<Connector>()
            .created()
            .fails(&[409]),
        op(Method::GET, "/v3/connectors/{provider}", "getConnector", "Read a connector")
            .says("`last_fault` is what ails it and is the operator's or an administrator's to mend (a wrong client secret, an API that is switched off, a policy): grants are left alone meanwhile. It goes when a call of the grant that met it succeeds, or the connector is changed.")
            .takes(&[PROVIDER])
            .one::<Connector>(),
        op(Method::GET, "/v3/connectors/{provider}/quota", "getConnectorQuota", "How the quotas of a connector's project stand")
            .says("An addition to the contract, for operators: as for a grant, over all mailboxes of the connector.")
            .takes(&[PROVIDER, HOURS])
            .one::<Quota>(),
        change(Method::PATCH, "updateConnector"),
        change(Method::PUT, "replaceConnector"),
        op(Method::DELETE, "/v3/connectors/{provider}", "deleteConnector", "Remove a connector").takes(&[PROVIDER]),
    ]
}

fn credentials() -> Vec<Op> {
    const LIST: &str = "/v3/connectors/{provider}/creds";
    const ONE: &str = "/v3/connectors/{provider}/creds/{credential_id}";
    let op = |method, path, id, summary| Op::new("Connectors", method, path, id, summary).takes(&[PROVIDER]);
    let change = |method, id| {
        op(method, ONE, id, "Change a connector's credential")
            .takes(&[CREDENTIAL])
            .body::<ConnectorCredentialWrite>()
            .one::<ConnectorCredential>()
    };
    vec![
        op(Method::GET, LIST, "listCredentials", "List a connector's credentials")
            .takes(&[TEN, OFFSET])
            .offset::<ConnectorCredential>(),
        op(Method::POST, LIST, "createCredential", "Add a credential to a connector")
            .body::<ConnectorCredentialWrite>()
            .one::<ConnectorCredential>()
            .created(),
        op(Method::GET, ONE, "getCredential", "Read a connector's credential")
            .takes(&[CREDENTIAL])
            .one::<ConnectorCredential>(),
        change(Method::PATCH, "updateCredential"),
        change(Method::PUT, "replaceCredential"),
        op(Method::DELETE, ONE, "deleteCredential", "Remove a connector's credential").takes(&[CREDENTIAL]),
    ]
}

fn application() -> Vec<Op> {
    let op =
        |method, id, summary| Op::new("Applications", method, "/v3/applications", id, summary).one::<Application>();
    vec![
        op(Method::GET, "getApplication", "Read the application"),
        op(Method::PATCH, "updateApplication", "Change name and presentation").body::<ApplicationUpdate>(),
        op(Method::PUT, "replaceApplication", "Change name and presentation").body::<ApplicationUpdate>(),
        Op::new("Applications", Method::GET, "/v3/applications/unknown-faults", "listUnknownFaults", "List errors of providers that were not recognised")
            .says("Counted by provider, protocol, operation, status and code, the one seen last first; at most 200. Written every few seconds. Samples are masked; read them before you report them.")
            .all::<UnknownFault>(),
    ]
}

fn redirect_uris() -> Vec<Op> {
    const LIST: &str = "/v3/applications/redirect-uris";
    const ONE: &str = "/v3/applications/redirect-uris/{redirect_uri_id}";
    let op = |method, path, id, summary| Op::new("Applications", method, path, id, summary);
    let change = |method, id| {
        op(method, ONE, id, "Change a redirect URI")
            .takes(&[REDIRECT_URI])
            .body::<RedirectUriWrite>()
            .one::<RedirectUri>()
    };
    vec![
        op(Method::GET, LIST, "listRedirectUris", "List redirect URIs").all::<RedirectUri>(),
        op(Method::POST, LIST, "createRedirectUri", "Register a redirect URI")
            .says("https, or http on localhost.")
            .body::<RedirectUriWrite>()
            .one::<RedirectUri>()
            .fails(&[409]),
        op(Method::GET, ONE, "getRedirectUri", "Read a redirect URI").takes(&[REDIRECT_URI]).one::<RedirectUri>(),
        change(Method::PATCH, "updateRedirectUri"),
        change(Method::PUT, "replaceRedirectUri"),
        op(Method::DELETE, ONE, "deleteRedirectUri", "Remove a redirect URI").takes(&[REDIRECT_URI]),
    ]
}

fn webhooks() -> Vec<Op> {
    let op = |method, path, id, summary| Op::new("Webhooks", method, path, id, summary);
    let rotate = |method, path, id| {
        op(method, path, id, "Give a webhook a new secret")
            .says("The old one is dead at once.")
            .takes(&[WEBHOOK])
            .one::<Webhook>()
    };
    vec![
        op(Method::GET, "/v3/webhooks", "listWebhooks", "List webhooks").all::<Webhook>(),
        op(Method::POST, "/v3/webhooks", "createWebhook", "Make a webhook")
            .says("The URL has to answer `?challenge=...` with the challenge. `webhook_secret` is shown this once.")
            .body::<WebhookWrite>()
            .one::<Webhook>(),
        op(Method::GET, "/v3/webhooks/{webhook_id}", "getWebhook", "Read a webhook").takes(&[WEBHOOK]).one::<Webhook>(),
        op(Method::PUT, "/v3/webhooks/{webhook_id}", "updateWebhook", "Change a webhook")
            .takes(&[WEBHOOK])
            .body::<WebhookWrite>()
            .one::<Webhook>(),
        op(Method::DELETE, "/v3/webhooks/{webhook_id}", "deleteWebhook", "Remove a webhook")
            .takes(&[WEBHOOK])
            .other("application/json", "`data.status` is `success`."),
        rotate(Method::POST, "/v3/webhooks/rotate-secret/{webhook_id}", "rotateSecret"),
        rotate(Method::PUT, "/v3/webhooks/{webhook_id}/rotate-secret", "rotateSecretByPut"),
    ]
}

fn trials() -> Vec<Op> {
    let op = |method, path, id, summary| Op::new("Webhooks", method, path, id, summary);
    vec![
        op(Method::POST, "/v3/webhooks/mock-payload", "mockPayload", "A sample notification")
            .body::<SampleRequest>()
            .one::<Notification>(),
        op(Method::POST, "/v3/webhooks/send-test-event", "sendTestEvent", "Send a sample notification somewhere")
            .says("Signed with `mock-webhook-secret`.")
            .body::<SampleRequest>()
            .other("application/json", "`data` is `success`."),
        op(Method::GET, "/v3/webhooks/ip-addresses", "webhookAddresses", "Where deliveries come from")
            .other("application/json", "`data.ip_addresses`, empty: an installation does not know its outer address."),
    ]
}

fn deliveries() -> Vec<Op> {
    let state = query("state", Kind::Words(&["pending", "delivered", "failed"]), "In this state.");
    vec![
        Op::new(
            "Webhooks",
            Method::GET,
            "/v3/webhooks/{webhook_id}/deliveries",
            "listDeliveries",
            "List the newest deliveries of a webhook",
        )
        .says("An addition to the contract.")
        .takes(&[WEBHOOK, state, LIMIT])
        .all::<Delivery>(),
        Op::new(
            "Webhooks",
            Method::POST,
            "/v3/webhooks/{webhook_id}/replay",
            "replayDeliveries",
            "Try failed deliveries again",
        )
        .says("An addition to the contract. Without a body, all that failed.")
        .takes(&[WEBHOOK])
        .body::<ReplayRequest>()
        .one::<Replayed>(),
    ]
}
