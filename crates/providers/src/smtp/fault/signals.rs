//! Examples of what SMTP servers answer. Sources: RFC 3463, RFC 4954, RFC 6531; "Gmail SMTP errors and codes"
//! (support.google.com/a/answer/3726730); "Email non-delivery reports and SMTP errors in Exchange Online"
//! (learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online).

use crate::classify::Protocol;
use crate::signals::Sample;

const LINES: &[&str] = &[
    // Signing in.
    "535 5.7.8 Username and Password not accepted.",
    "534 5.7.9 Application-specific password required.",
    "530 5.7.57 Client was not authenticated to send anonymous mail during MAIL FROM",
    "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
    "454 4.7.0 Too many login attempts, please try again later.",
    "454 4.7.0 Temporary authentication failure",
    "530 5.7.0 Must issue a STARTTLS command first.",
    // Recipients.
    "550 5.1.1 The email account that you tried to reach does not exist.",
    "550 5.1.2 Host unknown",
    "550 5.4.1 Recipient address rejected: Access denied.",
    "550 5.6.7 SMTPUTF8 address required but not supported",
    "452 4.2.2 The recipient's inbox is out of storage space.",
    "552 5.2.2 Mailbox full",
    "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
    // Senders.
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "554 5.2.252 SendAsDenied; not allowed to send as",
    "553 5.7.1 Sender address rejected: not owned by user",
    "550 5.1.8 Access denied, bad outbound sender",
    // Quotas.
    "550 5.4.5 Daily user sending limit exceeded.",
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
    "550 5.7.232 Your message can't be sent because your tenant exceeded its daily limit for external recipients",
    "550 5.7.705 Access denied, tenant has exceeded threshold",
    // Brakes.
    "432 4.3.2 Concurrent connections limit exceeded",
    "421 4.7.0 Too many connections from this account",
    "451 4.7.500 Server busy. Please try again later.",
    "450 4.7.1 Greylisted, try again later",
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly.",
    // Content.
    "552 5.3.4 Message size exceeds fixed maximum message size",
    "552 5.7.0 This message was blocked because its content presents a potential security issue.",
    "550 5.7.26 This message does not pass authentication checks (SPF and DKIM both do not pass).",
    "554 5.7.1 Message rejected as spam",
    "550 5.7.1 Unable to relay",
    // Passing failures.
    "421 4.3.0 Temporary system problem. Try again later",
    "451 4.4.2 Timeout waiting for data from client",
    "450 4.4.1 Connection refused by the destination",
    "501 5.5.4 Invalid argument",
];

/// SMTP submission and what bounces quote.
pub(crate) fn samples() -> Vec<Sample> {
    LINES.iter().map(|line| Sample::line(Protocol::Smtp, line)).collect()
}
