//! Servers that everyone can run: Postfix, Exim, Dovecot, Courier, and the filters in front of them.

use model::FaultKind::{self, *};
use model::Scope::{self, *};

use crate::check_smtp;

const POSTFIX: &[(&str, FaultKind, &str, Scope)] = &[
    ("554 5.7.1 <user@example.net>: Relay access denied", PermissionDenied, "never", Request),
    (
        "550 5.1.1 <u@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "450 4.1.2 <u@example.invalid>: Recipient address rejected: Domain not found",
        RecipientRejected,
        "backoff",
        Request,
    ),
    ("450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", SenderNotAllowed, "backoff", Request),
    (
        "553 5.7.1 <a@example.com>: Sender address rejected: not owned by user b@example.com",
        SenderNotAllowed,
        "never",
        Request,
    ),
    (
        "450 4.2.0 <u@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    ("452 4.3.1 Insufficient system storage", TransientBackend, "backoff", Request),
    ("421 4.7.0 mail.example.org Error: too many connections from 203.0.113.5", ConnectionLimit, "backoff", Mailbox),
    ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", Unauthenticated, "after_refresh", Account),
    (
        "454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
        TransientBackend,
        "backoff",
        Request,
    ),
    (
        "535 5.7.8 Error: authentication failed: Connection lost to authentication server",
        TransientBackend,
        "backoff",
        Request,
    ),
    ("552 5.3.4 Message size exceeds fixed limit", MessageTooLarge, "never", Request),
    ("552 5.3.4 Error: message file too big", MessageTooLarge, "never", Request),
    (
        "554 5.7.1 Service unavailable; Client host [203.0.113.5] blocked using zen.spamhaus.org",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "550 5.7.1 <u@example.org>: Recipient address rejected: Please see http://www.openspf.net/Why?s=mfrom;id=a",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "550 5.7.23 <u@example.org>: Recipient address rejected: Message rejected due to: SPF fail - not authorized",
        MessageRejected,
        "never",
        Tenant,
    ),
    ("554 5.7.1 Spam message rejected", MessageRejected, "never", Request),
    ("451 4.3.5 Server configuration error", TransientBackend, "backoff", Request),
    ("451 4.7.1 Service unavailable - try again later", TransientBackend, "backoff", Request),
    ("451 4.7.1 Greylisting in action, please come back later", AccountThrottled, "backoff", Tenant),
    ("450 4.7.25 Client host rejected: cannot find your hostname, [203.0.113.5]", AccountThrottled, "backoff", Tenant),
    ("504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", InvalidRequest, "never", Request),
    ("554 5.5.1 Error: no valid recipients", RecipientRejected, "never", Request),
    ("530 5.7.0 Must issue a STARTTLS command first", InvalidRequest, "never", App),
    (
        "550 5.6.7 SMTPUTF8 is required, but was not offered by host mx.example.org[203.0.113.9]",
        NonAsciiRecipient,
        "never",
        Request,
    ),
    ("452 4.5.3 Error: too many recipients", InvalidRequest, "never", Request),
    ("450 4.7.1 Error: too much mail from 203.0.113.5", SendingQuotaExceeded, "backoff", Mailbox),
];

const OTHERS: &[(&str, FaultKind, &str, Scope)] = &[
    // Dovecot.
    ("552 5.2.2 <u@example.org> Quota exceeded (mailbox for user is full)", MailboxFull, "never", Request),
    ("451 4.3.0 <u@example.org> Temporary internal error", TransientBackend, "backoff", Request),
    // Courier.
    ("513 Relaying denied.", PermissionDenied, "never", Request),
    ("535 Authentication failed.", Unauthenticated, "after_refresh", Account),
    // Exim, and cPanel's rules for it.
    ("550 relay not permitted", PermissionDenied, "never", Request),
    ("535 Incorrect authentication data", Unauthenticated, "after_refresh", Account),
    ("550 Unrouteable address", RecipientRejected, "never", Request),
    (
        "550-Verification failed for <a@b.example>\n550-Unrouteable address\n550 Sender verify failed",
        SenderNotAllowed,
        "never",
        Request,
    ),
    ("451 Temporary local problem - please try later", TransientBackend, "backoff", Request),
    ("552 Message size exceeds maximum permitted", MessageTooLarge, "never", Request),
    (
        "550 Domain example.com has exceeded the max emails per hour (150/150 (100%)) allowed. Message discarded.",
        SendingQuotaExceeded,
        "backoff",
        Tenant,
    ),
    ("550 Administrative prohibition", MessageRejected, "never", Request),
    ("550 SMTP AUTH is required for message submission on port 587", Unauthenticated, "after_refresh", Account),
    // Filters and providers of access.
    ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=203.0.113.5", MessageRejected, "never", Tenant),
    (
        "451 Internal resource temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451",
        TransientBackend,
        "backoff",
        Request,
    ),
    (
        "550 Rejected by header based Anti-Spoofing policy: a@example.com - https://community.mimecast.com/docs/DOC-1369#550",
        MessageRejected,
        "never",
        Request,
    ),
    ("421 mx.example.net Too many sessions opened", ConnectionLimit, "backoff", Mailbox),
    ("550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]", MessageRejected, "never", Request),
    ("554 5.7.1 This message has been identified as containing a virus (Eicar)", MessageRejected, "never", Request),
    ("552 5.7.1 The file type of an attachment is blocked: attachment.exe", AttachmentInvalid, "never", Request),
    ("421 4.4.2 mail.example.org Error: timeout exceeded", GatewayTimeout, "backoff", Request),
    ("556 5.1.10 Recipient address has null MX", RecipientRejected, "never", Request),
    ("538 5.7.11 Encryption required for requested authentication mechanism", InvalidRequest, "never", App),
    ("555 5.5.4 Unsupported option: SMTPUTF8", NonAsciiRecipient, "never", Request),
];

#[test]
fn postfix() {
    check_smtp(POSTFIX);
}

#[test]
fn others() {
    check_smtp(OTHERS);
}
