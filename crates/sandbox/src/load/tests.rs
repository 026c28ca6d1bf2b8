//! Mail from disk comes out as it went in.

use super::*;
use std::fs;
use tempfile::TempDir;

fn put(dir: &TempDir, name: &str, bytes: &[u8]) {
    let path = dir.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn all(place: &Path) -> Vec<Loaded> {
    path(place).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_folder_of_eml_files_is_read_recursively_and_byte_for_byte() {
    let dir = TempDir::new().unwrap();
    let odd = b"Subject: a\nX: b\r\n\r\n\xff\x00 bare\rcr\n".to_vec();
    put(&dir, "b.eml", &odd);
    put(&dir, "a/deep/z.EML", b"Subject: z\r\n\r\n");
    put(&dir, "readme.txt", b"not mail");
    let loaded = all(dir.path());
    assert_eq!(loaded.len(), 2);
    assert_eq!(
        (loaded[1].raw.clone(), loaded[1].labels.clone(), loaded[1].internal_date_ms),
        (odd, vec!["INBOX".into()], None)
    );
    assert!(loaded[0].source.ends_with("a/deep/z.EML"));
}

#[test]
fn one_file_is_one_message_whatever_its_name() {
    let dir = TempDir::new().unwrap();
    put(&dir, "letter", b"Subject: x\n\nFrom here on\n");
    assert_eq!(all(&dir.path().join("letter"))[0].raw, b"Subject: x\n\nFrom here on\n");
}

const MBOX: &[u8] = b"From ann@x.test Thu Jan  1 00:00:10 2026\n\
Subject: one\nStatus: RO\n\n>From here\n>>From there\nFrom my side\n\nFrom us all, no time given\n\n\
From - Thu Jan 01 00:00:20 +0100 2026\n\
X-Gmail-Labels: =?UTF-8?Q?Inbox,Unread,K=C3=BCche,\"Category Promotions\",Opened?=\nSubject: two\n\nbody\n";

#[test]
fn an_mbox_is_cut_at_its_separators_and_its_quoting_undone() {
    let dir = TempDir::new().unwrap();
    put(&dir, "mail", MBOX);
    let loaded = all(&dir.path().join("mail"));
    assert_eq!(loaded.len(), 2);
    let first = b"Subject: one\nStatus: RO\n\nFrom here\n>From there\nFrom my side\n\nFrom us all, no time given\n";
    assert_eq!(String::from_utf8_lossy(&loaded[0].raw), String::from_utf8_lossy(first));
    assert_eq!((loaded[0].labels.join(","), loaded[0].internal_date_ms), ("INBOX".into(), Some(1_767_225_610_000)));
    assert_eq!(loaded[1].labels, ["INBOX", "UNREAD", "Küche", "CATEGORY_PROMOTIONS"]);
    assert_eq!(loaded[1].internal_date_ms, Some(1_767_222_020_000));
    assert!(loaded[1].raw.ends_with(b"\n\nbody\n"));
}

#[test]
fn an_mbox_with_crlf_keeps_it() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.mbox", b"From a Thu Jan 1 00:00:00 2026\r\nSubject: x\r\n\r\nb\r\n\r\nFrom b Thu Jan 1 00:00:00 2026\r\nSubject: y\r\n\r\n");
    let loaded = all(dir.path());
    assert_eq!((loaded[0].raw.as_slice(), loaded.len()), (b"Subject: x\r\n\r\nb\r\n".as_slice(), 2));
}

#[test]
fn status_headers_of_an_mbox_become_labels() {
    for (headers, labels) in [
        ("Status: O\n", "INBOX,UNREAD"),
        ("Status: RO\nX-Status: F\n", "INBOX,STARRED"),
        ("X-Status: D\n", "TRASH"),
        ("X-Status: T\n", "DRAFT"),
        ("", "INBOX"),
    ] {
        assert_eq!(
            flags::from_headers(format!("{headers}Subject: x\n\nStatus: O\n").as_bytes()).join(","),
            labels,
            "{headers:?}"
        );
    }
}

#[test]
fn a_maildir_gives_flags_folders_and_times() {
    let dir = TempDir::new().unwrap();
    for folder in [
        "cur",
        "new",
        "tmp",
        ".Work.2026/cur",
        ".Work.2026/new",
        ".Sent/cur",
        ".Sent/new",
        ".K&APw-che/cur",
        ".K&APw-che/tmp",
        "Nested/cur",
        "Nested/new",
        ".nomail",
    ] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    let raw = b"Subject: m\n\nbare lf, no end";
    put(&dir, "cur/1767225600.M1P1.host:2,FS", raw);
    put(&dir, "cur/1767225601.M1P1.host:2,T", raw);
    put(&dir, "new/1767225602.M1P1.host", raw);
    put(&dir, "tmp/1767225603.M1P1.host", raw);
    put(&dir, ".Work.2026/cur/x:2,S", raw);
    put(&dir, ".Sent/cur/1767225605.1.h:2,S", raw);
    put(&dir, ".K&APw-che/cur/1767225606.1.h:2,", raw);
    put(&dir, "Nested/new/1767225607.1.h", raw);
    let loaded = all(dir.path());
    let seen: Vec<(String, Option<i64>)> = loaded.iter().map(|m| (m.labels.join(","), m.internal_date_ms)).collect();
    let expected = [
        ("INBOX,STARRED", Some(1_767_225_600_000)),
        ("TRASH,UNREAD", Some(1_767_225_601_000)),
        ("INBOX,UNREAD", Some(1_767_225_602_000)),
        ("Küche,UNREAD", Some(1_767_225_606_000)),
        ("SENT", Some(1_767_225_605_000)),
        ("Work/2026", None),
        ("Nested,UNREAD", Some(1_767_225_607_000)),
    ];
    assert_eq!(seen, expected.map(|(labels, at)| (labels.to_owned(), at)));
    assert!(loaded.iter().all(|m| m.raw == raw));
}

#[test]
fn places_without_mail_say_so() {
    let dir = TempDir::new().unwrap();
    assert!(matches!(path(dir.path()), Err(Error::NothingThere(_))));
    assert!(matches!(path(dir.path().join("none")), Err(Error::Io { .. })));
    put(&dir, "empty.mbox", b"");
    assert_eq!(all(dir.path()).len(), 0);
}

/// Messages of the collection kept beside the checkout, where there is one.
#[test]
#[allow(clippy::disallowed_macros)] // a skipped test says so on the console
fn the_collected_mail_is_read_whole() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/mail");
    if !place.is_dir() {
        println!("skipped: no ../shared/mail beside the checkout");
        return;
    }
    let loaded = all(&place);
    assert!(loaded.len() > 50);
    assert!(
        loaded
            .iter()
            .filter(|m| m.source.extension().is_some_and(|e| e == "eml"))
            .all(|m| fs::read(&m.source).unwrap() == m.raw)
    );
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), lines in "(From a 10:00 2026\n|>From |\n|a\n){0,12}") {
        let dir = TempDir::new().unwrap();
        put(&dir, "a.mbox", &bytes);
        put(&dir, "b.mbox", lines.as_bytes());
        put(&dir, "c.eml", &bytes);
        let loaded = all(dir.path());
        proptest::prop_assert!(loaded.iter().any(|m| m.raw == bytes));
    }

    #[test]
    fn what_mboxrd_writes_comes_back(bodies in proptest::collection::vec("(a|From x 10:00|>From|\n){0,10}\n", 1..5)) {
        let mut mbox = String::new();
        for body in &bodies {
            mbox.push_str("From a@x.test Thu Jan  1 00:00:00 2026\n");
            for line in format!("Subject: s\n\n{body}").split_inclusive('\n') {
                let quote = if line.trim_start_matches('>').starts_with("From ") { ">" } else { "" };
                mbox.push_str(&format!("{quote}{line}"));
            }
            mbox.push('\n');
        }
        let dir = TempDir::new().unwrap();
        put(&dir, "a.mbox", mbox.as_bytes());
        let loaded: Vec<String> = all(dir.path()).into_iter().map(|m| String::from_utf8(m.raw).unwrap()).collect();
        let expected: Vec<String> = bodies.iter().map(|body| format!("Subject: s\n\n{body}")).collect();
        proptest::prop_assert_eq!(loaded, expected);
    }
}
