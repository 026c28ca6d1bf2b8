//! The arrow table of docs/ARCHITECTURE.md is the list of arrows Cargo draws.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{crates, read};

type Arrows = BTreeSet<String>;

/// Rows `| crate | imports | imports in tests | why |` of the section "Crates and arrows".
fn drawn() -> BTreeMap<String, (Arrows, Arrows)> {
    let page = read("docs/ARCHITECTURE.md");
    let section = page.split("## Crates and arrows").nth(1).expect("the section \"Crates and arrows\"");
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].trim_matches('`').to_owned(), (names(cells[1]), names(cells[2])))
    })
    .collect()
}

fn names(cell: &str) -> Arrows {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn dependencies(manifest: &toml::Table, section: &str) -> Arrows {
    let table = manifest.get(section).and_then(|section| section.as_table());
    let keys = table.into_iter().flat_map(|table| table.keys().cloned());
    keys.filter(|key| crates().contains(key)).collect()
}

#[test]
fn cargo_draws_exactly_the_arrows_of_the_table() {
    let drawn = drawn();
    for name in crates() {
        let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml")).parse().unwrap();
        let (imports, in_tests) =
            drawn.get(&name).unwrap_or_else(|| panic!("docs/ARCHITECTURE.md has no row for `{name}`"));
        assert_eq!(
            &dependencies(&manifest, "dependencies"),
            imports,
            "`{name}`: Cargo.toml (left) and docs/ARCHITECTURE.md (right) differ"
        );
        assert_eq!(
            &dependencies(&manifest, "dev-dependencies"),
            in_tests,
            "`{name}`, for tests: Cargo.toml (left) and docs/ARCHITECTURE.md (right) differ"
        );
    }
    let strangers: Vec<_> = drawn.keys().filter(|name| !crates().contains(name)).collect();
    assert!(strangers.is_empty(), "docs/ARCHITECTURE.md has rows for crates that do not exist: {strangers:?}");
}

#[test]
fn the_arrows_that_must_never_be_are_not() {
    let drawn = drawn();
    let imports = |name: &str| drawn[name].0.clone();
    assert!(imports("model").is_empty(), "model imports nothing of ours");
    assert!(imports("sandbox").is_empty(), "the sandbox shares nothing with what it tests");
    assert!(!imports("server").contains("providers"), "the server never speaks to a provider");
    for name in crates().iter().filter(|name| !["engine", "app", "providers"].contains(&name.as_str())) {
        assert!(!imports(name).contains("providers"), "only the engine calls providers, not `{name}`");
    }
}
