//! Reading never fails, and what is read means what Gmail means.

use super::table::{Mail, NOW, mailbox};
use super::*;
use proptest::prelude::*;

fn query(q: &str) -> Query {
    Query::parse(q, NOW.parse().unwrap())
}

#[test]
fn an_empty_search_matches_everything() {
    for q in ["", "   ", "()", "{}", "\"\"", "-", "OR", "( OR )"] {
        let query = query(q);
        assert!(mailbox().iter().all(|mail| query.matches(mail)), "{q:?}");
    }
    assert!(query("").is_empty() && !query("x").is_empty());
}

#[test]
fn spam_and_trash_are_wanted_only_when_named() {
    for q in ["in:anywhere", "in:trash", "in:spam x", "label:trash", "is:spam", "a OR in:trash", "{in:spam in:inbox}"] {
        assert!(query(q).wants_hidden(), "{q}");
    }
    for q in ["", "in:inbox", "-in:trash", "trash", "\"in:anywhere\"", "subject:spam"] {
        assert!(!query(q).wants_hidden(), "{q}");
    }
}

#[test]
fn without_an_own_address_from_me_means_sent() {
    let mail = Mail { me: None, labels: vec!["SENT".into()], ..Mail::default() };
    assert!(query("from:me").matches(&mail) && !query("to:me").matches(&mail));
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for q in [
        "(".repeat(100_000),
        "{(".repeat(50_000) + "x",
        "-".repeat(100_000) + "x",
        "from:(".repeat(20_000),
        "label:(".repeat(20_000),
    ] {
        let _ = query(&q).matches(&Mail::default());
    }
}

proptest! {
    #[test]
    fn any_text_is_read(q in "\\PC{0,80}") {
        let query = query(&q);
        for mail in mailbox() {
            let _ = query.matches(&mail);
        }
    }

    #[test]
    fn any_mixture_of_operators_is_read(parts in proptest::collection::vec(prop_oneof![
        Just("from:"), Just("subject:"), Just("("), Just(")"), Just("{"), Just("}"), Just("OR"), Just("AND"), Just("-"), Just("+"),
        Just("\""), Just("AROUND"), Just("5"), Just("x"), Just("after:"), Just("2026/01/01"), Just("has:"), Just("label:"), Just("|"), Just(" "), Just("é"),
    ], 0..40), spaced: bool) {
        let query = query(&parts.join(if spaced { " " } else { "" }));
        for mail in mailbox() {
            let _ = query.matches(&mail);
        }
    }

    #[test]
    fn a_word_and_its_negation_part_the_mailbox(word in "[a-z]{1,8}") {
        let (with, without) = (query(&word), query(&format!("-{word}")));
        for mail in mailbox() {
            prop_assert_ne!(with.matches(&mail), without.matches(&mail));
        }
    }
}
