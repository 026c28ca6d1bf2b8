use super::*;
use crate::parse;

fn outgoing() -> Outgoing {
    Outgoing {
        from: vec![Address::named("Jörg, der Größte", "joerg@example.org")],
        to: vec![Address::bare("a@x.test"), Address::named("B \"b\" (c)", "b@x.test")],
        subject: "Grüße".into(),
        body: "<p>Hello <b>World</b></p>".into(),
        message_id: "<1@postroad.test>".into(),
        date: 1_793_610_000,
        ..Default::default()
    }
}

fn file(filename: &str, content_type: &str, content: &[u8]) -> File {
    File {
        filename: filename.into(),
        content_type: content_type.into(),
        content: content.to_vec(),
        content_id: None,
        inline: false,
    }
}

fn refused(change: impl FnOnce(&mut Outgoing)) -> Refused {
    let mut o = outgoing();
    change(&mut o);
    compose(&o).unwrap_err()
}

fn sane(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    assert!(text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "line of {} octets", line.len());
        assert!(!line.contains(['\r', '\n', '\0']), "bare line end: {line:?}");
    }
}

#[test]
fn html_goes_out_with_a_text_twin() {
    let raw = compose(&outgoing()).unwrap();
    sane(&raw);
    let text = String::from_utf8(raw.clone()).unwrap();
    assert!(text.is_ascii());
    assert!(text.contains("multipart/alternative") && text.contains("\r\n\r\nHello World\r\n"));
    let p = parse::parse(&raw);
    assert_eq!((p.from, p.to, p.subject), (outgoing().from, outgoing().to, outgoing().subject));
    assert_eq!((p.body.text.as_str(), p.body.html), ("<p>Hello <b>World</b></p>", true));
    assert_eq!((p.date, p.message_id.as_deref()), (Some(1_793_610_000), Some("<1@postroad.test>")));
    assert!(p.attachments.is_empty());
}

#[test]
fn plain_text_goes_out_alone() {
    let o = Outgoing { plaintext: true, body: "line one\n.\nFrom me\r\nümläut  \n".into(), ..outgoing() };
    let raw = compose(&o).unwrap();
    sane(&raw);
    assert!(!String::from_utf8_lossy(&raw).contains("multipart"));
    let p = parse::parse(&raw);
    assert_eq!(p.body.text, "line one\r\n.\r\nFrom me\r\nümläut  \r\n");
}

#[test]
fn files_arrive_byte_for_byte_and_where_they_belong() {
    let csv = b"a;b\n1;2\r\n\r3\xff";
    let logo =
        File { content_id: Some("logo@x".into()), inline: true, ..file("logo.png", "image/png", b"\x89PNG\r\n") };
    let nested = compose(&Outgoing { subject: "inner".into(), ..outgoing() }).unwrap();
    let o = Outgoing {
        body: "<img src=\"cid:logo@x\">".into(),
        files: vec![
            file(
                "ümläut ‘x’; and a name that is long enough to need continuation lines in its header field.csv",
                "text/csv; charset=iso-8859-1",
                csv,
            ),
            logo,
            file("m.eml", "message/rfc822", &nested),
            file("", "", b""),
        ],
        ..outgoing()
    };
    let raw = compose(&o).unwrap();
    sane(&raw);
    let p = parse::parse(&raw);
    assert_eq!(p.body.text, o.body);
    assert_eq!(p.attachments.len(), 4);
    for a in &p.attachments {
        let sent = o.files.iter().find(|f| f.filename == a.filename).unwrap();
        assert_eq!(parse::part(&raw, a.part).as_deref(), Some(sent.content.as_slice()), "{}", a.filename);
        assert_eq!(a.is_inline, sent.inline);
        assert_eq!(a.content_id, sent.content_id);
    }
}

#[test]
fn threading_and_custom_headers_are_written() {
    let o = Outgoing {
        in_reply_to: Some("<0@x>".into()),
        references: vec!["<r@x>".into(), "not usable".into(), "<0@x>".into()],
        headers: vec![
            ("List-Unsubscribe".into(), format!("<https://x.test/{}>, <mailto:u@x.test>", "u".repeat(200))),
            ("X-Wörter".replace('ö', "oe"), "ä b".into()),
        ],
        bcc: vec![Address::bare("hidden@x.test")],
        reply_to: vec![Address::bare("r@x.test")],
        ..outgoing()
    };
    let raw = compose(&o).unwrap();
    sane(&raw);
    let p = parse::parse(&raw);
    assert_eq!(p.in_reply_to.as_deref(), Some("<0@x>"));
    assert_eq!(p.references, ["<r@x>", "<0@x>"]);
    assert_eq!((p.bcc, p.reply_to), (o.bcc, o.reply_to));
    let h = parse::headers(&raw);
    for (name, value) in &o.headers {
        assert!(h.contains(&(name.clone(), value.clone())), "{name}: {h:?}");
    }
}

#[test]
fn international_addresses_are_carried() {
    let o = Outgoing {
        to: vec![Address::bare("info@bücher.example"), Address::bare("用户@例子.广告")], ..outgoing()
    };
    let p = parse::parse(&compose(&o).unwrap());
    assert_eq!(p.to[0].email, "info@xn--bcher-kva.example");
    assert_eq!(p.to[1].email, "用户@xn--fsqu00a.xn--4rr70v");
}

#[test]
fn nothing_smuggles_a_header_in() {
    let evil = "x\r\nBcc: victim@x.test";
    assert_eq!(refused(|o| o.subject = evil.into()).field, "subject");
    assert_eq!(refused(|o| o.to[1].name = Some(evil.into())).field, "to[1].name");
    assert_eq!(refused(|o| o.to[0].email = format!("a@x.test{evil}")).field, "to[0].email");
    assert_eq!(refused(|o| o.headers.push(("X-A".into(), evil.into()))).field, "custom_headers[0].value");
    assert_eq!(refused(|o| o.headers.push((evil.into(), "1".into()))).field, "custom_headers[0].name");
    assert_eq!(refused(|o| o.files.push(file(evil, "a/b", b""))).field, "attachments[0].filename");
    assert_eq!(refused(|o| o.files.push(file("x", "a/b\r\nX: y", b""))).field, "attachments[0].content_type");
    assert_eq!(refused(|o| o.message_id = format!("<{evil}>")).field, "message_id");
    assert_eq!(refused(|o| o.in_reply_to = Some(evil.into())).field, "in_reply_to");
    let mut inline = file("x", "a/b", b"");
    inline.content_id = Some("a\nb".into());
    assert_eq!(refused(|o| o.files.push(inline)).field, "attachments[0].content_id");
}

#[test]
fn structural_headers_bad_types_and_bad_addresses_are_refused() {
    for name in ["From", "bcc", "Content-Type", "MIME-Version", "References", "X Y", "", "A:"] {
        assert_eq!(refused(|o| o.headers.push((name.into(), "1".into()))).field, "custom_headers[0].name", "{name}");
    }
    for kind in ["pdf", "a/", "/b", "multipart/mixed", "a b/c", "text/plain/x"] {
        assert_eq!(refused(|o| o.files.push(file("f", kind, b""))).field, "attachments[0].content_type", "{kind}");
    }
    for email in ["", "a", "@x", "a@", "a b@x.test", "a@x y", "a@b@c.test", "a,b@x.test", "a@x..test", "<a@x.test>"] {
        assert_eq!(refused(|o| o.to[0].email = email.into()).field, "to[0].email", "{email}");
    }
    assert_eq!(refused(|o| o.from.clear()).field, "from");
    assert_eq!(refused(|o| o.headers.push(("X-A".into(), "x".repeat(2000)))).field, "custom_headers[0].value");
}

#[test]
fn equal_input_gives_equal_bytes_and_boundaries_are_unique() {
    let mut o = outgoing();
    let raw = compose(&o).unwrap();
    assert_eq!(raw, compose(&o).unwrap());
    let text = String::from_utf8(raw).unwrap();
    let stem = text.split("boundary=\"").nth(1).unwrap().split("_a\"").next().unwrap();
    o.body = format!("--{stem}_a--");
    let p = parse::parse(&compose(&o).unwrap());
    assert_eq!(p.body.text, o.body);
}

proptest::proptest! {
    #[test]
    fn what_is_composed_is_parsed_back(
        subject in "[^\\p{Cc}]{0,120}",
        name in "[^\\p{Cc}=]{0,60}",
        body in "[^\\r\\x00\u{feff}]{0,400}",
        filename in "[^\\p{Cc}]{0,150}",
        content in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
    ) {
        let o = Outgoing {
            subject: subject.clone(),
            to: vec![Address::named(name.clone(), "a@x.test")],
            body: body.clone(),
            plaintext: true,
            files: vec![file(&filename, "application/x-y", &content)],
            ..outgoing()
        };
        let raw = compose(&o).unwrap();
        sane(&raw);
        let p = parse::parse(&raw);
        let words = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        proptest::prop_assert_eq!(words(&p.subject), words(&subject));
        proptest::prop_assert_eq!(words(p.to[0].name.as_deref().unwrap_or_default()), words(&name));
        proptest::prop_assert_eq!(p.body.text.replace("\r\n", "\n"), body);
        proptest::prop_assert_eq!(&p.attachments[0].filename, filename.trim());
        proptest::prop_assert_eq!(parse::part(&raw, p.attachments[0].part), Some(content));
    }
}
