//! The control API under `/_sandbox/` (and the page at `/` that leads to it): how tests and people steer the sandbox. JSON in, JSON out.
//!
//! Every address is on this page; `docs/SANDBOX.md` shows each with curl. The world behind it is the trait
//! [`ControlWorld`].

mod accounts;
mod answer;
mod clock;
mod faults;
mod front_page;
mod graph;
mod indexing;
mod landing;
mod mail;
mod mailboxes;
mod oauth;
mod overview;
mod quotas;
mod world;

pub use accounts::{AccountChange, AccountRecord, AppRecord, NewApp, TenantRule};
pub use answer::Refusal;
pub use world::{
    ClientRecord, ClockReading, ControlWorld, Delivered, Delivery, GraphSubscription, ImportOptions, ImportedMessage,
    IssuedToken, LedgerEntry, MailboxSummary, NewClient, NewMailbox, Provider, PushSubscription, TokenRequest,
};

use crate::fault_plan::Plan;
use crate::quotas::Meter;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, patch, post};
use std::sync::Arc;

/// The largest body the control API takes: a raw message of 150 MiB, as `messages.import` does.
const LARGEST_BODY: usize = 157_286_400;

/// What the handlers share.
#[derive(Clone)]
struct Control {
    world: Arc<dyn ControlWorld>,
    plan: Arc<Plan>,
    meter: Arc<Meter>,
}

/// The routes, ready to be merged into any router.
pub fn router<S: Clone + Send + Sync + 'static>(
    world: Arc<dyn ControlWorld>,
    plan: Arc<Plan>,
    meter: Arc<Meter>,
) -> Router<S> {
    Router::new()
        .route("/", get(front_page::show))
        .route("/_sandbox", get(overview::overview))
        .route("/_sandbox/", get(overview::overview))
        .route("/_sandbox/landing", get(landing::show))
        .route("/_sandbox/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/_sandbox/faults/catalogue", get(faults::catalogue))
        .route("/_sandbox/faults/hits", get(faults::hits))
        .route("/_sandbox/faults/{id}", delete(faults::remove))
        .route("/_sandbox/mailboxes", get(mailboxes::list).post(mailboxes::add))
        .route("/_sandbox/mailboxes/{email}", get(mailboxes::one))
        .route("/_sandbox/mailboxes/{email}/messages", post(mail::import))
        .route("/_sandbox/mailboxes/{email}/grants", delete(oauth::revoke))
        .route("/_sandbox/accounts", get(accounts::list).post(accounts::add))
        .route("/_sandbox/accounts/{account}", patch(accounts::change))
        .route("/_sandbox/tenants/{tenant}", post(accounts::tenant))
        .route("/_sandbox/apps", get(accounts::apps).post(accounts::register))
        .route("/_sandbox/deliver", post(mail::deliver))
        .route("/_sandbox/ledger", get(mail::ledger).delete(mail::clear_ledger))
        .route("/_sandbox/outbound", get(mail::outbound))
        .route("/_sandbox/clock", get(clock::read).post(clock::change))
        .route("/_sandbox/history/expire", post(mailboxes::expire_history))
        .route("/_sandbox/indexing", get(indexing::read).post(indexing::change))
        .route("/_sandbox/token", post(oauth::issue))
        .route("/_sandbox/tokens/expire", post(oauth::expire))
        .route("/_sandbox/clients", get(oauth::clients).post(oauth::register))
        .route("/_sandbox/push", get(mailboxes::push).post(mailboxes::set_push))
        .route("/_sandbox/quotas", get(quotas::report).post(quotas::change).delete(quotas::forget))
        .route("/_sandbox/quotas/counts", delete(quotas::forget_counts))
        .route("/_sandbox/lockouts", get(quotas::lockouts).post(quotas::lock_out).delete(quotas::lift))
        .route("/_sandbox/thieves", post(quotas::set_thief))
        .route("/_sandbox/graph/quotas", get(graph::report).post(graph::change).delete(graph::forget))
        .route("/_sandbox/graph/subscriptions", get(graph::subscriptions).post(graph::lifecycle))
        .route("/_sandbox/{*rest}", axum::routing::any(answer::no_such_address))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Control { world, plan, meter })
}

#[cfg(test)]
mod tests;
