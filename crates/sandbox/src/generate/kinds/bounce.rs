//! Bounces: `multipart/report; report-type=delivery-status` (RFC 3462, RFC 3464).

use super::super::mime::{Part, TextStyle, mailbox as address, text_part, unstructured};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, dates, labels, people};
use super::message_id;
use crate::generate::draft::Draft;
use crate::generate::lang::{self, LANGUAGES};
use crate::generate::rng::Rng;

struct Failure {
    action: &'static str,
    status: &'static str,
    diagnostic: &'static str,
    sentence: &'static str,
}

const FAILURES: [Failure; 4] = [
    Failure {
        action: "failed",
        status: "5.1.1",
        diagnostic: "550-5.1.1 The email account that you tried to reach does not exist.",
        sentence: "the address couldn't be found, or is unable to receive mail.",
    },
    Failure {
        action: "failed",
        status: "5.2.2",
        diagnostic: "552-5.2.2 The recipient's inbox is out of storage space.",
        sentence: "the recipient's inbox is full.",
    },
    Failure {
        action: "failed",
        status: "5.7.1",
        diagnostic: "550 5.7.1 Message rejected due to local policy.",
        sentence: "the receiving server refused the message.",
    },
    Failure {
        action: "delayed",
        status: "4.4.1",
        diagnostic: "DNS Error: the domain has no mail server that answers.",
        sentence: "there was a temporary problem. We'll go on trying for 47 hours.",
    },
];

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "bounce", slot.story);
    let failure = &FAILURES[rng.below(FAILURES.len())];
    let language = lang::pick(&mut rng);
    let lost = people::invent(language, &mut rng);
    let from = Person {
        name: "Mail Delivery Subsystem".into(),
        email: format!("mailer-daemon@{}", people::domain(&mailbox.owner)),
    };
    let original_id = message_id(mailbox, slot.story, 900, &mailbox.owner);
    let delayed = failure.action == "delayed";
    let verb = if delayed { "Delivery incomplete" } else { "Address not found" };
    let text = format!(
        "** {verb} **\r\n\r\nYour message wasn't delivered to {} because {}\r\n\r\nThe response was:\r\n\r\n{}\r\n",
        lost.email, failure.sentence, failure.diagnostic
    );
    let body = report(mailbox, slot, failure, &lost, &original_id, &text, &mut rng);
    Draft {
        language: LANGUAGES[0],
        charset: "utf-8",
        to: vec![Person { name: String::new(), email: mailbox.owner.email.clone() }],
        cc: Vec::new(),
        subject: Some(format!("Delivery Status Notification ({})", if delayed { "Delay" } else { "Failure" })),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: vec![original_id],
        extra: vec![("X-Failed-Recipients", lost.email.clone()), ("Auto-Submitted", "auto-replied".into())],
        body,
        text: Some(text),
        files: Vec::new(),
        labels: labels::incoming(Kind::Bounce, &mut rng),
        received: true,
        from,
    }
}

fn report(
    mailbox: &Mailbox,
    slot: &Slot,
    failure: &Failure,
    lost: &Person,
    original_id: &str,
    text: &str,
    rng: &mut Rng,
) -> Part {
    let date = dates::header(dates::arrival_ms(mailbox.seed, mailbox.now, slot.index) - 4_000, LANGUAGES[0], rng);
    let domain = people::domain(lost);
    let status = format!(
        "Reporting-MTA: dns; mail.{own}\r\nReceived-From-MTA: dns; {sender}\r\nArrival-Date: {date}\r\nX-Original-Message-ID: {original_id}\r\n\r\n\
         Final-Recipient: rfc822; {lost}\r\nAction: {action}\r\nStatus: {code}\r\nRemote-MTA: dns; mx.{domain}. (192.0.2.{ip}, the server for the domain {domain}.)\r\n\
         Diagnostic-Code: smtp; {diagnostic}\r\nLast-Attempt-Date: {date}\r\n",
        own = people::domain(&mailbox.owner),
        sender = mailbox.owner.email,
        lost = lost.email,
        action = failure.action,
        code = failure.status,
        ip = 1 + rng.below(254),
        diagnostic = failure.diagnostic,
    );
    let style = TextStyle { charset: "utf-8", flowed: false };
    let mut machine = Part::encoded("message/delivery-status".into(), status.into_bytes());
    machine.header("Content-Description", "Delivery report");
    let parts = vec![text_part("plain", text, style, rng), machine, original(mailbox, lost, original_id, &date, rng)];
    Part::multi("report", "; report-type=delivery-status", parts, rng)
}

/// The message that did not arrive, whole or only its headers.
fn original(mailbox: &Mailbox, lost: &Person, id: &str, date: &str, rng: &mut Rng) -> Part {
    let language = lang::pick(rng);
    let subject = unstructured(&rng.pick(language.topics[0].subjects).replace("{n}", "7"), "utf-8");
    let head = format!(
        "MIME-Version: 1.0\r\nFrom: {}\r\nTo: {}\r\nDate: {date}\r\nMessage-ID: {id}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n",
        address(&mailbox.owner, "utf-8"),
        address(lost, "utf-8")
    );
    match rng.chance(60) {
        true => Part::encoded(
            "message/rfc822".into(),
            format!(
                "{head}\r\nHave you had time to look at this?\r\n\r\n{}\r\n",
                people::short_name(&mailbox.owner).replace(|c: char| !c.is_ascii(), "?")
            )
            .into_bytes(),
        ),
        false => Part::encoded("text/rfc822-headers".into(), head.into_bytes()),
    }
}
