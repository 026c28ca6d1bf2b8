//! What providers refuse that is the operator's to mend, and what they answered that nobody recognised.

use model::fault::ConnectorFault;
use model::{Provider, Scope};
use store::Store;

use super::finding::Finding;

pub(super) async fn check(store: &Store) -> Vec<Finding> {
    let ailing = store.connector_faults().await.unwrap_or_default();
    let mut findings: Vec<_> = ailing.iter().map(|(_, provider, fault)| connector(*provider, fault)).collect();
    let mut unknown = 0;
    for application in store.applications().await.unwrap_or_default() {
        unknown += store.unknown_faults(application.id).await.unwrap_or_default().len();
    }
    if unknown > 0 {
        let found = format!("{unknown} kinds of errors of providers were not recognised");
        findings.push(Finding::warn(
            "faults",
            &found,
            "`postroad admin faults list` shows them and how to report them.",
        ));
    }
    findings
}

/// An organisation's policy stops some mailboxes, everything else of this sort all of them.
fn connector(provider: Provider, fault: &ConnectorFault) -> Finding {
    let found = format!(
        "{}: {} ({} times from {} to {})",
        fault.kind.as_str(),
        fault.message,
        fault.count,
        fault.first_seen_at,
        fault.last_seen_at
    );
    let check = format!("connector {provider}");
    match fault.scope {
        Scope::Tenant => Finding::warn(&check, &found, fault.kind.remedy()),
        _ => Finding::fail(&check, &found, fault.kind.remedy()),
    }
}
