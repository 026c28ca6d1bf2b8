//! What is a report, what is none, and reports that break the rules.

use super::*;

const STATUS: &str = "From: Mail Delivery <mailer-daemon@mx.test>\r\nTo: ada@here.test\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n";

fn with_status(fields: &str) -> Option<Report> {
    read(format!("{STATUS}{fields}\r\n--b--\r\n").as_bytes())
}

fn only(fields: &str) -> Recipient {
    let mut recipients = with_status(fields).unwrap().recipients;
    assert_eq!(recipients.len(), 1);
    recipients.remove(0)
}

fn plain(from: &str, more: &str, text: &str) -> Option<Report> {
    read(format!("From: {from}\r\nTo: ada@here.test\r\nSubject: Undeliverable\r\n{more}\r\n{text}\r\n").as_bytes())
}

#[test]
fn groups_may_be_disordered_and_fields_missing() {
    let told = with_status(
        "Reporting-MTA: dns; mx.test\r\n\r\n\r\nnot a field\r\nfinal-recipient: RFC822;<b@x.test>\r\n\
         Status: 4.4.1 (no answer)\r\n\r\nFinal-Recipient: rfc822; c@x.test\r\nAction: FAILED (really)\r\n\r\n\
         Final-Recipient: rfc822; d@x.test\r\n\r\nAction: failed\r\n",
    )
    .unwrap();
    let seen: Vec<_> = told.recipients.iter().map(|r| (r.address.as_str(), r.outcome.action)).collect();
    assert_eq!(seen, [("b@x.test", Action::Delayed), ("c@x.test", Action::Failed)]);
    assert_eq!(told.recipients[0].outcome.status.as_deref(), Some("4.4.1"));
}

#[test]
fn the_address_the_sender_wrote_comes_first() {
    let one =
        only("Original-Recipient: rfc822; b@x.test\r\nFinal-Recipient: rfc822; b.two@y.test\r\nStatus: 5.2.2\r\n");
    assert_eq!((one.address.as_str(), one.forwarded_to.as_deref()), ("b@x.test", Some("b.two@y.test")));
    let same = only("Original-Recipient: rfc822; b@x.test\r\nFinal-Recipient: rfc822; B@x.test\r\nAction: failed\r\n");
    assert_eq!(same.forwarded_to, None);
}

#[test]
fn a_diagnostic_tells_codes() {
    let one = only(
        "Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\nRemote-MTA: dns; mx.x.test. (192.0.2.5)\r\n\
         Diagnostic-Code: smtp; 550-5.1.1 No such\r\n  550 5.1.1 user.\r\n",
    );
    assert_eq!((one.outcome.code, one.outcome.status.as_deref()), (Some(550), Some("5.1.1")));
    assert_eq!(one.outcome.diagnostic.as_deref(), Some("550-5.1.1 No such 550 5.1.1 user."));
    assert_eq!(one.outcome.remote_mta.as_deref(), Some("mx.x.test. (192.0.2.5)"));
    assert_eq!(status::codes("5.1.1"), (None, Some("5.1.1".into())));
    assert_eq!(status::codes("552 from 5.6.7.8: 5.2.2 full"), (Some(552), Some("5.2.2".into())));
    assert_eq!(status::codes("450 5.2.2"), (Some(450), None), "they contradict each other");
    assert_eq!(status::codes("5.1.1234, 5..1, 1.2.3"), (None, None));
}

#[test]
fn escaped_addresses_are_read() {
    let one = only("Final-Recipient: utf-8; j\\x{F6}rg\\x{2B}x@b\\x{FC}cher.test\r\nAction: failed\r\n");
    assert_eq!(one.address, "jörg+x@bücher.test");
    for broken in ["a\\x{}@x", "a\\x{FFFFFFFF}@x", "a\\x{D800}@x", "a\\x{zz}@x"] {
        assert_eq!(status::mailbox(&format!("utf-8; {broken}")).as_deref(), Some(broken));
    }
    for none in ["rfc822;", "rfc822; nobody", "rfc822; a@", "rfc822; a b@x", "rfc822; a@x,b@x"] {
        assert_eq!(status::mailbox(none), None, "{none}");
    }
}

#[test]
fn other_reports_and_automatic_answers_are_none() {
    let receipt = STATUS.replace("report-type=delivery-status", "report-type=disposition-notification");
    let receipt = receipt.replace("mailer-daemon@mx.test", "ben@x.test");
    let fields = "Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\n\r\n--b--\r\n";
    assert_eq!(read(format!("{receipt}{fields}").as_bytes()), None);
    let away = "Auto-Submitted: auto-replied\r\nIn-Reply-To: <1@x>\r\n";
    assert_eq!(plain("ben@x.test", away, "I am away. 550 5.1.1 is the number of my room."), None);
    assert_eq!(plain("ben@x.test", "X-Failed-Recipients: b@x.test\r\n", "Hello"), None);
    assert_eq!(plain("postmaster@x.test", "", "Version 5.1.1 is installed now, 550 of you asked for it."), None);
    assert_eq!(plain("postmaster@x.test", away, "I am away."), None);
}

#[test]
fn a_forwarded_report_is_none() {
    let inner = format!("{STATUS}Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\n\r\n--b--\r\n");
    let outer = format!(
        "From: ben@x.test\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nsee\r\n--o\r\n\
         Content-Type: message/rfc822\r\n\r\n{inner}\r\n--o--\r\n"
    );
    assert_eq!(read(outer.as_bytes()), None);
}

#[test]
fn a_limit_is_believed_from_gmail_alone() {
    let text = "You have reached a limit for\r\nsending mail. Your message was not sent.";
    for from in ["Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "nobody@gmail.com"] {
        assert_eq!(plain(from, "", text).unwrap().kind, Kind::SendingLimit, "{from}");
    }
    for from in ["postmaster@x.test", "ben@googlemail.com", "mailer-daemon@googlemail.com.x.test"] {
        assert_eq!(plain(from, "", text), None, "{from}");
    }
}

const OWN: &str = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@here.test>";

/// The kind of a report from somebody about one recipient, with these fields.
fn kind(from: &str, fields: &str) -> Kind {
    let status = STATUS.replace("Mail Delivery <mailer-daemon@mx.test>", from);
    let fields = format!("Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\n{fields}\r\n--b--\r\n");
    let told = read(format!("{status}{fields}").as_bytes()).unwrap();
    assert_eq!(told.recipients.len(), 1, "whatever the kind, the recipient is told of");
    told.kind
}

#[test]
fn a_limit_of_exchange_is_told_by_its_codes() {
    for said in [
        "Status: 5.1.90\r\nDiagnostic-Code: smtp;550 5.1.90 Too many recipients in a day\r\n",
        "Diagnostic-Code: smtp;550 5.7.232 A trial tenant's limit\r\n",
        "Status: 5.7.233\r\n",
        "Status: 5.7.236\r\nRemote-MTA: dns; AB1PR01MB0001.eurprd01.prod.outlook.com (192.0.2.5)\r\n",
        "Status: 5.2.0\r\nDiagnostic-Code: smtp;554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; x\r\n",
    ] {
        assert_eq!(kind(OWN, said), Kind::SendingLimit, "{said}");
    }
    for other in [
        "Status: 5.1.10\r\n",
        "Status: 5.1.9\r\n",
        "Status: 5.2.0\r\nDiagnostic-Code: smtp;554 5.2.0 STOREDRV.Deliver.Exception:QuotaExceededException; x\r\n",
        "Status: 5.7.705\r\n",
    ] {
        assert_eq!(kind(OWN, other), Kind::Delivery, "{other}");
    }
}

#[test]
fn a_limit_of_exchange_is_believed_of_our_own_system_alone() {
    let refused_there = "Status: 5.7.233\r\nRemote-MTA: dns; mx.x.test\r\n";
    assert_eq!(kind(OWN, refused_there), Kind::Delivery, "a recipient's system speaks of its own limits");
    for from in ["postmaster@x.test", "mailer-daemon@googlemail.com", "ben@microsoftexchange.test"] {
        assert_eq!(kind(from, "Status: 5.7.233\r\n"), Kind::Delivery, "{from}");
    }
    let late = format!(
        "{}Final-Recipient: rfc822; b@x.test\r\nAction: delayed\r\nStatus: 5.7.233\r\n\r\n--b--\r\n",
        STATUS.replace("Mail Delivery <mailer-daemon@mx.test>", OWN)
    );
    assert_eq!(read(late.as_bytes()).unwrap().kind, Kind::Delivery);
}

#[test]
fn what_the_report_is_about_has_an_order() {
    let told = read(
        format!(
            "In-Reply-To: <answered@x>\r\nReferences: <old@x> <newer@x>\r\n{STATUS}X-Original-Message-ID: <shared@x>\r\n\r\n\
             Final-Recipient: rfc822; b@x.test\r\nAction: failed\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             \r\nMessage-ID: <returned@x>\r\nX-Postroad-Submission: 5c7e\r\nSubject: =?utf-8?Q?f=C3=BCr?= you\r\n\r\n--b--\r\n"
        )
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(told.original.message_ids, ["<returned@x>", "<shared@x>", "<answered@x>", "<newer@x>", "<old@x>"]);
    assert_eq!(told.original.submission.as_deref(), Some("5c7e"));
    assert_eq!(told.original.subject.as_deref(), Some("für you"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_give_an_answer(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..2000)) {
        let _ = read(&raw);
        let _ = with_status(&String::from_utf8_lossy(&raw));
    }

    #[test]
    fn what_is_told_is_bounded_and_clean(
        fields in proptest::collection::vec(
            ("(Final-Recipient|Original-Recipient|Action|Status|Diagnostic-Code|Will-Retry-Until|X)", "\\PC{0,40}"), 0..40,
        ),
    ) {
        let fields: String = fields.iter().map(|(name, value)| match name.as_str() {
            "X" => "\r\n".to_owned(),
            name => format!("{name}: {value}\r\n"),
        }).collect();
        for one in with_status(&fields).into_iter().flat_map(|report| report.recipients) {
            proptest::prop_assert!(one.address.contains('@') && !one.address.contains(char::is_whitespace));
            proptest::prop_assert!(one.outcome.code.is_none_or(|code| (200..600).contains(&code)));
        }
    }
}
