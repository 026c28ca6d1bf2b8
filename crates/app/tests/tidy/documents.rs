//! What the documents say is there, and what is there the documents say.

use crate::source::{crates, files, read};

#[test]
fn the_map_names_every_crate() {
    let page = read("docs/ARCHITECTURE.md");
    for name in crates() {
        assert!(page.contains(&format!("crates/{name}")), "docs/ARCHITECTURE.md does not mention crates/{name}");
    }
}

#[test]
fn every_command_is_told_of() {
    let pages = ["README.md", "docs/OPERATING.md"].map(read).concat();
    for command in ["demo", "serve", "sandbox", "admin", "outbox", "migrate", "doctor", "explain", "config"] {
        assert!(
            pages.contains(&format!("postroad {command}")),
            "neither README.md nor docs/OPERATING.md mentions `postroad {command}`"
        );
    }
}

#[test]
fn the_generated_reference_is_current() {
    let remedy = "run `cargo run -p postroad --example reference`";
    assert!(read("docs/FAULTS.md") == postroad::commands::fault_reference(), "docs/FAULTS.md is old; {remedy}");
    assert!(
        read("docs/reference/config.md") == postroad::commands::config_reference(),
        "docs/reference/config.md is old; {remedy}"
    );
    assert!(
        read("docs/reference/cli.md") == postroad::commands::command_reference(),
        "docs/reference/cli.md is old; {remedy}"
    );
}

#[test]
fn the_list_of_the_sandboxs_faults_is_current() {
    let page = read("docs/SANDBOX.md");
    let made = postroad::commands::sandbox_page(&page).expect("docs/SANDBOX.md marks where its list begins and ends");
    assert!(page == made, "docs/SANDBOX.md is old; run `cargo run -p postroad --example reference`");
    for fault in sandbox::fault_plan::Catalogue::standard().all() {
        assert!(page.contains(&format!("| `{}` |", fault.name)), "docs/SANDBOX.md does not list {}", fault.name);
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for path in files(".").into_iter().filter(|path| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(&read(&path)) {
            let target = target.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let place = crate::source::root().join(folder).join(target);
            assert!(place.exists(), "{path} links to {target}, which does not exist");
        }
    }
}

fn targets(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links.map(|(target, _)| target.trim().to_owned()).collect()
}

#[test]
fn every_invariant_says_what_keeps_it() {
    let page = read("docs/ARCHITECTURE.md");
    let section = page.split("## Invariants").nth(1).expect("the section \"Invariants\"");
    let section = section.split("\n## ").next().unwrap();
    let invariants: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Inv") && !line.starts_with("|--"))
        .collect();
    assert!(invariants.len() >= 10, "the invariants are a table of two columns");
    for row in invariants {
        let keeper = row.trim_matches('|').split('|').nth(1).unwrap_or_default().trim();
        assert!(!keeper.is_empty(), "nothing keeps this invariant: {row}");
        for path in keeper.split('`').skip(1).step_by(2).filter(|word| word.starts_with("crates/")) {
            assert!(crate::source::root().join(path).exists(), "{row}\nnames {path}, which does not exist");
        }
    }
}
