use std::io::Write as _;
use std::time::Duration;

use super::*;

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn from_file(text: &str) -> Result<Loaded, ConfigError> {
    load(Some(file(text).path()), &[])
}

fn from_environment(name: &str, value: &str) -> Result<Loaded, ConfigError> {
    load(None, &[(name.to_owned(), value.to_owned())])
}

#[test]
fn the_defaults_are_those_of_the_crates_they_configure() {
    let config = load(None, &[]).unwrap().config;
    let engine = engine::Settings::default();
    let server = server::Settings::default();
    assert_eq!(config.server.public_url, engine.public_url);
    assert_eq!(config.sync.poll_interval, engine.poll_interval);
    assert_eq!(config.sync.poll_interval_with_push, engine.poll_interval_with_push);
    assert_eq!(config.sync.fetch_batch, engine.fetch_batch);
    assert_eq!(config.webhooks.keep_events, engine.keep_events);
    assert_eq!(config.google.gmail_url, engine.endpoints.google.gmail);
    assert_eq!(config.google.userinfo_url, engine.endpoints.google.userinfo);
    assert_eq!(config.microsoft.graph_url, engine.endpoints.microsoft.graph);
    assert_eq!(config.microsoft.authority_url, engine.endpoints.microsoft.authority);
    assert_eq!(config.limits.grant_per_second, server.grant_rate);
    assert_eq!(config.server.max_json_body, server.max_json_body);
    assert_eq!(config.server.request_deadline, server.request_deadline);
}

#[test]
fn the_file_wins_over_the_defaults_and_the_environment_over_the_file() {
    let given = file("[server]\nlisten = \"0.0.0.0:1\"\nmax_json_body = \"1MiB\"\n");
    let loaded = load(Some(given.path()), &[("POSTROAD_SERVER__LISTEN".into(), "127.0.0.1:2".into())]).unwrap();
    assert_eq!(loaded.config.server.listen.port(), 2);
    assert_eq!(loaded.config.server.max_json_body, 1024 * 1024);
    assert_eq!(loaded.origins.of("server.listen"), Origin::Environment("POSTROAD_SERVER__LISTEN".into()));
    assert!(matches!(loaded.origins.of("server.max_json_body"), Origin::File(_)));
    assert_eq!(loaded.origins.of("log.filter"), Origin::Default);
}

#[test]
fn every_key_can_be_set_in_the_environment() {
    for key in all_keys(&defaults()) {
        let default = defaults()[key.split_once('.').unwrap().0][key.split_once('.').unwrap().1].clone();
        let text = match default {
            Value::String(text) => text,
            Value::Array(_) => String::new(),
            other => other.to_string(),
        };
        from_environment(&variable_of(&key), &text).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
}

#[test]
fn an_unknown_key_is_named_with_its_file_and_the_nearest_key() {
    let given = file("[server]\nlisen = \"0.0.0.0:1\"\n");
    let error = load(Some(given.path()), &[]).unwrap_err().to_string();
    assert!(error.contains("`server.lisen`") && error.contains("Did you mean `server.listen`?"), "{error}");
    assert!(error.contains(&given.path().display().to_string()), "{error}");
    let error = from_file("[colours]\nred = 1\n").unwrap_err().to_string();
    assert!(error.contains("`colours`") && error.contains("postroad config default"), "{error}");
    let error = from_environment("POSTROAD_SERVER__LISEN", "x").unwrap_err().to_string();
    assert!(error.contains("POSTROAD_SERVER__LISEN") && error.contains("`server.listen`"), "{error}");
}

#[test]
fn a_wrong_type_is_named_with_its_place_and_the_default() {
    let error = from_file("[sync]\nworkers = \"many\"\n").unwrap_err().to_string();
    assert!(error.contains("`sync.workers`") && error.contains("16"), "{error}");
    let error = from_file("[sync]\npoll_interval = 30\n").unwrap_err().to_string();
    assert!(error.contains("`sync.poll_interval`") && error.contains("30s"), "{error}");
    let error = from_environment("POSTROAD_SERVER__TRUST_PROXY", "perhaps").unwrap_err().to_string();
    assert!(error.contains("`server.trust_proxy`") && error.contains("true or false"), "{error}");
    let error = from_file("server = 3\n").unwrap_err().to_string();
    assert!(error.contains("[server]"), "{error}");
    let error = from_file("[server]\nlisten = \"everywhere\"\n").unwrap_err().to_string();
    assert!(error.contains("`server.listen`") && error.contains("127.0.0.1:7678"), "{error}");
}

#[test]
fn values_that_cannot_work_are_refused() {
    for (text, key) in [
        ("[storage]\nreaders = 0\n", "storage.readers"),
        ("[storage]\ncompression_level = 40\n", "storage.compression_level"),
        ("[server]\npublic_url = \"https://mail.example.com/\"\n", "server.public_url"),
        ("[server]\npublic_url = \"mail.example.com\"\n", "server.public_url"),
        ("[google]\ntoken_url = \"ftp://x\"\n", "google.token_url"),
        ("[log]\nformat = \"pretty\"\n", "log.format"),
    ] {
        let error = from_file(text).unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn a_broken_or_missing_file_is_named() {
    let given = file("[server\n");
    let error = load(Some(given.path()), &[]).unwrap_err().to_string();
    assert!(error.contains(&given.path().display().to_string()) && error.contains("TOML"), "{error}");
    let error = load(Some(Path::new("/nowhere/postroad.toml")), &[]).unwrap_err().to_string();
    assert!(error.contains("/nowhere/postroad.toml") && error.contains("--config"), "{error}");
}

#[test]
fn secrets_come_from_files_too_and_are_never_repeated() {
    let key = crate::config::keys::SealingKey::generate("one").unwrap();
    let keys = file(&key.reveal());
    let token = file("hush\n");
    let loaded = load(
        None,
        &[
            ("POSTROAD_SEALING__KEYS_FILE".into(), keys.path().display().to_string()),
            ("POSTROAD_GOOGLE__PUSH_TOKEN_FILE".into(), token.path().display().to_string()),
        ],
    )
    .unwrap();
    assert_eq!(loaded.config.sealing.keys[0].bytes(), key.bytes());
    assert!(loaded.config.google.push_token.is_some());
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hush") && !shown.contains(key.reveal().split_once(':').unwrap().1), "{shown}");
    let error = from_environment("POSTROAD_SEALING__KEYS_FILE", "/nowhere").unwrap_err().to_string();
    assert!(error.contains("sealing.keys_file") && error.contains("/nowhere"), "{error}");
}

#[test]
fn a_bad_sealing_key_is_refused_without_showing_it() {
    let error = from_file("[sealing]\nkeys = [{ id = \"a\", key = \"c2VjcmV0\" }]\n").unwrap_err().to_string();
    assert!(error.contains("sealing.keys") && error.contains("admin key generate"), "{error}");
    assert!(!error.contains("c2VjcmV0"), "{error}");
}

#[test]
fn durations_arrive_as_written() {
    let loaded = from_file("[sync]\npoll_interval = \"250ms\"\n[webhooks]\nkeep_events = \"2h\"\n").unwrap();
    assert_eq!(loaded.config.sync.poll_interval, Duration::from_millis(250));
    assert_eq!(loaded.config.webhooks.keep_events, Duration::from_secs(7200));
}

#[test]
fn a_file_of_certificates_is_read_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----").unwrap();
    let set = ("POSTROAD_SYNC__PROVIDER_CA_FILE".to_owned(), file.to_str().unwrap().to_owned());
    assert_eq!(load(None, &[set]).unwrap().config.sync.provider_ca, b"-----BEGIN CERTIFICATE-----");
}
