//! Input made to be slow or deep. Each case is hundreds of kilobytes; anything quadratic would not come back.

use mail::{clean, parse, report};
use model::message::Body;

const SIZE: usize = 300_000;

fn repeated(unit: &str) -> String {
    unit.repeat(SIZE / unit.len())
}

fn survives(raw: &str) {
    let parsed = parse::parse(raw.as_bytes());
    let _ = parse::headers(raw.as_bytes());
    if let Some(last) = parsed.attachments.last() {
        assert!(parse::part(raw.as_bytes(), last.part).is_some());
    }
}

#[test]
fn headers_without_end() {
    for unit in ["a:\n", "To: a@x.test\n", "Subject: =?utf-8?Q?\n", "x", "\n x", "From: "] {
        survives(&repeated(unit));
    }
}

#[test]
fn one_field_without_end() {
    let units =
        ["a@x.test,", ",", "<,", "(", "\"", "a:", "@:", "=?utf-8?Q?xx ", "=?utf-8?B?w6Q=?= ", "<a@x> ", "a;b=c;", "\\"];
    for name in ["To: <", "Subject: ", "References: ", "Content-Type: text/plain;", "Date: "] {
        for unit in units {
            survives(&format!("{name}{}\n\nbody", repeated(unit)));
        }
    }
}

#[test]
fn parts_without_end() {
    let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    let units = [
        "--b\n\nx\n",
        "--b\nContent-Type: image/png\nContent-ID: <x>\n\nx\n",
        "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n",
        "--b\nContent-Type: multipart/mixed; boundary=missing\n\n",
        "--b\nContent-Type: message/rfc822\n\n",
        "--b",
        "--\n",
        "--b\nX: y\n",
    ];
    for unit in units {
        survives(&format!("{mixed}{}", repeated(unit)));
    }
    survives(&repeated("Content-Type: message/rfc822\n\n"));
}

#[test]
fn html_without_end() {
    let units = [
        "<div>",
        "</div>",
        "<p>x",
        "<a ",
        "<a href=\"",
        "&amp",
        "&",
        "<!--",
        "<script>",
        "<b>x</b>",
        "<td>1",
        "<font size=1><p>x",
        "<blockquote type=cite>",
        "On 1 wrote:<br>",
        "From: x<br>",
        "<img src=cid:x>",
        "cid:",
        "<style>",
    ];
    for unit in units {
        let html = repeated(unit);
        survives(&format!("Content-Type: text/html\n\n{html}"));
        let body = Body { text: html[..SIZE / 8 / unit.len() * unit.len()].to_owned(), html: true };
        let _ = clean::clean(&body, clean::Options::default());
        let _ = clean::clean(&body, clean::Options { html_as_markdown: true, ..Default::default() });
    }
}

#[test]
fn text_without_end() {
    for unit in ["> ", ">\n", "\n", "-- \n", "From: x\n", "From: x\n\n\n", "On 1 wrote:\n", "x ", "Best regards,\n"] {
        let _ = clean::clean(&Body { text: repeated(unit), html: false }, clean::Options::default());
    }
}

#[test]
fn reports_without_end() {
    let head = "From: mailer-daemon@googlemail.com\nContent-Type: multipart/report; boundary=b\n";
    let part = "\n--b\nContent-Type: message/delivery-status\n\n";
    let units = [
        "Final-Recipient: rfc822; a@x\nAction: failed\n\n",
        "Final-Recipient: rfc822; a@x\n",
        "Diagnostic-Code: smtp; 550 5.1.1 ",
        "\n",
        "no field\n",
        "550 5.1.1 ",
        "\\x{41}",
        part,
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <a@x>\n",
    ];
    for unit in units {
        let _ = report::read(format!("{head}{part}{}", repeated(unit)).as_bytes());
        let _ = report::read(format!("{head}{part}Final-Recipient: utf-8; {}", repeated(unit)).as_bytes());
        let _ = report::read(format!("{head}X-Failed-Recipients: {}\n\nx", repeated("a@x,")).as_bytes());
        let _ = report::read(format!("From: postmaster@x\n\n{}", repeated(unit)).as_bytes());
    }
    let _ = report::read(format!("{head}References: {}\n\nx", repeated("<a@x> ")).as_bytes());
}
