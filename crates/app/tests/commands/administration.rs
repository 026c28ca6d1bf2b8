//! `postroad admin`, `migrate` and `doctor` on a database of their own.

use crate::process::Place;

#[test]
fn an_application_its_key_and_its_connector_are_made_listed_and_removed() {
    let place = Place::new();
    let application = place.json(&[
        "admin",
        "application",
        "create",
        "--name",
        "Mailroom",
        "--callback-url",
        "http://localhost:3000/back",
    ]);
    let id = application["id"].as_str().unwrap();
    let key = place.json(&["admin", "key", "create", "--name", "first", "--expires-in", "90d"]);
    let text = key["api_key"].as_str().unwrap();
    assert!(text.starts_with("nyk_v0_"), "{text}");
    let listed = place.ok(&["admin", "key", "list"]);
    assert!(listed.contains("first") && !listed.contains(text), "lists never hold the key: {listed}");

    let secret = place.folder.path().join("secret");
    std::fs::write(&secret, "GOCSPX-hush\n").unwrap();
    let secret = secret.to_str().unwrap();
    let made =
        place.ok(&["admin", "connector", "create", "google", "--client-id", "cid", "--client-secret-file", secret]);
    assert!(made.contains("cid") && !made.contains("GOCSPX-hush"), "{made}");
    let changed = place.json(&["admin", "connector", "update", "google", "--topic-name", "projects/p/topics/t"]);
    assert_eq!(
        (changed["settings"]["client_id"].as_str(), changed["client_secret"].as_str()),
        (Some("cid"), Some("set"))
    );
    assert_eq!(place.json(&["admin", "connector", "delete", "google"])["deleted"], true);

    place.ok(&["admin", "key", "delete", key["id"].as_str().unwrap()]);
    assert_eq!(place.json(&["admin", "key", "list"]), serde_json::json!([]));
    let shown = place.ok(&["admin", "application", "show", id]);
    assert!(shown.contains("http://localhost:3000/back"), "{shown}");
}

#[test]
fn errors_say_what_to_do() {
    let place = Place::new();
    assert!(place.refused(&["admin", "key", "create"]).contains("postroad admin application create"));
    place.ok(&["admin", "application", "create", "--name", "A"]);
    let second = place.ok(&["admin", "application", "create", "--name", "B"]);
    assert!(second.contains("id:"), "{second}");
    assert!(place.refused(&["admin", "key", "create"]).contains("--application"));
    let all = place.json(&["admin", "application", "list"]);
    let id = all[1]["id"].as_str().unwrap();
    let said = place.refused(&["admin", "callback", "create", "http://far.example.com/x", "--application", id]);
    assert!(said.to_lowercase().contains("https"), "{said}");
}

#[test]
fn unknown_faults_are_listed_and_forgotten() {
    let place = Place::new();
    place.ok(&["admin", "application", "create", "--name", "A"]);
    assert!(place.ok(&["admin", "faults", "list"]).contains("recognised so far"));
    assert_eq!(place.json(&["admin", "faults", "list"]), serde_json::json!([]));
    assert_eq!(place.json(&["admin", "faults", "forget"])["forgotten"], 0);
}

#[test]
fn migrate_says_where_the_database_stands() {
    let place = Place::new();
    assert!(place.command(&["migrate", "--check"]).output().unwrap().status.code() == Some(1));
    assert!(!place.folder.path().join("data").exists(), "a check makes nothing");
    assert!(place.ok(&["migrate"]).contains("the newest"));
    assert_eq!(place.json(&["migrate", "--check"])["current"], true);
}

#[test]
fn the_doctor_finds_a_missing_key_and_a_damaged_database() {
    let place = Place::new();
    place.ok(&["admin", "application", "create", "--name", "A"]);
    let secret = place.folder.path().join("secret");
    std::fs::write(&secret, "hush").unwrap();
    place.ok(&[
        "admin",
        "connector",
        "create",
        "google",
        "--client-id",
        "c",
        "--client-secret-file",
        secret.to_str().unwrap(),
    ]);
    let well = place.json(&["doctor", "--offline"]);
    assert!(well.as_array().unwrap().iter().all(|finding| finding["level"] != "fail"), "{well}");

    let other = Place::new();
    let output = place
        .command(&["doctor", "--offline"])
        .env("POSTROAD_SEALING__KEYS", other.key.replacen("k1", "k2", 1))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("`k1` do not open"), "{said}");

    std::fs::write(
        place.folder.path().join("data/postroad.db"),
        "no database at all, but long enough to be taken for one",
    )
    .unwrap();
    let output = place.command(&["doctor", "--offline"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("fail  database"));
}

#[test]
fn keys_rotate() {
    let place = Place::new();
    place.ok(&["admin", "application", "create", "--name", "A"]);
    let secret = place.folder.path().join("secret");
    std::fs::write(&secret, "hush").unwrap();
    place.ok(&[
        "admin",
        "connector",
        "create",
        "google",
        "--client-id",
        "c",
        "--client-secret-file",
        secret.to_str().unwrap(),
    ]);
    let new = Place::new().key.replacen("k1", "k2", 1);
    let both = format!("{new},{}", place.key);
    let rotate =
        place.command(&["admin", "keys", "rotate", "--json"]).env("POSTROAD_SEALING__KEYS", both).output().unwrap();
    let rotated: serde_json::Value = serde_json::from_slice(&rotate.stdout).unwrap();
    assert_eq!((rotated["resealed"].as_u64(), rotated["key_id"].as_str()), (Some(1), Some("k2")));
    let doctor = place.command(&["doctor", "--offline"]).env("POSTROAD_SEALING__KEYS", new).output().unwrap();
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[test]
fn a_mistyped_folder_is_named_and_not_made() {
    let place = Place::new();
    for asked in [&["admin", "grant", "list"][..], &["admin", "key", "list"], &["admin", "application", "list"]] {
        let said = place.refused(asked);
        assert!(said.contains("no Postroad database in") && said.contains("/data"), "{said}");
        assert!(!place.folder.path().join("data").exists(), "{asked:?} made it");
    }
}

#[test]
fn what_is_no_id_is_told_so() {
    let place = Place::new();
    for asked in [
        &["admin", "webhook", "replay", "nope"][..],
        &["admin", "application", "show", "nope"],
        &["admin", "key", "delete", "nope"],
        &["admin", "grant", "list", "--application", "nope"],
    ] {
        let said = place.refused(asked);
        assert!(said.contains("an id is a UUID") && said.contains("nope"), "{asked:?}: {said}");
    }
}

#[test]
fn an_application_is_removed() {
    let place = Place::new();
    let id = place.json(&["admin", "application", "create", "--name", "A"])["id"].as_str().unwrap().to_owned();
    place.ok(&["admin", "key", "create", "--name", "its key"]);
    let gone = place.json(&["admin", "application", "delete", &id]);
    assert_eq!((gone["deleted"].as_bool(), gone["grants_deleted"].as_u64()), (Some(true), Some(0)));
    assert_eq!(place.json(&["admin", "application", "list"]), serde_json::json!([]));
    assert!(place.refused(&["admin", "application", "delete", &id]).contains("application list"));
}

#[test]
fn a_ready_file_without_a_folder_is_refused_at_once() {
    let place = Place::new();
    let ready = place.folder.path().join("absent/ready.json");
    for command in ["demo", "sandbox"] {
        let said = place.refused(&[command, "--ready-file", ready.to_str().unwrap()]);
        assert!(said.contains("--ready-file") && said.contains("there is no folder"), "{command}: {said}");
    }
}
