//! The large hosts but Microsoft's: Gmail, Yahoo, iCloud, Fastmail, Zoho, GMX, Mail.ru, QQ, 163, and senders' services.

use model::FaultKind::{self, *};
use model::Scope::{self, *};

use crate::check_smtp;

/// support.google.com/a/answer/3726730 and what the replies there are in full.
const GMAIL: &[(&str, FaultKind, &str, Scope)] = &[
    (
        "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852 - gsmtp",
        SendingQuotaExceeded,
        "backoff",
        Mailbox,
    ),
    (
        "550-5.4.5 Daily SMTP relay sending limit exceeded for customer. For more information go to 550 5.4.5 https://support.google.com/a/answer/6140680 - gsmtp",
        SendingQuotaExceeded,
        "backoff",
        Tenant,
    ),
    (
        "535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (
        "534-5.7.9 Application-specific password required. For more information, go to 534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web browser and then try again.",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "530-5.7.0 Authentication Required. For more information, go to\n530 5.7.0  https://support.google.com/mail/?p=WantAuthError",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    ("530 5.7.0 Must issue a STARTTLS command first. - gsmtp", InvalidRequest, "never", App),
    (
        "454 4.7.0 Cannot authenticate due to a temporary system problem. Try again later.",
        TransientBackend,
        "backoff",
        Request,
    ),
    ("421 4.7.0 Temporary System Problem.  Try again later (10). - gsmtp", TransientBackend, "backoff", Request),
    ("421 4.4.5 Server busy, try again later.", TransientBackend, "backoff", Request),
    ("451 4.3.0 Mail server temporarily rejected message. - gsmtp", TransientBackend, "backoff", Request),
    (
        "450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time.",
        AccountThrottled,
        "backoff",
        Request,
    ),
    (
        "550 5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "552-5.2.2 The email account that you tried to reach is over quota. Please direct 552-5.2.2 the recipient to https://support.google.com/mail/?p=OverQuotaPerm",
        MailboxFull,
        "never",
        Request,
    ),
    (
        "552-5.7.0 This message was blocked because its content presents a potential\n552-5.7.0 security issue. Please visit\n552 5.7.0  https://support.google.com/mail/?p=BlockedMessage",
        AttachmentInvalid,
        "never",
        Request,
    ),
    (
        "552 5.3.4 The number of attachments (612) exceeds Google's limit of 500 attachments.",
        AttachmentInvalid,
        "never",
        Request,
    ),
    (
        "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\n550-5.7.26 DMARC policy.",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "550-5.7.25 [203.0.113.5] The IP address sending this message does not have a PTR record setup",
        MessageRejected,
        "never",
        Tenant,
    ),
    ("421-4.7.26 This mail has been rate limited because it is unauthenticated.", AccountThrottled, "backoff", Tenant),
    (
        "421-4.7.40 Your email has been rate limited because the sending domain has no DMARC record.",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    (
        "550-5.7.1 [203.0.113.5      12] Our system has detected that this message is\n550-5.7.1 likely unsolicited mail.",
        MessageRejected,
        "never",
        Request,
    ),
    (
        "550-5.7.1 Our system has detected that this message is likely suspicious due to the very low\n550-5.7.1 reputation of the sending domain.",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "553-5.1.2 We weren't able to find the recipient domain. Please check for any spelling errors",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "553 5.1.3 The recipient address <a..b> is not a valid RFC-5321 address. - gsmtp",
        RecipientRejected,
        "never",
        Request,
    ),
    ("502 5.5.1 Unrecognized command. - gsmtp", InvalidRequest, "never", Request),
    ("503 5.5.1 MAIL first. - gsmtp", InvalidRequest, "never", Request),
    (
        "550 5.7.1 Invalid credentials for relay [203.0.113.5]. The IP address you've registered doesn't match.",
        PermissionDenied,
        "never",
        Request,
    ),
    (
        "452 4.5.3 Your message has too many recipients. For more information regarding Google's sending limits, please visit x",
        InvalidRequest,
        "never",
        Request,
    ),
    ("550 5.6.11 Message contains a bare carriage return", MessageRejected, "never", Request),
];

/// senders.yahooinc.com/smtp-error-codes; login replies as AT&T's and Yahoo's users report them.
const YAHOO: &[(&str, FaultKind, &str, Scope)] = &[
    (
        "421 4.7.0 [TSS04] Messages from 203.0.113.5 temporarily deferred due to user complaints - 4.16.55.1",
        AccountThrottled,
        "backoff",
        Tenant,
    ),
    (
        "421 4.7.1 [TS03] All messages from 203.0.113.5 will be permanently deferred; Retrying will NOT succeed.",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.5, because the ip is in Spamhaus's list",
        MessageRejected,
        "never",
        Tenant,
    ),
    (
        "554 delivery error: dd This user doesn't have a yahoo.com account (someone@yahoo.com) [0] - mta.example",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "554 delivery error: dd Sorry your message to x@yahoo.com cannot be delivered. This account has been disabled or discontinued [#102].",
        RecipientRejected,
        "never",
        Request,
    ),
    ("552 5.2.2 Requested mail action aborted: exceeded storage allocation", MailboxFull, "never", Request),
    ("535 5.7.0 (#AUTH005) Too many bad auth attempts.", RateLimitedUser, "backoff", Account),
    ("535 5.7.0 (#MBR1212) Incorrect username or password.", Unauthenticated, "after_refresh", Account),
    ("554 Message not allowed - [299]", MessageRejected, "never", Request),
    ("553 From: address not verified; see https://help.yahoo.com/kb/SLN3408.html", SenderNotAllowed, "never", Request),
    ("421 Too many concurrent SMTP connections; please try again later.", ConnectionLimit, "backoff", Mailbox),
];

/// Hosts for their own users, as their help pages and reports give the replies.
const OTHERS: &[(&str, FaultKind, &str, Scope)] = &[
    // iCloud.
    ("550 5.7.0 From address is not one of your addresses.", SenderNotAllowed, "never", Request),
    (
        "554 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/102322",
        MessageRejected,
        "never",
        Request,
    ),
    ("535 5.7.8 Error: authentication failed: authentication failure", Unauthenticated, "after_refresh", Account),
    // Fastmail.
    ("551 5.7.1 Not authorised to send from this header address", SenderNotAllowed, "never", Request),
    ("451 4.7.1 You have exceeded your sending limit, try again later", SendingQuotaExceeded, "backoff", Mailbox),
    // Zoho.
    ("553 Relaying disallowed as other@example.com", SenderNotAllowed, "never", Request),
    ("553 Sender is not allowed to relay emails", SenderNotAllowed, "never", Request),
    (
        "550 5.4.6 Unusual sending activity detected. Please try after sometime",
        SendingQuotaExceeded,
        "backoff",
        Mailbox,
    ),
    ("554 5.1.8 Email Outgoing Blocked. Learn more.", MailboxUnavailable, "never", Account),
    ("535 Authentication Failed", Unauthenticated, "after_refresh", Account),
    // GMX and web.de.
    (
        "550-Requested action not taken: mailbox unavailable\n550 Sender address is not allowed.",
        SenderNotAllowed,
        "never",
        Request,
    ),
    ("535 Authentication credentials invalid", Unauthenticated, "after_refresh", Account),
    ("554-Transaction failed\n554 Reject due to policy restrictions.", MessageRejected, "never", Request),
    (
        "450-Requested mail action not taken: mailbox unavailable\n450 Mail send limit exceeded.",
        SendingQuotaExceeded,
        "backoff",
        Mailbox,
    ),
    ("554-No SMTP service\n554 IP address is black listed.", MessageRejected, "never", Tenant),
    // Mail.ru.
    (
        "550 Message was not accepted -- invalid mailbox.  Local mailbox u@mail.ru is unavailable: user not found",
        RecipientRejected,
        "never",
        Request,
    ),
    (
        "535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("550 not local sender over smtp", SenderNotAllowed, "never", Request),
    (
        "550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id",
        MessageRejected,
        "never",
        Request,
    ),
    // Yandex.
    (
        "535 5.7.8 Error: authentication failed: This user does not have access rights to this service",
        MailboxUnavailable,
        "never",
        Account,
    ),
    ("554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc", MessageRejected, "never", Request),
    ("553 5.7.1 Sender address rejected: not owned by auth user.", SenderNotAllowed, "never", Request),
    // QQ, 163.
    (
        "535 Login Fail. Please enter your authorization code to login. More information in https://service.mail.qq.com/detail/0/53",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("501 Mail from address must be same as authorization user.", SenderNotAllowed, "never", Request),
    ("553 Mail from must equal authorized user", SenderNotAllowed, "never", Request),
    ("550 Ip frequency limited. http://service.mail.qq.com/", AccountThrottled, "backoff", Tenant),
    ("550 Mail content denied. http://service.mail.qq.com/", MessageRejected, "never", Request),
    ("554 DT:SPM 163 smtp10,xyz", MessageRejected, "never", Request),
    // Services that send for others.
    ("454 Throttling failure: Daily message quota exceeded.", SendingQuotaExceeded, "backoff", Mailbox),
    ("454 Throttling failure: Maximum sending rate exceeded.", SendingQuotaExceeded, "backoff", Mailbox),
    (
        "554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: a@example.com",
        SenderNotAllowed,
        "never",
        Request,
    ),
    (
        "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.",
        SenderNotAllowed,
        "never",
        Request,
    ),
    ("550 Unauthenticated senders not allowed", Unauthenticated, "after_refresh", Account),
    ("451 Authentication failed: Maximum credits exceeded", SendingQuotaExceeded, "backoff", Mailbox),
];

#[test]
fn gmail() {
    check_smtp(GMAIL);
}

#[test]
fn yahoo() {
    check_smtp(YAHOO);
}

#[test]
fn others() {
    check_smtp(OTHERS);
}
