//! Measures the classifiers against labelled real errors, where a collection of them lies beside the checkout
//! (`../shared/corpus/open.jsonl`; its README defines the labels). The collection is not part of the project.

mod case;
mod disputed;
mod report;

use case::Case;
use report::Report;

/// Of the unambiguous cases: kinds that must be right, per protocol and over all.
const KIND_FLOOR: f64 = 0.97;
/// Of the unambiguous cases over all: retry decisions that must be right.
const RETRY_FLOOR: f64 = 0.98;

fn cases() -> Option<Vec<Case>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/open.jsonl");
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.lines().filter(|line| !line.trim().is_empty()).map(Case::read).collect())
}

#[test]
fn the_classifiers_agree_with_the_labels() {
    let Some(cases) = cases() else {
        report::line("skipped: no ../shared/corpus/open.jsonl beside the checkout");
        return;
    };
    let report = Report::of(&cases);
    report.print();
    for protocol in report.protocols() {
        let kind = report.kind_share(Some(protocol));
        assert!(kind >= KIND_FLOOR, "{}: {kind:.3} of the kinds are right", protocol.as_str());
    }
    assert!(report.kind_share(None) >= KIND_FLOOR);
    assert!(report.retry_share() >= RETRY_FLOOR, "{:.3} of the retry decisions are right", report.retry_share());
}

#[test]
fn disputed_labels_still_exist() {
    let Some(cases) = cases() else { return };
    for (id, _) in disputed::LABELS {
        assert!(cases.iter().any(|case| case.id == *id), "{id} is disputed but not in the collection");
    }
}
