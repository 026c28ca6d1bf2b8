//! Examples of what IMAP servers answer. Sources: RFC 5530, RFC 9051, and lines published in issues of mail programs.

use crate::classify::Protocol;
use crate::signals::Sample;

/// The line, and the command it answers where that decides.
const LINES: &[(&str, Option<&str>)] = &[
    // RFC 5530, 3.
    ("a1 NO [AUTHENTICATIONFAILED] Authentication failed.", None),
    ("a1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", None),
    ("a1 NO [EXPIRED] Password expired.", None),
    ("a1 NO [AUTHORIZATIONFAILED] Not authorized for this mailbox.", None),
    ("a1 NO [PRIVACYREQUIRED] Use STARTTLS first.", None),
    ("a1 NO [CONTACTADMIN] Your account needs attention.", None),
    ("a1 NO [NOPERM] Permission denied.", None),
    ("a1 NO [INUSE] Mailbox in use.", None),
    ("a1 NO [UNAVAILABLE] Temporary authentication failure.", None),
    ("a1 NO [SERVERBUG] Internal error occurred.", None),
    ("a1 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", None),
    ("a1 NO [NONEXISTENT] Unknown Mailbox: Archive (Failure)", None),
    ("a1 NO [ALREADYEXISTS] Mailbox already exists.", None),
    ("a1 BAD [CLIENTBUG] Invalid command.", None),
    ("a1 NO [LIMIT] Too many flags in mailbox.", None),
    ("a1 NO [LIMIT] Too many logins.", Some("LOGIN")),
    ("a1 NO [CORRUPTION] Mailbox is damaged.", None),
    // RFC 7889, 4.
    ("a1 NO [TOOBIG] Message too large.", None),
    // Gmail.
    ("a1 NO [ALERT] Too many simultaneous connections. (Failure)", None),
    ("a1 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", None),
    (
        "a1 NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        None,
    ),
    ("a1 NO [WEBALERT https://accounts.google.com/signin/continue] Web login required.", None),
    (
        "a1 NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
        None,
    ),
    // Exchange Online.
    ("a1 BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds", None),
    ("a1 NO LOGIN failed.", Some("LOGIN")),
    ("* BYE Session invalidated - AccessTokenExpired", None),
];

/// IMAP.
pub(crate) fn samples() -> Vec<Sample> {
    let sample = |(line, command): &(&str, Option<&'static str>)| {
        let sample = Sample::line(Protocol::Imap, line);
        match command {
            Some(command) => sample.to(command),
            None => sample,
        }
    };
    LINES.iter().map(sample).collect()
}
