//! `postroad config` and configuration errors.

use crate::process::{Place, bare, errors};

#[test]
fn the_default_file_is_a_configuration() {
    let output = bare().args(["config", "default"]).output().unwrap();
    let place = Place::new();
    let file = place.folder.path().join("postroad.toml");
    std::fs::write(&file, output.stdout).unwrap();
    let shown = place.ok(&["config", "show", "--config", file.to_str().unwrap()]);
    assert!(shown.contains("listen = \"127.0.0.1:7678\"  # in "), "{shown}");
}

#[test]
fn showing_tells_origins_and_no_secrets() {
    let place = Place::new();
    let shown = place.ok(&["config", "show"]);
    assert!(shown.contains("# from the environment, POSTROAD_STORAGE__DATA_DIR"), "{shown}");
    assert!(shown.contains("k1:(secret)"), "{shown}");
    assert!(!shown.contains(place.key.split_once(':').unwrap().1), "{shown}");
}

#[test]
fn a_mistyped_key_stops_every_command_with_its_name() {
    let output = bare().env("POSTROAD_SERVER__LISEN", "x").args(["serve"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = errors(&output);
    assert!(said.contains("POSTROAD_SERVER__LISEN") && said.contains("`server.listen`"), "{said}");
}

#[test]
fn a_wrong_command_line_exits_with_2_and_the_usage() {
    let output = bare().args(["serve", "--nonsense"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("Usage:"));
}

#[test]
fn plain_output_has_no_colours() {
    let output = bare().env("NO_COLOR", "1").args(["config", "show"]).output().unwrap();
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
}
