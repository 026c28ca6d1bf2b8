//! Byte-exact compositions. Each `golden/NAME.json` says what is composed and `golden/NAME.eml` holds the bytes; they are
//! read back here by mail-parser and in `tests/mime/read_back.py` by Python's email package.
//!
//! After a wanted change: `cargo test -p postroad-mail --test golden -- --ignored`, then read the difference.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail::compose::{File, Outgoing, compose};
use mail::track::{Marks, mark};
use mail_parser::{MessageParser, MimeHeaders};
use model::Address;
use serde_json::Value;

fn fixtures() -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "json"));
    paths.sort();
    let read = |path: PathBuf| {
        let wish = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.with_extension("eml"), wish)
    };
    paths.into_iter().map(read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list<'v, T>(value: &'v Value, read: impl Fn(&'v Value) -> T) -> Vec<T> {
    value.as_array().into_iter().flatten().map(read).collect()
}

fn address(value: &Value) -> Address {
    Address::named(text(&value["name"]), text(&value["email"]))
}

fn file(value: &Value) -> File {
    File {
        filename: text(&value["filename"]),
        content_type: text(&value["content_type"]),
        content: STANDARD.decode(text(&value["content"])).unwrap(),
        content_id: value["content_id"].as_str().map(str::to_owned),
        inline: value["inline"] == true,
    }
}

/// The body with marks, where `html` says how it looks then.
fn html(wish: &Value) -> Option<String> {
    let expected = wish["html"].as_str()?;
    let marks = Marks { prefix: "https://mail.test/t/", token: "0123456789-_abcdefABCD", opens: true, links: true };
    let marked = mark(wish["body"].as_str()?, &marks);
    assert_eq!(marked.html, expected);
    assert_eq!(marked.links, list(&wish["links"], text));
    Some(marked.html)
}

fn outgoing(wish: &Value) -> Outgoing {
    Outgoing {
        from: vec![address(&wish["from"])],
        to: list(&wish["to"], address),
        cc: list(&wish["cc"], address),
        bcc: list(&wish["bcc"], address),
        reply_to: list(&wish["reply_to"], address),
        subject: text(&wish["subject"]),
        body: text(&wish["body"]),
        plaintext: wish["plaintext"] == true,
        html: html(wish),
        files: list(&wish["files"], file),
        headers: list(&wish["headers"], |pair| (text(&pair[0]), text(&pair[1]))),
        in_reply_to: wish["in_reply_to"].as_str().map(str::to_owned),
        references: list(&wish["references"], text),
        message_id: text(&wish["message_id"]),
        date: wish["date"].as_i64().unwrap(),
    }
}

#[test]
fn every_composition_is_byte_for_byte_what_it_was() {
    let all = fixtures();
    assert!(all.len() >= 15);
    for (path, wish) in all {
        let raw = compose(&outgoing(&wish)).unwrap();
        assert_eq!(raw.escape_ascii().to_string(), fs::read(&path).unwrap().escape_ascii().to_string(), "{path:?}");
    }
}

#[test]
fn every_line_fits_and_only_addresses_leave_ascii() {
    for (path, wish) in fixtures() {
        let raw = compose(&outgoing(&wish)).unwrap();
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.ends_with("\r\n") && !raw.contains('\0'));
        for line in raw.split("\r\n") {
            assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{path:?}: {line}");
            assert!(line.is_ascii() || line.contains('@'), "{path:?}: {line}");
        }
        let (header, _) = raw.split_once("\r\n\r\n").unwrap();
        // A single token has no place to fold.
        let fits = |line: &str| line.len() <= 78 || line.trim_start().matches(' ').count() <= 1;
        assert!(header.split("\r\n").all(fits), "{path:?}: {header}");
    }
}

#[test]
fn mail_parser_reads_back_what_was_meant() {
    for (path, wish) in fixtures() {
        let meant = outgoing(&wish);
        let raw = compose(&meant).unwrap();
        let read = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(read.subject().unwrap_or_default(), meant.subject.trim(), "{path:?}");
        assert_eq!(read.message_id().map(|id| format!("<{id}>")), Some(meant.message_id.clone()), "{path:?}");
        assert_eq!(read.date().map(|date| date.to_timestamp()), Some(meant.date), "{path:?}");
        let body = if meant.plaintext { read.body_text(0) } else { read.body_html(0) };
        let shown = meant.html.as_ref().unwrap_or(&meant.body);
        assert_eq!(body.unwrap_or_default().replace("\r\n", "\n").trim_end(), shown.trim_end(), "{path:?}");
        let emails = |list: Option<&mail_parser::Address<'_>>| {
            let all = list.into_iter().flat_map(|list| list.iter());
            all.map(|a| (a.name().map(str::to_owned), a.address().unwrap_or_default().to_owned())).collect::<Vec<_>>()
        };
        for (got, wanted) in [(read.to(), &meant.to), (read.cc(), &meant.cc), (read.bcc(), &meant.bcc)] {
            let wire = |a: &Address| mail::compose::wire_form(&a.email).unwrap().replace('"', "");
            let wanted: Vec<_> = wanted.iter().map(|a| (a.name.clone(), wire(a))).collect();
            let got: Vec<_> = emails(got).into_iter().map(|(name, email)| (name, email.replace('"', ""))).collect();
            assert_eq!(got, wanted, "{path:?}");
        }
        let mut files: Vec<_> = meant.files.iter().map(|f| f.filename.as_str()).collect();
        let mut got: Vec<_> = read.attachments().map(|part| part.attachment_name().unwrap_or_default()).collect();
        files.sort_unstable();
        got.sort_unstable();
        assert_eq!(got, files, "{path:?}");
    }
}

/// Writes the expected bytes anew.
#[test]
#[ignore = "writes the expectations"]
fn write_the_expectations() {
    for (path, wish) in fixtures() {
        fs::write(path, compose(&outgoing(&wish)).unwrap()).unwrap();
    }
}
