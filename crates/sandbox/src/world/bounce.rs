//! Notices that a message could not be delivered, or not so far (RFC 3464; shape in facts 5).

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::rewrite::{Outgoing, date};

/// Who such notices come from.
pub(crate) const DAEMON: &str = "mailer-daemon@googlemail.com";

/// For how long a delayed message is said to be tried on: two days (facts 5).
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(48);

/// What became of a message for a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// It will not be delivered.
    Failed,
    /// It was not delivered so far; it is tried further.
    Delayed,
}

impl Fate {
    /// The word of the subject.
    fn word(self) -> &'static str {
        match self {
            Fate::Failed => "Failure",
            Fate::Delayed => "Delay",
        }
    }

    /// A header line that failures alone have.
    fn header(self, recipient: &str) -> String {
        match self {
            Fate::Failed => format!("X-Failed-Recipients: {recipient}\r\n"),
            Fate::Delayed => String::new(),
        }
    }

    /// What people are told.
    fn told(self, recipient: &str) -> String {
        match self {
            Fate::Failed => format!(
                "** Address not found **\r\n\r\n\
                 Your message wasn't delivered to {recipient} because the address couldn't be found, or is unable to receive mail.\r\n\r\n\
                 The response was:\r\n\r\n550 5.1.1 The email account that you tried to reach does not exist.\r\n\r\n"
            ),
            Fate::Delayed => format!(
                "** Delivery incomplete **\r\n\r\n\
                 There was a temporary problem delivering your message to {recipient}. It is tried for 48 more hours.\r\n\r\n"
            ),
        }
    }

    /// What machines are told of the recipient.
    fn fields(self, domain: &str, now: Timestamp) -> String {
        match self {
            Fate::Failed => format!(
                "Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.{domain}\r\n\
                 Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\r\n"
            ),
            Fate::Delayed => format!(
                "Action: delayed\r\nStatus: 4.4.1\r\n\
                 Diagnostic-Code: smtp; The recipient server did not accept our requests to connect.\r\n\
                 Will-Retry-Until: {}\r\n",
                date(now.checked_add(TRIED_FOR).unwrap_or(now))
            ),
        }
    }
}

/// A notice of what became of a message for one recipient.
pub(crate) fn status(outgoing: &Outgoing, recipient: &str, fate: Fate, unique: u64, now: Timestamp) -> Bytes {
    let domain = recipient.rsplit_once('@').map_or(recipient, |(_, domain)| domain);
    let (from, id, date) = (&outgoing.from, &outgoing.message_id, date(now));
    let boundary = format!("{unique:016x}dsn");
    let (word, header, told, fields) =
        (fate.word(), fate.header(recipient), fate.told(recipient), fate.fields(domain, now));
    let head = format!(
        "Delivered-To: {from}\r\n\
         Return-Path: <>\r\n\
         Content-Type: multipart/report; boundary=\"{boundary}\"; report-type=delivery-status\r\n\
         To: {from}\r\n\
         Received: by mx.google.com with SMTP; {date}\r\n\
         From: Mail Delivery Subsystem <{DAEMON}>\r\n\
         Auto-Submitted: auto-replied\r\n\
         Subject: Delivery Status Notification ({word})\r\n\
         References: <{id}>\r\n\
         In-Reply-To: <{id}>\r\n\
         {header}\
         Message-ID: <{unique:016x}.gmr@mx.google.com>\r\n\
         Date: {date}\r\n\
         MIME-Version: 1.0\r\n\r\n"
    );
    let people = format!("--{boundary}\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n{told}");
    let machines = format!(
        "--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; googlemail.com\r\nArrival-Date: {date}\r\nX-Original-Message-ID: <{id}>\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\n{fields}\
         Last-Attempt-Date: {date}\r\n\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    [head.as_bytes(), people.as_bytes(), machines.as_bytes(), &outgoing.public, end.as_bytes()].concat().into()
}

/// The notice that the mailbox is over its limit for sending: Google accepts a message with 200 and tells so later, in the
/// message's thread (facts 5).
pub(crate) fn over_limit(outgoing: &Outgoing, unique: u64, now: Timestamp) -> Bytes {
    let (from, id, date) = (&outgoing.from, &outgoing.message_id, date(now));
    let notice = format!(
        "Delivered-To: {from}\r\n\
         Return-Path: <>\r\n\
         Content-Type: text/plain; charset=\"UTF-8\"\r\n\
         To: {from}\r\n\
         Received: by mx.google.com with SMTP; {date}\r\n\
         From: Mail Delivery Subsystem <{DAEMON}>\r\n\
         Auto-Submitted: auto-replied\r\n\
         Subject: You have reached a limit for sending mail\r\n\
         References: <{id}>\r\n\
         In-Reply-To: <{id}>\r\n\
         Message-ID: <{unique:016x}.gmr@mx.google.com>\r\n\
         Date: {date}\r\n\
         MIME-Version: 1.0\r\n\r\n\
         You have reached a limit for sending mail. Your message was not sent.\r\n"
    );
    notice.into_bytes().into()
}
