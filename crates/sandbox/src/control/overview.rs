//! `GET /_sandbox/`: what there is.

use super::Control;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// Method, address and one line on each.
const ADDRESSES: &[(&str, &str, &str)] = &[
    ("GET", "/_sandbox/", "this overview"),
    ("GET", "/_sandbox/faults", "the fault rules in force, with their counters"),
    ("POST", "/_sandbox/faults", "add one rule, or a whole plan as JSON or TOML"),
    ("DELETE", "/_sandbox/faults", "remove all rules and forget the hits"),
    ("DELETE", "/_sandbox/faults/{id}", "remove one rule"),
    ("GET", "/_sandbox/faults/hits", "the calls that were hit"),
    ("GET", "/_sandbox/faults/catalogue", "the faults that can be called by name"),
    (
        "GET",
        "/_sandbox/landing",
        "a page in an application's place, for a redirect URI: shows what the browser brought",
    ),
    ("GET", "/_sandbox/mailboxes", "the mailboxes and their counts"),
    ("POST", "/_sandbox/mailboxes", "add a mailbox: {\"email\", \"name\"}"),
    ("GET", "/_sandbox/mailboxes/{email}", "one mailbox and its counts"),
    ("POST", "/_sandbox/mailboxes/{email}/messages", "put a raw message in: ?labels=INBOX,UNREAD&internal_date_ms="),
    ("DELETE", "/_sandbox/mailboxes/{email}/grants", "take consent back: ?client_id="),
    ("POST", "/_sandbox/deliver", "let mail arrive: a raw message with ?to=&from=, or JSON"),
    ("GET", "/_sandbox/ledger", "the mail accepted for sending: ?mailbox="),
    ("DELETE", "/_sandbox/ledger", "empty the ledger"),
    ("GET", "/_sandbox/outbound", "the copies that left for addresses outside"),
    ("GET", "/_sandbox/clock", "what the clock says"),
    ("POST", "/_sandbox/clock", "{\"advance_ms\"}, {\"set\", \"frozen\"}, {\"speed\"} or {\"reset\": true}"),
    ("GET", "/_sandbox/quotas", "what is counted and refused, by mailbox and project"),
    ("POST", "/_sandbox/quotas", "change the limits: {\"regime\", \"model\", \"user_units\", ...}, or {\"off\": true}"),
    ("DELETE", "/_sandbox/quotas", "begin anew: nothing used, sent, locked or counted"),
    ("DELETE", "/_sandbox/quotas/counts", "set the counts to nothing; what is used stays used"),
    ("GET", "/_sandbox/lockouts", "the mailboxes that have to stay away, and until when"),
    (
        "POST",
        "/_sandbox/lockouts",
        "keep a mailbox away: {\"mailbox\", \"until\" or \"seconds\", \"tag\", \"early\", \"refused_probes\"}",
    ),
    ("DELETE", "/_sandbox/lockouts", "end lockouts: ?mailbox= or all"),
    ("POST", "/_sandbox/thieves", "let another program use up units: {\"mailbox\", \"units_per_second\"}"),
    ("GET", "/_sandbox/graph/quotas", "what Graph counts and refuses, by app and mailbox"),
    (
        "POST",
        "/_sandbox/graph/quotas",
        "change Graph's limits: {\"concurrency\", \"requests\", ...}, or {\"off\": true}",
    ),
    ("DELETE", "/_sandbox/graph/quotas", "begin anew: nothing used or sent"),
    ("GET", "/_sandbox/graph/subscriptions", "who has subscribed to changes at Graph"),
    (
        "POST",
        "/_sandbox/graph/subscriptions",
        "tell a subscription's owner, or lose its changes: {\"id\", \"event\", \"silent\"}",
    ),
    ("GET", "/_sandbox/indexing", "how far listings lag behind drafts and sent mail"),
    ("POST", "/_sandbox/indexing", "let them lag: {\"delay_ms\"}"),
    ("POST", "/_sandbox/history/expire", "forget history: {\"email\"} or all"),
    ("POST", "/_sandbox/token", "issue tokens without the pages: {\"email\", \"scopes\", \"expires_in\"}"),
    ("POST", "/_sandbox/tokens/expire", "make access tokens invalid now: {\"email\"} or all"),
    ("GET", "/_sandbox/clients", "the OAuth clients"),
    ("POST", "/_sandbox/clients", "register a client: {\"client_id\", \"client_secret\", \"redirect_uris\", \"name\"}"),
    ("GET", "/_sandbox/push", "where notifications go"),
    ("POST", "/_sandbox/push", "send a topic's notifications somewhere: {\"topic\", \"endpoint\"}"),
];

pub(super) async fn overview(State(control): State<Control>) -> Json<Value> {
    let addresses: Vec<Value> =
        ADDRESSES.iter().map(|(method, path, what)| json!({"method": method, "path": path, "what": what})).collect();
    Json(json!({
        "sandbox": env!("CARGO_PKG_VERSION"),
        "clock": control.world.clock(),
        "mailboxes": control.world.mailboxes(),
        "faults": control.plan.rules().len(),
        "accepted": control.world.ledger().len(),
        "addresses": addresses,
    }))
}
