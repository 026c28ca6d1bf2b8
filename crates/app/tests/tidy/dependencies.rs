//! Every dependency is used: what a manifest names and no line of its crate mentions is only waited for.

use crate::source::{files, read};

/// Manifests of the workspace, with the folder each is about.
fn manifests() -> Vec<(String, toml::Table)> {
    let all = [files("crates"), files("bench")].concat();
    let found = all.into_iter().filter(|path| path.ends_with("/Cargo.toml"));
    found.map(|path| (path.trim_end_matches("/Cargo.toml").to_owned(), read(&path).parse().unwrap())).collect()
}

/// All code of a folder, comments left out.
fn code(folder: &str) -> String {
    let sources = files(folder).into_iter().filter(|path| path.ends_with(".rs"));
    let lines = |path: String| {
        let text = read(&path);
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    sources.map(lines).collect::<Vec<_>>().join("\n")
}

/// Whether a crate's name stands in code as a word of its own.
fn mentions(code: &str, dependency: &str) -> bool {
    let name = dependency.replace('-', "_");
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(&name).any(|(at, _)| {
        let (before, after) = (code[..at].chars().next_back(), code[at + name.len()..].chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// Names in a section, and in the sections of that kind for some targets.
fn named(manifest: &toml::Table, section: &str) -> Vec<String> {
    let targets = manifest.get("target").and_then(|targets| targets.as_table());
    let targets = targets.into_iter().flat_map(|targets| targets.values()).filter_map(|target| target.get(section));
    let tables = manifest.get(section).into_iter().chain(targets).filter_map(|section| section.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn every_dependency_is_used_where_it_is_named() {
    let manifests = manifests();
    assert!(manifests.len() > 8, "the manifests are found");
    for (folder, manifest) in &manifests {
        let (own, all) = (code(&format!("{folder}/src")), code(folder));
        for (section, code) in [("dependencies", &own), ("dev-dependencies", &all)] {
            for dependency in named(manifest, section) {
                let used = mentions(code, &dependency);
                assert!(used, "{folder}/Cargo.toml: nothing under [{section}] uses `{dependency}`; take it out");
            }
        }
    }
}

#[test]
fn the_workspace_names_no_dependency_that_no_crate_takes() {
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let offered = named(workspace["workspace"].as_table().unwrap(), "dependencies");
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let taken: Vec<String> = manifests().iter().flat_map(|(_, m)| sections.map(|s| named(m, s)).concat()).collect();
    for dependency in offered {
        assert!(taken.contains(&dependency), "Cargo.toml: no crate takes `{dependency}`; take it out");
    }
}

#[test]
fn a_mention_is_a_word_of_its_own() {
    assert!(mentions("use serde_json::json;", "serde-json"));
    assert!(mentions("#[derive(serde::Serialize)]", "serde"));
    assert!(!mentions("use serde_json::json;", "serde"));
    assert!(!mentions("let my_url = 1;", "url"));
}
