//! Generated mail is stable, legal and has what it should have.

use super::*;
use mail_parser::{MessageParser, MimeHeaders as _};

fn owner() -> Person {
    Person { name: "Alice Example".into(), email: "alice@sandbox.test".into() }
}

fn mailbox(seed: u64) -> Mailbox {
    let bob = Person { name: "Bob Example".into(), email: "bob@sandbox.test".into() };
    Mailbox::new(seed, owner(), &[bob, owner()])
}

/// A digest that needs no library: 64-bit FNV-1a.
fn digest(bytes: &[u8], start: u64) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Data directories and benchmarks name a mailbox by its seed, so the mail of a seed must stay as it is. When the
/// generator is changed on purpose, put the new number here.
#[test]
fn the_mail_of_a_seed_stays_the_same() {
    let mailbox = mailbox(1);
    let all = (0..200).fold(0xcbf2_9ce4_8422_2325, |hash, index| {
        let message = mailbox.message(index);
        let hash = digest(&message.internal_date_ms.to_le_bytes(), digest(&message.raw, hash));
        digest(message.labels.join(",").as_bytes(), hash)
    });
    assert_eq!(format!("{all:016x}"), "32be221e5e57b038");
}

#[test]
fn a_message_depends_on_seed_owner_and_index_alone() {
    assert_eq!(mailbox(3).message(77), mailbox(3).message(77));
    assert_ne!(mailbox(3).message(77).raw, mailbox(4).message(77).raw);
    assert_ne!(mailbox(3).message(77).raw, mailbox(3).message(78).raw);
    let other = Person { name: "Alice Example".into(), email: "alice2@sandbox.test".into() };
    assert_ne!(Mailbox::new(3, other, &[]).message(77).raw, Mailbox::new(3, owner(), &[]).message(77).raw);
}

#[test]
fn every_index_is_older_than_the_one_before_and_none_is_in_the_future() {
    let now: Timestamp = "2026-05-05T05:05:05Z".parse().unwrap();
    let mailbox = mailbox(2).ending_at(now);
    let dates: Vec<i64> = (0..3_000).map(|index| dates::arrival_ms(mailbox.seed, mailbox.now, index)).collect();
    assert!(dates[0] <= now.as_millisecond() && dates.windows(2).all(|pair| pair[1] < pair[0]));
    assert!(!mailbox.message(u64::MAX).raw.is_empty());
}

#[test]
fn a_mailbox_has_the_mixture_of_a_real_one() {
    let mailbox = mailbox(7);
    let all: Vec<Generated> = (0..2_000).map(|index| mailbox.message(index)).collect();
    let per_mille = |label: &str| all.iter().filter(|m| m.labels.iter().any(|l| l == label)).count() / 2;
    let mean = all.iter().map(|m| m.raw.len()).sum::<usize>() / all.len();
    let largest = all.iter().map(|m| m.raw.len()).max().unwrap();
    assert!((8_000..15_000).contains(&mean), "mean size {mean}");
    assert!((100_000..500_000).contains(&largest), "largest {largest}");
    for (label, range) in
        [("SENT", 170..230), ("UNREAD", 120..190), ("STARRED", 30..70), ("SPAM", 10..60), ("TRASH", 5..30)]
    {
        assert!(range.contains(&per_mille(label)), "{label}: {} of 1000", per_mille(label));
    }
    for label in USER_LABELS {
        assert!(per_mille(label) > 0, "{label} is never used");
    }
}

#[test]
fn every_kind_language_and_charset_turns_up() {
    let mailbox = mailbox(5);
    let mut seen = std::collections::BTreeSet::new();
    for index in 0..1_500 {
        let draft = mailbox.draft(index).0;
        seen.insert(format!("{:?}", plan::slot(mailbox.seed, index).kind));
        seen.insert(draft.language.code.to_owned());
        let raw = String::from_utf8_lossy(&mailbox.message(index).raw).to_lowercase();
        let marks = [
            "format=flowed",
            "multipart/related",
            "multipart/report",
            "method=request",
            "filename*=",
            "filename*0*=",
            "quoted-printable",
            "base64",
            "8bit",
            "7bit",
            "koi8-r",
            "iso-2022-jp",
            "shift_jis",
            "iso-8859-1",
            "windows-1252",
            "iso-8859-2",
            "gb2312",
            "euc-kr",
            "windows-1256",
            "tis-620",
            "undisclosed-recipients:;",
            "list-unsubscribe-post",
            "x-failed-recipients",
            "auto-submitted",
            "in-reply-to",
            "application/pdf",
            "text/csv",
            "image/png",
            "wordprocessingml",
        ];
        seen.extend(marks.iter().filter(|mark| raw.contains(**mark)).map(|mark| (*mark).to_owned()));
    }
    assert_eq!(seen.len(), 9 + lang::LANGUAGES.len() + 29, "{seen:?}");
}

#[test]
fn answers_refer_to_mail_of_the_mailbox_and_quote_it() {
    let mailbox = mailbox(7);
    let parse = |index| MessageParser::default().parse(&mailbox.message(index).raw).unwrap().into_owned();
    let (mut answers, mut quoting) = (0, 0);
    for index in 0..600 {
        let slot = plan::slot(mailbox.seed, index);
        let Some(&before) = slot.earlier.last() else { continue };
        let (message, parent) = (parse(index), parse(before));
        assert!(before > index, "the parent is older");
        assert_eq!(message.in_reply_to().as_text(), parent.message_id());
        let references = message.references().as_text_list().map_or(1, |list| list.len());
        assert_eq!(references, slot.earlier.len());
        answers += 1;
        quoting += usize::from(
            message.body_text(0).unwrap().contains("\r\n> ") || message.body_text(0).unwrap().contains("\n> "),
        );
    }
    assert!(answers > 100 && quoting * 10 > answers * 7, "{quoting} of {answers} quote");
}

#[test]
fn mail_is_legal_on_the_wire() {
    let mailbox = mailbox(9);
    for index in 0..1_000 {
        let raw = mailbox.message(index).raw;
        let lines: Vec<&[u8]> = raw.split(|b| *b == b'\n').collect();
        let (last, lines) = lines.split_last().unwrap();
        assert!(
            last.len() <= 998 && lines.iter().all(|line| line.ends_with(b"\r") && line.len() <= 999),
            "message {index}"
        );
        let head = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        assert!(raw[..head].is_ascii(), "message {index} has bytes over 127 in its headers");
        let head = std::str::from_utf8(&raw[..head]).unwrap();
        let words = head.split_whitespace().filter(|word| word.starts_with("=?"));
        assert!(words.into_iter().all(|word| word.len() <= 75 + 2), "message {index} has an encoded word over 75");
    }
}

#[test]
fn pictures_and_documents_are_whole() {
    let mut rng = rng::Rng::new(1, "files", 0);
    for _ in 0..40 {
        let file = files::document(lang::LANGUAGES[1], &mut rng);
        assert!((4_500..210_000).contains(&file.bytes.len()), "{} has {}", file.name, file.bytes.len());
        match file.name.rsplit_once('.').unwrap().1 {
            "png" => assert_png(&file.bytes),
            "pdf" => assert!(file.bytes.starts_with(b"%PDF-1.4") && file.bytes.ends_with(b"%%EOF\n")),
            "docx" => assert!(
                file.bytes.starts_with(b"PK\x03\x04") && file.bytes[file.bytes.len() - 22..].starts_with(b"PK\x05\x06")
            ),
            _ => assert!(std::str::from_utf8(&file.bytes).unwrap().lines().count() > 50),
        }
    }
    assert_png(&files::picture(&mut rng).bytes);
}

/// Walks the chunks and checks each sum.
fn assert_png(bytes: &[u8]) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let (mut rest, mut kinds) = (&bytes[8..], Vec::new());
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let sum = u32::from_be_bytes(rest[8 + length..12 + length].try_into().unwrap());
        assert_eq!(mime::crc32(&rest[4..8 + length]), sum);
        kinds.push(String::from_utf8_lossy(&rest[4..8]).into_owned());
        rest = &rest[12 + length..];
    }
    assert_eq!(kinds, ["IHDR", "IDAT", "IEND"]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn any_seed_and_index_make_a_message_that_parses(seed: u64, index: u64, name in "\\PC{0,30}") {
        let owner = Person { name, email: "o@sandbox.test".into() };
        let message = Mailbox::new(seed, owner, &[]).message(index);
        let parsed = MessageParser::default().parse(&message.raw).unwrap();
        proptest::prop_assert!(parsed.date().is_some() && parsed.from().is_some() && parsed.message_id().is_some());
    }
}

fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

#[test]
fn every_message_parses_with_its_parts() {
    let mailbox = mailbox(7);
    for index in 0..1_500 {
        let (draft, at) = mailbox.draft(index);
        let raw = mailbox.message(index).raw;
        let parsed = MessageParser::default().parse(&raw).unwrap_or_else(|| panic!("{index} does not parse"));
        let context = || format!("message {index}:\n{}", String::from_utf8_lossy(&raw[..raw.len().min(6_000)]));
        assert_eq!(parsed.subject().map(str::to_owned), draft.subject, "{}", context());
        let from = parsed.from().and_then(|from| from.first()).unwrap();
        assert_eq!(from.address(), Some(draft.from.email.as_str()), "{}", context());
        assert_eq!(from.name().unwrap_or_default(), draft.from.name, "{}", context());
        if let Some(text) = &draft.text {
            assert_eq!(normal(&parsed.body_text(0).unwrap()), normal(text), "{}", context());
        }
        let date = parsed.date().unwrap().to_timestamp() * 1_000;
        assert!(date <= at && at - date < 60_000, "{} {date} {at}", context());
        let files: Vec<(String, usize)> = parsed
            .parts
            .iter()
            .filter(|part| part.attachment_name().is_some())
            .map(|part| (part.attachment_name().unwrap().to_owned(), part.len()))
            .collect();
        assert_eq!(files, draft.files, "{}", context());
    }
}
