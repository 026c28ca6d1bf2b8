//! What belongs to one room is not said in another.

use crate::source::{code_outside, files, read};

/// Fails for every line of working code outside `homes` that holds one of `words`.
fn only_at_home(words: &[&str], homes: &[&str], rule: &str) {
    let strays: Vec<String> = code_outside(homes)
        .into_iter()
        .filter(|(_, _, line)| words.iter().any(|word| line.contains(word)))
        .map(|(path, number, line)| format!("{path}:{number}: {}", line.trim()))
        .collect();
    assert!(strays.is_empty(), "{rule}:\n{}", strays.join("\n"));
}

#[test]
fn sql_is_spoken_in_store_only() {
    let sql = [
        "SELECT ",
        "INSERT INTO",
        "INSERT OR",
        "DELETE FROM",
        "CREATE TABLE",
        "CREATE INDEX",
        "PRAGMA ",
        "BEGIN IMMEDIATE",
    ];
    only_at_home(&sql, &["crates/store/"], "all SQL lives in crates/store");
}

#[test]
fn provider_words_stop_at_providers() {
    let words =
        ["labelIds", "label_ids", "deltaLink", "delta_link", "UIDVALIDITY", "historyId", "history_id", "internalDate"];
    only_at_home(
        &words,
        &["crates/providers/", "crates/sandbox/"],
        "a provider's words stay in crates/providers (and the sandbox)",
    );
}

/// Names of providers, their products and their error codes, in lower case.
const NAMES: &[&str] = &["google", "gmail", "microsoft", "outlook", "graph", "aadsts", "office365"];

/// Where working code outside `providers` and `sandbox` may name one: a place, the lines it has at most, and why. What is
/// decided about a provider is decided in `providers`; a line here names one to a person, or repeats the contract.
#[rustfmt::skip] // one line is one place
const NAMED: &[(&str, usize, &str)] = &[
    ("crates/model/src/provider.rs", 5, "the enum itself"),
    ("crates/model/src/fault/entries/", 20, "advice for people, which names consoles and pages"),
    ("crates/mail/src/clean/marks.rs", 11, "marks that mail programs leave in HTML, whoever the provider is"),
    ("crates/mail/src/report", 9, "who writes bounces and how each says that a limit is passed, as it stands in the mail"),
    ("crates/app/src/config/", 19, "sections of the configuration are called after providers"),
    ("crates/app/src/wiring/", 36, "the configuration handed on, and the sandbox in the providers' place"),
    ("crates/app/src/commands/", 75, "what is printed, options and their examples"),
    ("crates/server/src/openapi/", 10, "texts of the contract"),
    ("crates/server/src/front.rs", 1, "a header of the contract"),
    ("crates/server/src/handlers/connect/", 5, "sign-in pages: brands, and cases of the contract that are one provider's"),
    ("crates/server/src/handlers/drafts.rs", 1, "headers that are never taken from a caller"),
    ("crates/server/src/handlers/fallback.rs", 2, "a refusal of the contract that is worded for one provider"),
    ("crates/server/src/handlers/grants.rs", 2, "values of a filter of the contract"),
    ("crates/engine/src/auth/passwords.rs", 5, "the contract's refusal of passwords, worded for one provider"),
    ("crates/engine/src/outbox/mod.rs", 2, "a documented cap of sending, a default of the configuration"),
    ("crates/engine/src/webhooks/", 3, "the example a webhook is tested with"),
    ("crates/store/src/sqlite/outbox/leave.rs", 1, "which caps hold for a grant that is gone"),
];

#[test]
fn providers_are_named_outside_their_rooms_only_where_it_says_why() {
    let names = |line: &str| {
        let line = line.to_lowercase().replace("paragraph", "").replace("cryptograph", "").replace("ascii_graphic", "");
        NAMES.iter().any(|name| line.contains(name))
    };
    let homes = ["crates/providers/", "crates/sandbox/"];
    let lines: Vec<_> = code_outside(&homes).into_iter().filter(|(_, _, line)| names(line)).collect();
    let place_of = |path: &str| NAMED.iter().position(|(place, ..)| path.starts_with(place));
    let strays = lines.iter().filter(|(path, ..)| place_of(path).is_none());
    let strays: Vec<String> = strays.map(|(path, number, line)| format!("{path}:{number}: {}", line.trim())).collect();
    assert!(strays.is_empty(), "what is a provider's own belongs in crates/providers:\n{}", strays.join("\n"));
    for (at, (place, most, why)) in NAMED.iter().enumerate() {
        let count = lines.iter().filter(|(path, ..)| place_of(path) == Some(at)).count();
        assert!(count <= *most, "{place} names providers in {count} lines, at most {most} ({why})");
        assert!(count > 0, "{place} names none any more: take it off the list");
    }
    // What decides and keeps is the same for every provider.
    let decide = ["crates/engine/", "crates/store/", "crates/quota/", "crates/api/"];
    let count = lines.iter().filter(|(path, ..)| decide.iter().any(|room| path.starts_with(room))).count();
    assert!(count <= 12, "engine, store, quota and api name providers in {count} lines");
}

#[test]
fn http_statuses_are_known_at_the_wires_only() {
    let homes = ["crates/server/", "crates/providers/", "crates/sandbox/", "crates/engine/src/webhooks/"];
    only_at_home(
        &["StatusCode"],
        &homes,
        "HTTP statuses are known to server, providers, the sandbox, and where webhooks are delivered",
    );
}

#[test]
fn requests_to_mailboxes_leave_through_the_meter() {
    // What sends a request with the HTTP client. To mailboxes only `transport::exchange` does, and it takes the meter's pass;
    // what asks identity platforms goes without, for no mailbox's quota counts.
    let senders: Vec<String> = code_outside(&[])
        .into_iter()
        .filter(|(path, _, _)| path.starts_with("crates/providers/"))
        .filter(|(_, _, line)| [".send()", ".execute("].iter().any(|word| line.contains(word)))
        .map(|(path, _, _)| path)
        .collect();
    let metered = "crates/providers/src/transport/exchange.rs";
    let identity = ["crates/providers/src/gmail/oauth.rs", "crates/providers/src/microsoft_identity/"];
    let at_home = |path: &&String| *path == metered || identity.iter().any(|home| path.starts_with(home));
    let stray: Vec<_> = senders.iter().filter(|path| !at_home(path)).collect();
    assert!(stray.is_empty(), "requests leave from {stray:?}");
    assert_eq!(senders.iter().filter(|path| *path == metered).count(), 1, "{metered} sends in one place");
    let exchange = read(metered);
    assert!(exchange.contains("client: &Client,\n    pass: &Pass,"), "sending takes a pass");
    assert_eq!(exchange.matches(" answered(client,").count(), 1, "only `exchange` sends");
}

#[test]
fn the_environment_is_read_in_config_only() {
    only_at_home(
        &["std::env", "env::var"],
        &["crates/app/src/config/"],
        "only crates/app/src/config reads the environment",
    );
}

#[test]
fn only_commands_print() {
    only_at_home(
        &["println!", "eprintln!", "print!("],
        &["crates/app/src/commands/"],
        "only crates/app/src/commands prints; log with tracing",
    );
}

#[test]
fn the_clock_is_read_by_the_clocks_and_the_timer() {
    let homes = ["crates/app/src/clock.rs", "crates/sandbox/src/clock.rs", "crates/engine/src/timer.rs"];
    only_at_home(
        &["Timestamp::now", "SystemTime::now", "Zoned::now"],
        &homes,
        "take a clock; only clock.rs of app and sandbox reads it",
    );
}

#[test]
fn nothing_points_at_somebodys_machine() {
    let machine = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    let texts = files(".").into_iter().filter(|path| {
        let kinds = [".rs", ".md", ".toml", ".py", ".js", ".json", ".sh", ".sql", ".html", ".css", ".yml", ".yaml"];
        kinds.iter().any(|kind| path.ends_with(kind)) || path.starts_with("scripts/") || path.starts_with(".ci/")
    });
    let strays: Vec<String> = texts.filter(|path| machine.iter().any(|start| read(path).contains(start))).collect();
    assert!(strays.is_empty(), "paths of one machine in: {strays:?}");
}
