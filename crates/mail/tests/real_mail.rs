//! Other people's messages, looked for beside the checkout (`../shared/mail`) and never copied into it.
#![allow(clippy::disallowed_macros)] // a skipped test has to say so

use std::path::{Path, PathBuf};

fn messages(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            messages(&path, found);
        } else if path.extension().is_some_and(|e| e == "eml") {
            found.push(path);
        }
    }
}

#[test]
fn every_real_message_is_parsed_plausibly() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/mail");
    let mut found = Vec::new();
    messages(&root, &mut found);
    if found.is_empty() {
        println!("skipped: no messages under {}", root.display());
        return;
    }
    let (mut with_text, mut with_files) = (0, 0);
    for path in &found {
        let raw = std::fs::read(path).unwrap();
        let name = path.display();
        let p = mail::parse::parse(&raw);
        assert!(
            !p.body.text.trim().is_empty() || !p.attachments.is_empty() || raw.len() < 400,
            "{name}: nothing in it"
        );
        assert!(p.snippet.chars().count() <= 100, "{name}");
        assert!(!p.subject.contains("=?") && !p.text.contains('\0'), "{name}");
        for a in &p.attachments {
            let bytes = mail::parse::part(&raw, a.part).unwrap_or_else(|| panic!("{name}: part {} is missing", a.part));
            assert_eq!(bytes.len() as u64, a.size, "{name}: {}", a.filename);
        }
        for address in p.from.iter().chain(&p.to).chain(&p.cc) {
            assert!(!address.email.contains(['<', '>', ' ', '\n']), "{name}: {address:?}");
        }
        let names: Vec<_> = mail::parse::headers(&raw);
        assert!(names.iter().all(|(n, _)| !n.is_empty() && n.is_ascii()), "{name}");
        with_text += usize::from(!p.text.is_empty());
        with_files += usize::from(!p.attachments.is_empty());
    }
    println!("{} messages, {with_text} with text, {with_files} with attachments", found.len());
    assert!(with_text * 10 > found.len() * 7, "too few messages with text: {with_text} of {}", found.len());
}
