use model::message::Body;

use super::*;

fn html(text: &str, options: Options) -> String {
    clean(&Body { text: text.into(), html: true }, options)
}

fn words(text: &str) -> String {
    crate::parse::text::fold(&crate::parse::text::from_html(&html(text, Options::default()), false))
}

#[test]
fn gmail_replies_lose_quote_and_signature() {
    let reply = "<div dir=\"ltr\">Yes, <b>fine</b>.<div><br></div><div>See you</div></div><br>\
        <div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Nov 2, 2026 at 10:00 AM \
        Jane &lt;<a href=\"mailto:j@x.test\">j@x.test</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\">old<div>older</div>\
        </blockquote></div><span class=\"gmail_signature_prefix\">-- </span><br><div class=\"gmail_signature\">Joe<div>ACME</div></div>";
    assert_eq!(words(reply), "Yes, fine. See you");
}

#[test]
fn apple_mail_replies_lose_the_cited_block_and_its_attribution() {
    let reply = "<html><body>Agreed.<br><div><br><blockquote type=\"cite\"><div>On 2 Nov 2026, at 10:00, Jane &lt;j@x.test&gt; wrote:</div>\
        <br><div>old</div></blockquote></div><br></body></html>";
    assert_eq!(words(reply), "Agreed.");
}

#[test]
fn thunderbird_replies_keep_what_is_written_between_quotes() {
    let reply = "<p>Hi</p><div class=\"moz-cite-prefix\">On 02.11.26 10:00, Jane wrote:<br></div><blockquote type=\"cite\">one?</blockquote>\
        <p>yes</p><blockquote type=\"cite\">two?<blockquote type=\"cite\">zero?</blockquote></blockquote><p>no</p>\
        <pre class=\"moz-signature\">-- \nJoe</pre>";
    assert_eq!(words(reply), "Hi yes no");
}

#[test]
fn outlook_replies_are_cut_at_the_header_block() {
    let desktop = "<div class=WordSection1><p class=MsoNormal>Done.<o:p></o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;\
        padding:3.0pt 0in 0in 0in'><p><b>From:</b> Jane<br><b>Sent:</b> Monday<br><b>To:</b> Joe</p></div><p>old</p></div>";
    let web = "<div>Done.</div><hr style=\"x\"><div id=\"x_divRplyFwdMsg\"><b>From:</b> Jane</div><div>old</div>";
    let bare = "<p>Done.</p><p>From: Jane</p><p>Sent: Monday</p><p>To: Joe</p><p>old</p>";
    for reply in [desktop, web, bare] {
        assert_eq!(words(reply), "Done.", "{reply}");
    }
}

#[test]
fn a_bare_blockquote_is_a_quote_only_when_introduced_as_one() {
    let quoted = "<p>Ok</p><p>Am 2.11.2026 um 10:00 schrieb Jane:</p><blockquote>old</blockquote>";
    assert_eq!(words(quoted), "Ok");
    assert_eq!(words("<p>He said</p><blockquote>wise words</blockquote>"), "He said wise words");
}

#[test]
fn closings_go_unless_kept() {
    let text = "<p>All good.</p><p>Kind regards,<br>Jane</p><p>ACME</p>";
    assert_eq!(words(text), "All good.");
    let keep = Options { remove_conclusion_phrases: false, ..Options::default() };
    assert!(html(text, keep).contains("Kind regards"));
}

#[test]
fn links_images_and_tables_follow_the_options() {
    let text = "<p><a href=\"https://x.test\">link</a> <img src=\"cid:1\" alt=\"pic\"></p><table><tr><td>1</td><td>2</td></tr></table>";
    let all = html(text, Options::default());
    assert!(!all.contains("<a") && !all.contains("img") && !all.contains("<td"), "{all}");
    assert!(all.contains("link") && all.contains("1 2"), "{all}");
    let none = Options {
        ignore_links: false,
        ignore_images: false,
        ignore_tables: false,
        images_as_markdown: false,
        ..Options::default()
    };
    let kept = html(text, none);
    assert!(
        kept.contains("href=\"https://x.test\"") && kept.contains("src=\"cid:1\"") && kept.contains("<td>1</td>"),
        "{kept}"
    );
    let images = Options { ignore_images: false, ..Options::default() };
    assert!(html(text, images).contains("![pic](cid:1)"));
}

#[test]
fn markdown_is_given_when_asked_for() {
    let options = Options { html_as_markdown: true, ignore_links: false, ..Options::default() };
    let text = html("<h1>Title</h1><p>Some <b>bold</b> <a href=\"https://x.test/\">link</a></p>", options);
    assert_eq!(text, "# Title\n\nSome **bold** [link](https://x.test/)");
}

#[test]
fn nothing_dangerous_comes_out() {
    let options =
        Options { ignore_links: false, ignore_images: false, images_as_markdown: false, ..Options::default() };
    let text = "<p onclick=\"x()\">a<script>alert(1)</script><a href=\"javascript:x()\">b</a><iframe src=x></iframe>\
        <img src=x onerror=alert(1)><svg><p><style><!--</style><img src=x onerror=y>-->";
    let safe = html(text, options);
    for bad in ["script", "onclick", "onerror", "javascript", "iframe", "svg"] {
        assert!(!safe.contains(bad), "{bad} in {safe}");
    }
}

#[test]
fn plain_bodies_are_cleaned_as_text() {
    let body = Body { text: "Yes\n\nOn 2 Nov 2026 J wrote:\n> old <b>\n".into(), html: false };
    assert_eq!(clean(&body, Options::default()), "Yes");
}

#[test]
fn depth_is_survived() {
    let deep = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let options = Options { html_as_markdown: true, ..Options::default() };
    assert_eq!(html(&deep, options), "x");
    assert!(html(&deep, Options::default()).contains('x'));
}
