//! The ledger of faults that operators should see: errors no classifier recognised, counted so that they can be reported,
//! and what ails a connector, which is nobody's to mend but the operator's or an administrator's.
//!
//! Faults are added up in memory as calls meet them and written down at most every [`PAUSE`], all in one transaction: a
//! storm of failures costs no storm of writes. What came since the last writing is lost with a crash, which costs counts
//! and nothing else.

mod mask;
mod unknown;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::fault::{ConnectorFault, UnknownFault};
use model::grant::Grant;
use model::{ApplicationId, Fault, FaultKind, GrantId, Provider, Timestamp};
use store::{ConnectorNote, FaultNotes, Store};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Inner;
use crate::lock::lock;

/// Between two writings.
const PAUSE: Duration = Duration::from_secs(5);
/// Unknown faults held in memory at most; the store keeps fewer, and a provider in such a state is not told by more.
const MOST_UNKNOWN: usize = 400;

type Connector = (ApplicationId, Provider);

/// What was met and is not written down yet.
#[derive(Default)]
pub(crate) struct Ledger {
    page: Mutex<Page>,
    bell: Notify,
}

#[derive(Default)]
struct Page {
    unknown: HashMap<(ApplicationId, String), UnknownFault>,
    connectors: HashMap<Connector, ConnectorNote>,
    /// The connectors that something ails, written or not, with the grant whose success would end it.
    ailing: HashMap<Connector, Option<GrantId>>,
}

/// Whose call met a fault.
struct Met<'a> {
    application: ApplicationId,
    grant: Option<&'a Grant>,
    now: Timestamp,
}

impl Ledger {
    /// A call for a mailbox met a fault.
    pub(crate) fn met(&self, grant: &Grant, fault: &Fault, now: Timestamp) {
        self.note(&Met { application: grant.application_id, grant: Some(grant), now }, fault);
    }

    /// A call to an identity platform, not yet for a mailbox, met a fault.
    pub(crate) fn met_at_desk(&self, application: ApplicationId, fault: &Fault, now: Timestamp) {
        self.note(&Met { application, grant: None, now }, fault);
    }

    fn note(&self, met: &Met<'_>, fault: &Fault) {
        let Some(provider) = fault.provider else { return };
        let noted = if fault.kind == FaultKind::Unknown {
            lock(&self.page).count(unknown::entry(met, provider, fault))
        } else if fault.is_operators() {
            lock(&self.page).ails((met.application, provider), ailment(met, fault))
        } else {
            false
        };
        if noted {
            self.bell.notify_one();
        }
    }

    /// A call succeeded. That proves the connector to work, unless its fault was met by another mailbox: an organisation's
    /// policy, or a client secret that live access tokens hide, is not refuted by somebody else's success.
    pub(crate) fn went_well(&self, grant: &Grant) {
        let connector = (grant.application_id, grant.provider);
        let mut page = lock(&self.page);
        if page.ailing.get(&connector).is_some_and(|met_by| met_by.is_none_or(|id| id == grant.id)) {
            page.works(connector);
            self.bell.notify_one();
        }
    }

    /// The connector was changed; the store has forgotten its fault in the same transaction.
    pub(crate) fn changed(&self, application: ApplicationId, provider: Provider) {
        let mut page = lock(&self.page);
        page.ailing.remove(&(application, provider));
        page.connectors.remove(&(application, provider));
    }

    /// The grant is gone, so that any other's success counts.
    pub(crate) fn forget(&self, grant: GrantId) {
        for met_by in lock(&self.page).ailing.values_mut() {
            met_by.take_if(|id| *id == grant);
        }
    }

    /// Writes down what there is, and tells the log of errors that were never seen before.
    pub(crate) async fn write(&self, store: &Store) {
        let notes = lock(&self.page).tear_off();
        if notes.is_empty() {
            return;
        }
        match store.note_faults(notes).await {
            Ok(news) => news.iter().for_each(tell),
            Err(error) => tracing::error!(%error, "faults could not be written down"),
        }
    }

    async fn recall(&self, store: &Store) {
        match store.connector_faults().await {
            Ok(kept) => {
                let mut page = lock(&self.page);
                for (application, provider, fault) in kept {
                    page.ailing.entry((application, provider)).or_insert(fault.grant_id);
                }
            }
            Err(error) => tracing::error!(%error, "the faults of connectors could not be read"),
        }
    }
}

/// Writes down what is met, until stopped. What comes after that is the caller's to write.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    inner.ledger.recall(inner.store()).await;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = inner.ledger.bell.notified() => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = inner.wait(PAUSE) => inner.ledger.write(inner.store()).await,
        }
    }
}

impl Page {
    fn count(&mut self, fault: UnknownFault) -> bool {
        let key = (fault.application_id, fault.fingerprint.clone());
        if let Some(known) = self.unknown.get_mut(&key) {
            known.count += 1;
            known.last_seen_at = fault.last_seen_at;
            return true;
        }
        let room = self.unknown.len() < MOST_UNKNOWN;
        if room {
            self.unknown.insert(key, fault);
        }
        room
    }

    fn ails(&mut self, connector: Connector, mut fault: ConnectorFault) -> bool {
        if self.ailing.insert(connector, fault.grant_id).is_none() {
            tracing::warn!(application = %connector.0, provider = %connector.1, kind = fault.kind.as_str(),
                "the connector does not work; its grants are left alone: {}", fault.message);
        }
        let note = self.connectors.entry(connector).or_insert_with(|| silent(connector));
        if let Some(known) = note.fault.take().filter(|known| known.kind == fault.kind) {
            fault.first_seen_at = known.first_seen_at;
            fault.count += known.count;
        }
        note.fault = Some(fault);
        true
    }

    fn works(&mut self, connector: Connector) {
        self.ailing.remove(&connector);
        self.connectors.insert(connector, ConnectorNote { works: true, ..silent(connector) });
    }

    fn tear_off(&mut self) -> FaultNotes {
        let unknown = std::mem::take(&mut self.unknown).into_values().collect();
        let connectors = std::mem::take(&mut self.connectors).into_values().collect();
        FaultNotes { unknown, connectors }
    }
}

fn silent((application_id, provider): Connector) -> ConnectorNote {
    ConnectorNote { application_id, provider, works: false, fault: None }
}

fn ailment(met: &Met<'_>, fault: &Fault) -> ConnectorFault {
    ConnectorFault {
        kind: fault.kind,
        scope: fault.scope,
        message: fault.message.clone(),
        provider_code: fault.provider_code.clone(),
        grant_id: met.grant.map(|grant| grant.id),
        first_seen_at: met.now,
        last_seen_at: met.now,
        count: 1,
    }
}

fn tell(fault: &UnknownFault) {
    tracing::warn!(
        application = %fault.application_id, provider = %fault.provider, operation = fault.operation,
        status = fault.status, code = fault.code, fingerprint = fault.fingerprint,
        "a provider answered with an error that is not known yet; `postroad admin faults list` says how to report it"
    );
}

#[cfg(test)]
mod tests;
