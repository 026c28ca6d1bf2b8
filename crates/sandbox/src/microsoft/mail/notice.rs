//! Non-delivery reports as Exchange writes them: ordinary messages in the sender's inbox (facts 1.1, 2.3).

use bytes::Bytes;
use jiff::Timestamp;

use crate::world::rewrite::date;

/// Why a message came back, or is late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Returned {
    /// It is not delivered and will not be; otherwise it is tried further.
    pub(crate) failed: bool,
    /// Enhanced status code: `5.1.10`.
    pub(crate) status: &'static str,
    /// What the server said.
    pub(crate) said: &'static str,
    /// What people are told.
    pub(crate) told: &'static str,
}

/// Nobody has the address.
pub(crate) const NOBODY: Returned = Returned {
    failed: true,
    status: "5.1.10",
    said: "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    told: "wasn't found, or it can't receive mail.",
};

/// The other side does not answer.
pub(crate) const DELAYED: Returned = Returned {
    failed: false,
    status: "4.4.7",
    said: "450 4.4.317 Cannot connect to remote server; 421 4.4.2 Connection dropped",
    told: "couldn't be reached yet. It is tried further.",
};

/// The mailbox wrote to too many people in 24 hours.
pub(crate) const OVER_QUOTA: Returned = Returned {
    failed: true,
    status: "5.2.0",
    said: "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception",
    told: "was not written to: you have reached the limit of recipients for 24 hours.",
};

/// The tenant wrote to too many people outside in 24 hours.
pub(crate) const TENANT_LIMIT: Returned = Returned {
    failed: true,
    status: "5.7.233",
    said: "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients (tenant external recipient rate limit or TERRL)",
    told: "was not written to: your organisation has reached its limit of recipients outside.",
};

/// The tenant is blocked.
pub(crate) const TENANT_BLOCKED: Returned = Returned {
    failed: true,
    status: "5.7.705",
    said: "550 5.7.705 Access denied, tenant has exceeded threshold",
    told: "was not written to: your organisation may not send.",
};

/// The account is blocked from sending.
pub(crate) const BAD_SENDER: Returned = Returned {
    failed: true,
    status: "5.1.8",
    said: "550 5.1.8 Access denied, bad outbound sender",
    told: "was not written to: you are not recognised as a valid sender.",
};

/// The report that a fault plan names.
pub(crate) fn named(report: &str) -> Option<Returned> {
    let all = [
        ("recipient", NOBODY),
        ("quota", OVER_QUOTA),
        ("tenant_limit", TENANT_LIMIT),
        ("tenant_blocked", TENANT_BLOCKED),
        ("bad_sender", BAD_SENDER),
    ];
    all.into_iter().find(|(name, _)| *name == report).map(|(_, returned)| returned)
}

/// What a report says of the message it is about.
#[derive(Clone, Debug)]
pub(crate) struct About<'a> {
    pub(crate) sender: &'a str,
    pub(crate) recipient: &'a str,
    pub(crate) subject: &'a str,
    /// With brackets.
    pub(crate) message_id: &'a str,
    /// The message as it went out.
    pub(crate) public: &'a [u8],
}

impl Returned {
    /// The report.
    pub(crate) fn report(self, about: &About<'_>, unique: u64, now: Timestamp) -> Bytes {
        let About { sender, recipient, message_id, .. } = *about;
        let (date, Self { status, said, told, .. }) = (date(now), self);
        let domain = sender.rsplit_once('@').map_or(sender, |(_, domain)| domain);
        let boundary = format!("{unique:016x}_ndr");
        let (word, action) = if self.failed { ("Undeliverable", "failed") } else { ("Delivery delayed", "delayed") };
        let subject = one_line(about.subject);
        let head = format!(
            "From: \"Microsoft Outlook\" <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@{domain}>\r\n\
             To: <{sender}>\r\nDate: {date}\r\nSubject: {word}: {subject}\r\n\
             Message-ID: <{unique:016x}@{domain}>\r\nIn-Reply-To: {message_id}\r\nReferences: {message_id}\r\n\
             Auto-Submitted: auto-replied\r\nX-MS-Exchange-Message-Is-Ndr:\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"\r\n\r\n"
        );
        let people = format!(
            "--{boundary}\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\n\
             Your message to {recipient} couldn't be delivered.\r\n\r\n{recipient} {told}\r\n\r\nThe response was:\r\n{said}\r\n\r\n"
        );
        let machines = format!(
            "--{boundary}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;SANDBOX.prod.outlook.com\r\n\
             Arrival-Date: {date}\r\n\r\nFinal-Recipient: rfc822;{recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp;{said}\r\n\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
        );
        let end = format!("\r\n--{boundary}--\r\n");
        [head.as_bytes(), people.as_bytes(), machines.as_bytes(), about.public, end.as_bytes()].concat().into()
    }
}

/// A subject as a header may hold it.
fn one_line(subject: &str) -> String {
    let clean: String = subject.chars().filter(|character| !character.is_control()).collect();
    if clean.is_ascii() {
        return clean;
    }
    use base64::prelude::{BASE64_STANDARD, Engine};
    let words: Vec<String> = clean
        .chars()
        .collect::<Vec<_>>()
        .chunks(10)
        .map(|piece| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(piece.iter().collect::<String>())))
        .collect();
    words.join("\r\n ")
}
