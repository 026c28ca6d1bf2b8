//! Does the database answer, and is its schema this version's?

use store::Store;

use super::finding::Finding;

const CHECK: &str = "database";

pub(super) async fn check(store: &Store) -> Vec<Finding> {
    let mut findings = Vec::new();
    match store.ping().await {
        Ok(()) => findings.push(Finding::ok(CHECK, "opens and answers")),
        Err(error) => findings.push(Finding::fail(CHECK, &error.to_string(), "Restore a backup (docs/OPERATING.md).")),
    }
    findings.push(whole(store).await);
    if let Ok(version) = store.schema_version().await {
        findings.push(Finding::ok(CHECK, &format!("schema version {version}")));
    }
    if let Ok(rows) = store.statistics().await {
        let told: Vec<_> = rows.iter().map(|(name, count)| format!("{name} {count}")).collect();
        findings.push(Finding::ok(CHECK, &told.join(", ")));
    }
    findings
}

async fn whole(store: &Store) -> Finding {
    let remedy = "Stop the server, keep a copy of the file, and restore the newest backup (docs/OPERATING.md).";
    match store.damage().await {
        Ok(damage) if damage.is_empty() => Finding::ok(CHECK, "the file is whole"),
        Ok(damage) => Finding::fail(CHECK, &format!("the file is damaged: {}", damage.join("; ")), remedy),
        Err(error) => Finding::fail(CHECK, &format!("the file cannot be read through: {error}"), remedy),
    }
}
