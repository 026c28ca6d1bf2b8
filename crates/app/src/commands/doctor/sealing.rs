//! Is there a sealing key, and do the configured ones open what is stored?

use std::collections::BTreeMap;

use store::Store;

use super::finding::Finding;
use crate::config::Config;
use crate::wiring;

const CHECK: &str = "sealing keys";
/// More sealed values than this are not read.
const SAMPLE: usize = 10_000;

pub(super) fn configured(config: &Config) -> Finding {
    match config.sealing.keys.as_slice() {
        [] => Finding::fail(
            CHECK,
            "none is configured; the server does not start without one",
            "`postroad admin key generate`, then set `sealing.keys` or POSTROAD_SEALING__KEYS_FILE.",
        ),
        keys => {
            let ids: Vec<_> = keys.iter().map(|key| key.id.as_str()).collect();
            Finding::ok(CHECK, &format!("configured: {} (the first one seals)", ids.join(", ")))
        }
    }
}

/// Tries every stored secret. Secrets are not shown.
pub(super) async fn opens(config: &Config, store: &Store) -> Vec<Finding> {
    let Ok(sealer) = wiring::sealer(config) else { return Vec::new() };
    // No key has the empty id, so this names every sealed value.
    let sealed = match store.sealed_under_other_keys("", SAMPLE).await {
        Ok(sealed) => sealed,
        Err(error) => return vec![Finding::fail(CHECK, &error.to_string(), "See the database's finding.")],
    };
    let mut closed: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, value) in &sealed {
        if sealer.open(place, value).is_err() {
            *closed.entry(&value.key_id).or_default() += 1;
        }
    }
    let mut findings: Vec<_> = closed.iter().map(|(id, count)| unopened(id, *count)).collect();
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, &format!("all {} stored secrets open", sealed.len())));
    }
    let old = sealed.iter().filter(|(_, value)| value.key_id != sealer.current_key()).count();
    if old > 0 {
        let found = format!("{old} stored secrets are sealed under an older key");
        findings.push(Finding::warn(CHECK, &found, "`postroad admin keys rotate` seals them under the first key."));
    }
    findings
}

fn unopened(id: &str, count: usize) -> Finding {
    let found = format!("{count} stored secrets sealed under the key `{id}` do not open");
    Finding::fail(
        CHECK,
        &found,
        &format!("Put the key `{id}` back into `sealing.keys`; without it those people must authenticate again."),
    )
}
