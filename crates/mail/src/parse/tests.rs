use super::*;

fn emails(list: &[Address]) -> Vec<&str> {
    list.iter().map(|a| a.email.as_str()).collect()
}

const MIXED: &str = "From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.org>\r\n\
    To: a@x.test, Team: b@x.test, c@x.test;\r\nCc: d@x.test\r\nCC: e@x.test\r\n\
    Subject: =?utf-8?B?w6TDtsO8?=\r\n and more\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\n\
    Message-ID: <1@x>\r\nIn-Reply-To: <0@x> <z@x>\r\nReferences: <a@x>\r\n <0@x>\r\n\
    Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
    Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n\
    Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\
    Content-Type: text/plain\r\n\r\nplain words\r\n--a\r\n\
    Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    <p>rich =C3=A9 &amp; w=\r\nords</p><img src=3D\"cid:pic@x\">\r\n--a\r\n\
    Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n--a--\r\n--r\r\n\
    Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--r--\r\n--m\r\n\
    Content-Type: application/pdf; name=\"=?utf-8?Q?=C3=A4.pdf?=\"\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--m\r\nContent-Type: message/rfc822\r\n\r\n\
    Subject: inner/one\r\n\r\nhello\r\n--m\r\nContent-Type: text/plain\r\n\r\nlist footer\r\n--m--\r\n";

#[test]
fn a_full_message_is_taken_apart() {
    let p = parse(MIXED.as_bytes());
    assert_eq!(p.subject, "äöü and more");
    assert_eq!(p.from, [Address::named("Jörg", "joerg@example.org")]);
    assert_eq!(emails(&p.to), ["a@x.test", "b@x.test", "c@x.test"]);
    assert_eq!(emails(&p.cc), ["d@x.test", "e@x.test"]);
    assert_eq!(p.date, Some(1_793_610_000));
    assert_eq!(p.message_id.as_deref(), Some("<1@x>"));
    assert_eq!(p.in_reply_to.as_deref(), Some("<0@x>"));
    assert_eq!(p.references, ["<a@x>", "<0@x>"]);
    assert!(p.body.html);
    assert!(p.body.text.starts_with("<p>rich é &amp; words</p>"));
    assert!(p.body.text.ends_with("list footer"));
    assert_eq!(p.text, "rich é & words list footer");
    let names: Vec<_> =
        p.attachments.iter().map(|a| (a.filename.as_str(), a.content_type.as_str(), a.is_inline)).collect();
    assert_eq!(
        names,
        [
            ("", "text/calendar", false),
            ("", "image/png", true),
            ("ä.pdf", "application/pdf", false),
            ("inner_one.eml", "message/rfc822", false)
        ]
    );
    let bytes: Vec<_> = p.attachments.iter().map(|a| part(MIXED.as_bytes(), a.part).unwrap()).collect();
    assert_eq!(bytes[1], b"\x89PNG");
    assert_eq!(bytes[2], b"%PDF-");
    assert_eq!(bytes[3], b"Subject: inner/one\r\n\r\nhello");
    assert!(p.attachments.iter().zip(&bytes).all(|(a, b)| a.size == b.len() as u64));
    assert_eq!(p.attachments[1].id.as_str(), p.attachments[1].part.to_string());
}

#[test]
fn headers_keep_order_names_and_duplicates() {
    let h = headers(b"X-B: 1\r\nx-a: =?utf-8?Q?=C3=A4?=\r\n b\r\nX-B: 2\r\n\r\nbody: no");
    let h: Vec<_> = h.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(h, [("X-B", "1"), ("x-a", "ä b"), ("X-B", "2")]);
}

#[test]
fn text_alone_stays_text() {
    let p = parse(b"Subject: x\n\nHello <b>\n");
    assert_eq!(p.body, Body { text: "Hello <b>\n".into(), html: false });
    assert_eq!(p.text, "Hello <b>");
    assert!(p.attachments.is_empty());
}

#[test]
fn texts_around_an_image_are_joined_in_order() {
    let raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\nContent-Type: image/jpeg\n\
        Content-Disposition: inline; filename=p.jpg\n\nJ\n--b\n\nlast\n--b--\n";
    let p = parse(raw);
    assert_eq!(p.body.text, "first\nlast");
    assert_eq!(p.attachments.len(), 1);
    assert!(!p.attachments[0].is_inline);
}

#[test]
fn a_bounce_shows_its_text_and_attaches_its_report() {
    let raw = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNot delivered.\n--b\n\
        Content-Type: message/delivery-status\n\nStatus: 5.1.1\n--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n--b--\n";
    let p = parse(raw);
    assert_eq!(p.body.text, "Not delivered.");
    let kinds: Vec<_> = p.attachments.iter().map(|a| a.content_type.as_str()).collect();
    assert_eq!(kinds, ["message/delivery-status", "text/rfc822-headers"]);
}

#[test]
fn text_attachments_keep_their_bytes() {
    let raw =
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: text/csv; charset=iso-8859-1\n\
        Content-Disposition: attachment; filename*=utf-8''%C3%A9.csv\n\na;\xe9\n\n--b\n\
        Content-Type: application/ms-tnef; name=winmail.dat\n\nT\n--b--\n";
    let p = parse(raw);
    assert_eq!(p.attachments[0].filename, "é.csv");
    assert_eq!(part(raw, p.attachments[0].part).unwrap(), b"a;\xe9\n");
    assert_eq!(p.attachments[1].filename, "winmail.dat");
    assert_eq!(part(raw, 0), None);
    assert_eq!(part(raw, 99), None);
}

#[test]
fn eight_bit_headers_are_read_in_the_bodys_charset() {
    let p = parse(b"Subject: \xf0\xd2\xc9\xd7\xc5\xd4\nContent-Type: text/plain; charset=koi8-r\n\n\xf0");
    assert_eq!((p.subject.as_str(), p.body.text.as_str()), ("Привет", "П"));
}

#[test]
fn a_message_that_is_only_a_file_has_an_empty_body() {
    let p = parse(b"Content-Type: application/pdf\n\n%PDF");
    assert_eq!(p.body.text, "");
    assert_eq!(p.attachments.len(), 1);
}

#[test]
fn ids_are_found_with_and_without_brackets() {
    assert_eq!(ids("<a@x><b@x> junk <c@x"), ["<a@x>", "<b@x>"]);
    assert_eq!(ids("a@x"), ["<a@x>"]);
    assert!(ids("Your message of Monday").is_empty());
}

proptest::proptest! {
    #[test]
    fn any_bytes_give_an_answer(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
        let p = parse(&raw);
        let _ = headers(&raw);
        for a in &p.attachments {
            proptest::prop_assert_eq!(part(&raw, a.part).map(|b| b.len() as u64), Some(a.size));
        }
    }

    #[test]
    fn any_shuffled_mime_gives_an_answer(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: multipart/alternative; boundary=\"bb\"\n", "\n", "--b\n", "--bb\n",
        "--b--\n", "--bb--\n", "Content-Type: message/rfc822\n", "text\n", "Content-Type: text/html\n", "<p>x</p>\n", "Subject: =?utf-8?Q?\n",
        "Content-Transfer-Encoding: base64\n", "=?=\r\n", "To: \"\n", "\r\n", "Content-Disposition: attachment; filename*0*=a''%\n", "é",
    ]), 0..60)) {
        let raw = pieces.concat();
        let p = parse(raw.as_bytes());
        for a in &p.attachments {
            proptest::prop_assert!(part(raw.as_bytes(), a.part).is_some());
        }
    }
}

#[test]
fn the_head_ends_with_the_first_empty_line() {
    for (raw, head) in [
        ("A: b\r\n\r\nbody\r\n\r\nmore", "A: b\r\n\r\n"),
        ("A: b\r\nC: d\r\n", "A: b\r\nC: d\r\n"),
        ("A: b\r\n\r\n", "A: b\r\n\r\n"),
        ("", ""),
    ] {
        assert_eq!(super::head(raw.as_bytes()), head.as_bytes());
    }
}
