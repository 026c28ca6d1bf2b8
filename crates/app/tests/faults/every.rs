//! What holds for every signal, every kind and every path.

use model::{Fault, FaultKind, Verdict};

use crate::told::{CUSTOM, MAIL, Told};

#[tokio::test]
async fn every_signal_is_answered_wholly_on_every_path() {
    for signal in engine::fault_signals() {
        for path in [MAIL, CUSTOM, "/v3/grants/me", "/v3/connectors/google", "/v3/webhooks"] {
            let told = Told::of(signal.fault.clone(), path).await;
            assert!(told.status >= 400, "{path}: {}", signal.says);
            let waits = matches!(signal.fault.verdict, Verdict::At(_));
            assert_eq!(told.headers.contains_key("retry-after"), waits, "{path}: {}", signal.says);
            let server_error = told.body["error"].get("server_error");
            assert!(server_error.is_none() || told.status == 422, "{path}: {}", signal.says);
        }
    }
}

#[tokio::test]
async fn every_kind_has_an_answer_and_a_place_that_explains_it() {
    for kind in FaultKind::ALL {
        let told = Told::of(Fault::new(*kind, kind.cause()), MAIL).await;
        assert_eq!(told.status, server::faults::status(*kind));
        let docs = told.body["error"]["fault"]["docs"].as_str().unwrap();
        assert!(docs.ends_with(&format!("/docs/faults/{}", kind.as_str())), "{docs}");
    }
}

#[test]
fn every_kind_is_explained_in_full_sentences() {
    for kind in FaultKind::ALL {
        let entry = kind.entry();
        for text in [entry.meaning, entry.cause, entry.remedy, entry.by_itself].iter().chain(entry.steps) {
            assert!(text.starts_with(|c: char| c.is_uppercase() || c == '`'), "{}: {text}", kind.as_str());
            assert!(text.ends_with(['.', '!']), "{}: {text}", kind.as_str());
            assert!(!text.contains("  "), "{}: {text}", kind.as_str());
        }
        assert!(entry.meaning.len() > entry.cause.len() / 2, "{}", kind.as_str());
    }
}

#[test]
fn no_two_kinds_are_explained_alike() {
    let mut causes: Vec<_> = FaultKind::ALL.iter().map(|kind| kind.cause()).collect();
    causes.sort_unstable();
    causes.dedup();
    assert_eq!(causes.len(), FaultKind::ALL.len());
}
