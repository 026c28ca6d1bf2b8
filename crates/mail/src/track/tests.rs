use proptest::prelude::*;

use super::*;

const BOTH: Marks<'static> = Marks { prefix: "https://m.test/t/", token: "TOK", opens: true, links: true };
const LINKS: Marks<'static> = Marks { opens: false, ..BOTH };
const PICTURE: &str =
    r#"<img src="https://m.test/t/TOK" alt="" width="1" height="1" style="border:0;width:1px;height:1px">"#;

#[track_caller]
fn marked(html: &str, expected: &str) {
    assert_eq!(mark(html, &LINKS).html, expected);
}

#[test]
fn links_are_replaced_in_any_quoting_and_nothing_else_is() {
    marked(r#"<a href="http://x.test">"#, r#"<a href="https://m.test/t/TOK/0">"#);
    marked("<A  class=b HREF = 'http://x.test' >", "<A  class=b HREF = 'https://m.test/t/TOK/0' >");
    marked("<a href=http://x.test/ id=1>", "<a href=https://m.test/t/TOK/0 id=1>");
    marked("<a\nhref=http://x.test>", "<a\nhref=https://m.test/t/TOK/0>");
    marked("<area href=http://x.test/a/>", "<area href=https://m.test/t/TOK/0>");
    marked("<a href='http://x.test' href='http://y.test'>", "<a href='https://m.test/t/TOK/0' href='http://y.test'>");
    marked("<a title='>' href='http://x.test'>", "<a title='>' href='https://m.test/t/TOK/0'>");
}

#[test]
fn what_is_no_link_to_the_web_stays() {
    for html in [
        "<a href='mailto:a@x.test'>a</a><a href=\"tel:+1\">b</a><a href=#c>c</a><a href='/d'>d</a><a name=e>",
        "<a href='http://x.test' no-track>a</a><a NO-TRACK=\"\" href=http://x.test>b</a>",
        "<img src='cid:logo'><img src='http://x.test/a.png'><link href='http://x.test'><form action='http://x.test'>",
        "<!-- <a href='http://x.test'> --><style>a[href='http://x.test']{}</style><script>'<a href=http://x.test>'</script>",
        "<textarea><a href='http://x.test'></textarea><title><a href='http://x.test'></title>",
        "<a href='https://m.test/t/OTHER/3'>",
        "<a href>a</a><a href=''>b</a><a href=>c</a>",
        "<a href='http://x.test",
    ] {
        marked(html, html);
    }
}

#[test]
fn one_url_has_one_number() {
    let html =
        "<a href='http://x.test/?a=1&amp;b=2'>1</a><a href='http://y.test'>2</a><a href='http://x.test/?a=1&b=2'>3</a>";
    let Marked { html, links } = mark(html, &LINKS);
    assert_eq!(links, ["http://x.test/?a=1&b=2", "http://y.test"]);
    assert!(html.ends_with("<a href='https://m.test/t/TOK/0'>3</a>"));
}

#[test]
fn links_beyond_the_most_stay() {
    let html: String = (0..=MOST_LINKS).map(|n| format!("<a href=http://x.test/{n}>")).collect();
    let Marked { html, links } = mark(&html, &LINKS);
    assert_eq!(links.len(), MOST_LINKS);
    assert!(html.ends_with(&format!("<a href=http://x.test/{MOST_LINKS}>")));
}

#[test]
fn the_picture_stands_at_the_end_of_the_body() {
    let opens = Marks { links: false, ..BOTH };
    for (before, behind) in [
        ("<html><body><p>x</p>", "</body></html>"),
        ("<body>x", "</BODY >\n<!-- y --></html>\n"),
        ("<p>x</p>", ""),
        ("", ""),
        ("<body>x", ""),
        ("<!-- </body> --><body>x", "</body>"),
        ("<p>un<b>closed <i", ""),
    ] {
        let html = mark(&format!("{before}{behind}"), &opens).html;
        assert_eq!(html, format!("{before}{PICTURE}{behind}"));
    }
    // Wherever it ends, it is in there once.
    for odd in [
        "<body>a</html>b",
        "<body><body>a</body>b</body>",
        "</body>",
        "<svg><body/></svg>",
        "a</body><a href=http://x.test>",
    ] {
        assert_eq!(mark(odd, &BOTH).html.matches(PICTURE).count(), 1, "{odd}");
    }
}

#[test]
fn marks_can_be_taken_out_again() {
    let html = "<body>ä<a href='http://x.test/?a=1&amp;b=2'>1</a><a href=mailto:a@x.test>2</a><img src='https://m.test/t/X'></body>";
    let Marked { html: with, links } = mark(html, &BOTH);
    assert_eq!(unmark(&with, BOTH.prefix, BOTH.token, &links), html);
    // Another message's marks stay, and so do numbers that were never given.
    assert_eq!(unmark(&with, BOTH.prefix, "OTHER", &links), with);
    let forged =
        "<a href='https://m.test/t/TOK/7'><a href='https://m.test/t/TOK/0/1'><a href='https://m.test/t/TOKEN'>";
    assert_eq!(unmark(forged, BOTH.prefix, BOTH.token, &links), forged);
}

#[test]
fn a_megabyte_of_anything_takes_no_time() {
    for piece in ["<a href=http://x.test>", "<a \"", "<!--", "<body>", "</body>", "<script>", "<svg>", "<b><i>"] {
        mark(&piece.repeat(1_000_000 / piece.len()), &BOTH);
    }
}

/// Pieces that parsers trip over.
const ODD: &[&str] = &[
    "<",
    ">",
    "</",
    "<a ",
    "<a href=",
    "href",
    "=",
    "'",
    "\"",
    "http://x.test/",
    "https://y.test/?a=1&amp;b=2",
    " ",
    "\n",
    "\0",
    "/>",
    "</a>",
    "<body>",
    "</body>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<svg>",
    "</svg>",
    "<textarea>",
    "ä",
    "\u{feff}",
    "no-track",
    "<table><tr>",
    "<template>",
    "<select>",
    "<!doctype html>",
    "<img src=",
    "&#104;",
    "&amp",
    "\u{10ffff}",
    "<math>",
    "<plaintext>",
    "<noscript>",
    "<?xml",
    "<area href='http://z.test'>",
    "<a href=\"http://q.test\">",
];

proptest! {
    #[test]
    fn unmarking_gives_the_document_back(pieces in prop::collection::vec(prop::sample::select(ODD), 0..30)) {
        let html = pieces.concat();
        let Marked { html: with, links } = mark(&html, &BOTH);
        prop_assert_eq!(with.matches(PICTURE).count(), 1);
        // Escapes are written our way; where none is needed it comes back byte for byte, the picture apart where it went
        // into something that swallows it.
        let plain = links.iter().all(|url| address::escaped(url) == *url);
        if plain && !html.contains('&') && !html.contains('\n') {
            let links_only = mark(&html, &LINKS);
            prop_assert_eq!(unmark(&links_only.html, BOTH.prefix, BOTH.token, &links_only.links), html.clone());
            prop_assert_eq!(&links_only.links, &links);
        }
        prop_assert_eq!(mark(&html, &Marks { opens: false, links: false, ..BOTH }).html, html);
    }
}
