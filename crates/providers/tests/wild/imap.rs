//! IMAP: the command, the line, what it is.

use model::FaultKind::{self, *};
use model::Scope::{self, *};
use providers::classify::{Observation, Protocol};

use crate::check;

type Row = (&'static str, &'static str, FaultKind, &'static str, Scope);

/// Gmail, Exchange Online, Yahoo, and the hosts that speak in their own words.
const HOSTS: &[Row] = &[
    ("LOGIN", "a1 NO [ALERT] Invalid credentials (Failure)", Unauthenticated, "after_refresh", Account),
    ("LOGIN", "* BYE [ALERT] Too many simultaneous connections. (Failure)", ConnectionLimit, "backoff", Mailbox),
    (
        "LOGIN",
        "a1 NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)",
        DomainPolicy,
        "never",
        Tenant,
    ),
    (
        "LOGIN",
        "a1 NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required. (Failure)",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("FETCH", "a1 NO [THROTTLED] Slow down", AccountThrottled, "backoff", Mailbox),
    ("FETCH", "* BYE System error (Failure)", TransientBackend, "backoff", Request),
    ("NOOP", "a1 BAD Unknown command s12mb1234", InvalidRequest, "never", Request),
    (
        "SELECT",
        "a1 NO [NONEXISTENT] Unknown Mailbox: Archive (now in authenticated state) (Failure)",
        NotFound,
        "never",
        Request,
    ),
    ("IDLE", "* BYE Session expired, please login again.", Unauthenticated, "after_refresh", Account),
    ("AUTHENTICATE", "a1 NO Lookup failed 5614622812847mb", TransientBackend, "backoff", Request),
    (
        "CREATE",
        "a1 NO [ALREADYEXISTS] Duplicate folder name Archive (Failure)",
        ConflictOrPrecondition,
        "never",
        Request,
    ),
    (
        "AUTHENTICATE",
        "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    ("AUTHENTICATE", "a1 NO AUTHENTICATE failed.", Unauthenticated, "after_refresh", Account),
    ("SELECT", "a2 BAD User is authenticated but not connected.", MailboxUnavailable, "never", Mailbox),
    ("IDLE", "* BYE Session invalidated - AccessTokenExpired", Unauthenticated, "after_refresh", Account),
    (
        "SELECT",
        "a3 BAD Request is throttled. Suggested Backoff Time: 10000 milliseconds",
        AccountThrottled,
        "after:10",
        Mailbox,
    ),
    (
        "FETCH",
        "a4 NO The requested message could not be converted to an RFC-822 compatible format.",
        MessageRejected,
        "never",
        Request,
    ),
    ("LOGIN", "a1 NO LOGIN failed. LogonDenied-BasicAuthBlocked", BasicAuthBlocked, "after_reauth", Account),
    ("NOOP", "a4 BAD Command Error. 10", InvalidRequest, "never", Request),
    ("LOGIN", "a1 NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials", Unauthenticated, "after_refresh", Account),
    ("LOGIN", "a1 NO [UNAVAILABLE] LOGIN Server error - Please try again later", TransientBackend, "backoff", Request),
    ("CAPABILITY", "a1 NO [LIMIT] CAPABILITY Rate limit hit.", RateLimitedUser, "backoff", Account),
    ("SELECT", "a1 NO [SERVERBUG] SELECT Server error - Please try again later", TransientBackend, "backoff", Request),
    (
        "LOGIN",
        "a1 NO [ALERT] LOGIN failed. Please verify your account by going to https://login.yahoo.com",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "LOGIN",
        "a1 NO [AUTHENTICATIONFAILED] (#AUTH012) Too many bad login attempts.",
        RateLimitedUser,
        "backoff",
        Account,
    ),
    (
        "LOGIN",
        "a1 NO [AUTHENTICATIONFAILED] (#MBR1212) Incorrect username or password.",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (
        "LOGIN",
        "a1 NO [ALERT] You are yet to enable IMAP for your account. Please contact your administrator",
        MailboxUnavailable,
        "never",
        Mailbox,
    ),
    (
        "LOGIN",
        "a1 NO LOGIN Login fail. Please enter your authorization code to login",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    ("SELECT", "a2 NO SELECT Unsafe Login. Please contact kefu@188.com for help", PermissionDenied, "never", Account),
    (
        "LOGIN",
        "a1 NO [AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya / Application password is REQUIRED",
        ReauthRequired,
        "after_reauth",
        Account,
    ),
    (
        "LOGIN",
        "a1 NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=abc",
        Unauthenticated,
        "after_refresh",
        Account,
    ),
    (
        "LOGIN",
        "a1 NO [CONTACTADMIN] Your account needs attention; ask your postmaster",
        PermissionDenied,
        "never",
        Account,
    ),
];

/// Dovecot, Cyrus, Courier and what is built from them.
const SERVERS: &[Row] = &[
    (
        "LOGIN",
        "a1 NO [UNAVAILABLE] Temporary authentication failure. [mail01:2027-01-15 08:00:00]",
        TransientBackend,
        "backoff",
        Request,
    ),
    (
        "SELECT",
        "a1 NO [SERVERBUG] Internal error occurred. Refer to server log for more information. [2027-01-15 08:00:00]",
        TransientBackend,
        "backoff",
        Request,
    ),
    ("APPEND", "a1 NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", MailboxFull, "never", Mailbox),
    ("APPEND", "a1 NO [INUSE] Timeout while waiting for lock", ConflictOrPrecondition, "backoff", Request),
    ("APPEND", "a1 NO [TRYCREATE] Mailbox doesn't exist: Sent", NotFound, "never", Request),
    ("LOGIN", "a1 NO [EXPIRED] Password expired", ReauthRequired, "after_reauth", Account),
    (
        "LOGIN",
        "a1 NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.",
        InvalidRequest,
        "never",
        App,
    ),
    ("IDLE", "* BYE Disconnected for inactivity.", TransientBackend, "backoff", Request),
    ("IDLE", "* BYE Server shutting down.", TransientBackend, "backoff", Request),
    (
        "FETCH",
        "a1 BAD Error in IMAP command FETCH: Invalid arguments (0.001 + 0.000 secs).",
        InvalidRequest,
        "never",
        Request,
    ),
    (
        "FETCH",
        "a1 NO [EXPUNGEISSUED] Some of the requested messages no longer exist (0.001 secs).",
        ConflictOrPrecondition,
        "backoff",
        Request,
    ),
    (
        "LOGIN",
        "a1 NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=2)",
        ConnectionLimit,
        "backoff",
        Mailbox,
    ),
    (
        "CREATE",
        "a1 NO [CANNOT] Invalid mailbox name: Name must not have '.' characters",
        InvalidRequest,
        "never",
        Request,
    ),
    ("DELETE", "a1 NO [NOPERM] Permission denied (0.001 secs).", PermissionDenied, "never", Request),
    ("SELECT", "a1 NO [UNAVAILABLE] Account is temporarily unavailable.", TransientBackend, "backoff", Request),
    ("FETCH", "a1 BAD No mailbox selected.", InvalidRequest, "never", Request),
    ("LOGIN", "a1 NO Login failed: authentication failure", Unauthenticated, "after_refresh", Account),
    ("APPEND", "a1 NO Over quota", MailboxFull, "never", Mailbox),
    ("SELECT", "a1 NO Mailbox does not exist", NotFound, "never", Request),
    ("APPEND", "a1 NO Message contains bare newlines", MessageRejected, "never", Request),
    ("SELECT", "a1 BAD Please login first", Unauthenticated, "after_refresh", Account),
    ("SELECT", "a1 NO Error opening this folder.  It may not exist.", NotFound, "never", Request),
    ("LOGIN", "* BYE IMAP access disabled for this account.", MailboxUnavailable, "never", Mailbox),
    (
        "LOGIN",
        "* BYE [ALERT] Maximum connection limit reached from your IP address",
        ConnectionLimit,
        "backoff",
        Mailbox,
    ),
    ("APPEND", "a1 NO [TOOBIG] Message exceeds APPENDLIMIT", MessageTooLarge, "never", Request),
    ("STORE", "a1 NO [MODIFIED 7,9] Conditional STORE failed", ConflictOrPrecondition, "never", Request),
    ("SEARCH", "a1 NO [BADCHARSET (US-ASCII UTF-8)] Charset not supported", InvalidRequest, "never", Request),
    ("FETCH", "a1 NO [UNKNOWN-CTE] Cannot decode this part", InvalidRequest, "never", Request),
    ("DELETE", "a1 NO [HASCHILDREN] Mailbox has children", ConflictOrPrecondition, "never", Request),
    ("STORE", "a1 NO [READ-ONLY] Mailbox is read-only", PermissionDenied, "never", Request),
];

fn told(rows: &'static [Row]) {
    let row = |&(command, line, kind, retry, scope): &Row| {
        let seen = Observation { imap_response: Some(line), operation: Some(command), ..Observation::default() };
        (line.to_owned(), seen, (kind, retry, scope))
    };
    check(Protocol::Imap, rows.iter().map(row));
}

#[test]
fn hosts() {
    told(HOSTS);
}

#[test]
fn servers() {
    told(SERVERS);
}
