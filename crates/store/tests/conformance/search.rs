//! Full-text search: what the query language means, and that nothing typed into it is an error.

use proptest::prelude::*;
use store::filter::MessageFilter;

use crate::house::{House, mail};

async fn library() -> House {
    let house = House::new().await;
    house
        .holds([
            mail("a", 1).subject("Invoice for March").text("Please pay the total amount by Friday."),
            mail("b", 2).subject("Re: Invoice").text("The amount is wrong, see the attached total."),
            mail("c", 3).subject("Lunch?").text("Friday at noon. Pizza, as always.").from("zoe.smith@pizza.example"),
            mail("d", 4).subject("Fotos").text("Voilà: Ärger im Café").attached("Übersicht_2024.xlsx", false),
            mail("e", 5).subject("Junk").text("invoice invoice").trashed(),
        ])
        .await;
    house
}

async fn finds(house: &House, query: &str) -> String {
    house.finds(query).await.concat()
}

#[tokio::test]
async fn all_words_are_required_in_any_order_and_case() {
    let house = library().await;
    assert_eq!(finds(&house, "invoice").await, "ba");
    assert_eq!(finds(&house, "FRIDAY invoice").await, "a");
    assert_eq!(finds(&house, "amount total").await, "ba");
    assert_eq!(finds(&house, "amount pizza").await, "");
}

#[tokio::test]
async fn phrases_need_their_words_side_by_side() {
    let house = library().await;
    assert_eq!(finds(&house, "\"total amount\"").await, "a");
    assert_eq!(finds(&house, "\"amount total\"").await, "");
    assert_eq!(finds(&house, "\"invoice for\" friday").await, "a");
    assert_eq!(finds(&house, "\"march please\"").await, "", "a phrase does not reach from the subject into the body");
}

#[tokio::test]
async fn a_minus_excludes() {
    let house = library().await;
    assert_eq!(finds(&house, "invoice -march").await, "b");
    assert_eq!(finds(&house, "invoice -\"total amount\"").await, "b");
    assert_eq!(finds(&house, "-invoice").await, "dc");
    assert_eq!(finds(&house, "-invoice -friday").await, "d");
    assert_eq!(finds(&house, "invoice -inv*").await, "");
}

#[tokio::test]
async fn a_star_completes_a_word() {
    let house = library().await;
    assert_eq!(finds(&house, "inv*").await, "ba");
    assert_eq!(finds(&house, "i*").await, "dba");
    assert_eq!(finds(&house, "fri* piz*").await, "c");
    assert_eq!(finds(&house, "\"total am\"*").await, "a");
    assert_eq!(finds(&house, "nvoice*").await, "");
}

#[tokio::test]
async fn addresses_names_and_attachments_are_searched() {
    let house = library().await;
    assert_eq!(finds(&house, "zoe.smith@pizza.example").await, "c");
    assert_eq!(finds(&house, "smith").await, "c");
    assert_eq!(finds(&house, "bob").await, "dba");
    assert_eq!(finds(&house, "xlsx").await, "d");
    assert_eq!(finds(&house, "ubersicht_2024.xlsx").await, "d");
}

#[tokio::test]
async fn accents_do_not_matter() {
    let house = library().await;
    for query in ["arger", "ÄRGER", "a\u{308}rger", "cafe", "voila café"] {
        assert_eq!(finds(&house, query).await, "d", "{query}");
    }
}

#[tokio::test]
async fn trash_is_searched_only_when_named() {
    let house = library().await;
    assert_eq!(finds(&house, "junk").await, "");
    let trash = MessageFilter { search: Some("junk".into()), folder: Some("TRASH".into()), ..Default::default() };
    assert_eq!(house.lists(trash).await, ["e"]);
}

#[tokio::test]
async fn blank_does_not_narrow_and_mere_punctuation_finds_nothing() {
    let house = library().await;
    assert_eq!(finds(&house, "").await, "dcba");
    assert_eq!(finds(&house, " \t ").await, "dcba");
    for query in ["*", "-", "!!!", "\"\"", "- *", "()"] {
        assert_eq!(finds(&house, query).await, "", "{query}");
    }
}

#[tokio::test]
async fn the_words_and_signs_of_the_index_language_are_only_words_and_signs() {
    let house = library().await;
    for query in [
        "invoice OR pizza",
        "NOT",
        "invoice AND",
        "NEAR(invoice march)",
        "subject:invoice",
        "{subject body}: x",
        "^invoice",
        "a\"b",
        "\"",
        "\"\"\"",
        "'",
        "''; DROP TABLE messages; --",
        "+-*",
        "invoice*march",
        "(((((",
        "\\",
        "%",
        "_",
        "\u{0}",
        "a\u{0}b",
        "\u{feff}",
        "\u{202e}abc",
        "\u{e000}x",
        "1xinvoice",
        "-",
        "--",
        "-*",
        "\"*",
        "*\"",
        "💥",
    ] {
        let found = house.finds(query).await;
        assert!(found.len() <= 4, "{query:?} found {found:?}");
    }
    assert_eq!(finds(&house, "subject:invoice").await, "", "a phrase of two words");
}

#[tokio::test]
async fn a_query_of_any_length_is_answered() {
    let house = library().await;
    assert_eq!(finds(&house, &"invoice ".repeat(5_000)).await, "ba");
    house.finds(&"x".repeat(100_000)).await;
    house.finds(&format!("\"{}\"", "a b ".repeat(10_000))).await;
    house.finds(&"-a ".repeat(10_000)).await;
    house.finds(&"東".repeat(10_000)).await;
}

#[tokio::test]
async fn a_word_longer_than_any_is_found_by_its_beginning() {
    let house = library().await;
    let long = "q".repeat(300);
    house.holds([mail("z", 9).text(&format!("before {long} after"))]).await;
    assert_eq!(finds(&house, &long).await, "z");
    assert_eq!(finds(&house, "before after").await, "z");
}

#[test]
fn no_text_is_a_syntax_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let house = runtime.block_on(library());
    let signs = proptest::collection::vec(
        prop_oneof![
            proptest::sample::select(vec![
                "\"", "*", "-", "(", ")", ":", "^", "+", " ", "AND", "OR", "NOT", "NEAR", "\0"
            ])
            .prop_map(str::to_owned),
            "\\PC{0,4}",
            "[a-z東京ทดสอบ가나é]{0,3}",
        ],
        0..24,
    );
    let query = prop_oneof![any::<String>(), signs.prop_map(|parts| parts.concat())];
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(query in query)| {
        let found = runtime.block_on(house.finds(&query));
        prop_assert!(found.len() <= 4);
    });
}
