//! A message before it is written down.

use super::Person;
use super::lang::Language;
use super::mime::{Part, folded, mailbox, mailboxes, unstructured};
use super::rng::Rng;
use super::{dates, people};

/// Everything a message says, with what tests want to find again.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub language: &'static Language,
    pub charset: &'static str,
    pub from: Person,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    pub subject: Option<String>,
    pub message_id: String,
    /// Message-IDs of the earlier messages, oldest first.
    pub references: Vec<String>,
    /// Further headers, ready to be written.
    pub extra: Vec<(&'static str, String)>,
    pub body: Part,
    /// The plain text, as it should be read back.
    #[cfg_attr(not(test), allow(dead_code, reason = "tests compare it with what a parser reads"))]
    pub text: Option<String>,
    /// Names and sizes of the files, as they should be read back.
    #[cfg_attr(not(test), allow(dead_code, reason = "tests compare it with what a parser reads"))]
    pub files: Vec<(String, usize)>,
    pub labels: Vec<String>,
    /// Whether it came in from outside, and so carries the traces of its way.
    pub received: bool,
}

impl Draft {
    /// The message in bytes.
    pub(super) fn write(&self, owner: &Person, arrival_ms: i64, rng: &mut Rng) -> Vec<u8> {
        let mut head = String::with_capacity(4_096);
        if self.received {
            trace(&mut head, &self.from, owner, arrival_ms, rng);
        }
        let lag = i64::try_from(rng.below(40)).unwrap_or(0) * 1_000;
        let date = dates::header(arrival_ms - lag, self.language, rng);
        let mut headers = self.own_headers(date);
        // Programs write their headers in different orders.
        match rng.below(3) {
            0 => headers.reverse(),
            1 => headers.rotate_left(3),
            _ => {}
        }
        for (name, value) in headers.iter().chain(&self.extra) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut raw = head.into_bytes();
        raw.reserve(16 * 1024);
        self.body.write(&mut raw);
        raw
    }

    fn own_headers(&self, date: String) -> Vec<(&'static str, String)> {
        let charset = self.charset;
        let mut headers =
            vec![("MIME-Version", "1.0".to_owned()), ("From", mailbox(&self.from, charset)), ("Date", date)];
        if let Some(subject) = &self.subject {
            let subject = unstructured(subject, charset);
            headers.push(("Subject", if subject.contains("\r\n") { subject } else { folded("Subject", &subject) }));
        }
        let to = if self.to.is_empty() { "undisclosed-recipients:;".to_owned() } else { mailboxes(&self.to, charset) };
        headers.push(("To", to));
        if !self.cc.is_empty() {
            headers.push(("Cc", mailboxes(&self.cc, charset)));
        }
        let name = if self.message_id.len().is_multiple_of(2) { "Message-ID" } else { "Message-Id" };
        headers.push((name, self.message_id.clone()));
        if let Some(last) = self.references.last() {
            headers.push(("In-Reply-To", last.clone()));
            headers.push(("References", self.references.join("\r\n\t")));
        }
        headers
    }
}

/// The headers that mail gains on its way in (RFC 5321, section 4.4; RFC 8601; RFC 6376), newest first. Addresses are
/// of the ranges for documentation (RFC 5737, RFC 3849).
fn trace(head: &mut String, from: &Person, owner: &Person, arrival_ms: i64, rng: &mut Rng) {
    let domain = people::domain(from);
    let at = jiff::Timestamp::from_millisecond(arrival_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let stamp = |ago: i64| {
        let then = jiff::Timestamp::from_millisecond(at.as_millisecond() - ago * 1_000).unwrap_or(at);
        then.strftime("%a, %d %b %Y %H:%M:%S +0000 (UTC)").to_string()
    };
    let ip = match rng.below(4) {
        0 => format!("2001:db8::{}:{}", rng.hex(4), rng.hex(4)),
        n => format!("{}.{}", ["192.0.2", "198.51.100", "203.0.113"][n - 1], 1 + rng.below(254)),
    };
    let helo = format!("mx{}.{domain}", 1 + rng.below(4));
    let receiver = people::domain(owner);
    let email = &owner.email;
    let bounce = &from.email;
    let id = rng.hex(14);
    head.push_str(&format!("Delivered-To: {email}\r\n"));
    head.push_str(&format!("Received: by mail-in.{receiver} with SMTP id {id};\r\n        {}\r\n", stamp(0)));
    head.push_str(&format!("Return-Path: <{bounce}>\r\n"));
    let (esmtp, queued) = (rng.hex(12), stamp(1));
    head.push_str(&format!(
        "Received: from {helo} ({helo}. [{ip}])\r\n        by mx.{receiver} with ESMTPS id {esmtp}\r\n        for <{email}>\r\n        \
         (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n        {queued}\r\n"
    ));
    head.push_str(&format!(
        "Received-SPF: pass (mx.{receiver}: domain of {bounce} designates {ip} as permitted sender) client-ip={ip};\r\n"
    ));
    head.push_str(&format!(
        "Authentication-Results: mx.{receiver};\r\n       dkim=pass header.i=@{domain} header.s=s{n} header.b={b};\r\n       \
         spf=pass smtp.mailfrom={bounce};\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from={domain}\r\n",
        n = 2020 + rng.below(7),
        b = rng.hex(8),
    ));
    signature(head, domain, at.as_second(), rng);
    if rng.chance(40) {
        head.push_str(&format!(
            "Received: from [192.0.2.{}] (unknown) by {helo} (Postfix) with ESMTPSA id {};\r\n\t{}\r\n",
            1 + rng.below(254),
            rng.hex(10).to_uppercase(),
            stamp(3)
        ));
    }
}

fn signature(head: &mut String, domain: &str, second: i64, rng: &mut Rng) {
    use base64::Engine as _;
    let engine = &base64::engine::general_purpose::STANDARD;
    let hash = engine.encode(rng.bytes(32));
    let signed = engine.encode(rng.bytes(256));
    let lines: Vec<&str> =
        signed.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    head.push_str(&format!(
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s2026;\r\n        t={second};\r\n        \
         h=mime-version:from:date:message-id:subject:to;\r\n        bh={hash};\r\n        b={}\r\n",
        lines.join("\r\n         ")
    ));
}
