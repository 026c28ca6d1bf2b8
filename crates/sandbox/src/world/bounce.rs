//! The notice that a message could not be delivered (RFC 3464; shape in facts 5).

use bytes::Bytes;
use jiff::Timestamp;

use super::rewrite::{Outgoing, date};

/// Who such notices come from.
pub(crate) const DAEMON: &str = "mailer-daemon@googlemail.com";

/// A failure notice for one recipient.
pub(crate) fn failure(outgoing: &Outgoing, recipient: &str, unique: u64, now: Timestamp) -> Bytes {
    let domain = recipient.rsplit_once('@').map_or(recipient, |(_, domain)| domain);
    let (from, id, date) = (&outgoing.from, &outgoing.message_id, date(now));
    let boundary = format!("{unique:016x}dsn");
    let head = format!(
        "Delivered-To: {from}\r\n\
         Return-Path: <>\r\n\
         Content-Type: multipart/report; boundary=\"{boundary}\"; report-type=delivery-status\r\n\
         To: {from}\r\n\
         Received: by mx.google.com with SMTP; {date}\r\n\
         From: Mail Delivery Subsystem <{DAEMON}>\r\n\
         Auto-Submitted: auto-replied\r\n\
         Subject: Delivery Status Notification (Failure)\r\n\
         References: <{id}>\r\n\
         In-Reply-To: <{id}>\r\n\
         X-Failed-Recipients: {recipient}\r\n\
         Message-ID: <{unique:016x}.gmr@mx.google.com>\r\n\
         Date: {date}\r\n\
         MIME-Version: 1.0\r\n\r\n"
    );
    let told = format!(
        "--{boundary}\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n\r\n\
         ** Address not found **\r\n\r\n\
         Your message wasn't delivered to {recipient} because the address couldn't be found, or is unable to receive mail.\r\n\r\n\
         The response was:\r\n\r\n550 5.1.1 The email account that you tried to reach does not exist.\r\n\r\n"
    );
    let status = format!(
        "--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; googlemail.com\r\nArrival-Date: {date}\r\nX-Original-Message-ID: <{id}>\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Remote-MTA: dns; mx.{domain}\r\n\
         Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\r\n\
         Last-Attempt-Date: {date}\r\n\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    [head.as_bytes(), told.as_bytes(), status.as_bytes(), &outgoing.public, end.as_bytes()].concat().into()
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
