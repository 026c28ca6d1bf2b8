//! Wording of IMAP servers. The only place where IMAP texts are read.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{PhraseRow, PhraseTable, Ruling, is};

/// What a text, in lower case, means.
pub(super) fn find(low: &str) -> Option<Ruling> {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    TABLE.find(low)
}

const ROWS: &[PhraseRow] = &[
    // Gmail: "Gmail bandwidth limits" and "too many simultaneous connections" (support.google.com/a/answer/1071518,
    // support.google.com/mail/answer/7126229).
    (&["exceeded", "bandwidth limit"], is(BandwidthLimited)),
    (&["too many simultaneous connections"], is(ConnectionLimit)),
    // Gmail: a browser or an application password is wanted (support.google.com/accounts/answer/185833).
    (&["application-specific password required"], is(ReauthRequired)),
    // Mail.ru and QQ: the same, in their words ("authorization code" is a password for one application).
    (&["application password is required"], is(ReauthRequired)),
    (&["parol prilozheniya"], is(ReauthRequired)),
    (&["enter your authorization code"], is(ReauthRequired)),
    // 163 and its sister hosts: clients have to name themselves (ID) before they may select.
    (&["unsafe login"], is(PermissionDenied).on(Scope::Account)),
    // Zoho, Courier: the owner has not switched IMAP on.
    (&["yet to enable imap"], is(MailboxUnavailable)),
    (&["imap access disabled for this account"], is(MailboxUnavailable)),
    (&["log in via your web browser"], is(ReauthRequired)),
    (&["web login required"], is(ReauthRequired)),
    // Yahoo: the owner has to confirm the account in the browser.
    (&["verify your account"], is(ReauthRequired)),
    // XOAUTH2 and OAUTHBEARER (RFC 7628, 3.2.3): a refused token is answered with JSON, plain or in Base64.
    (&["\"status\":", "\"schemes\":"], is(Unauthenticated)),
    (&["eyjzdgf0dxmi"], is(Unauthenticated)),
    // Gmail: IMAP switched off by the owner, by the administrator; mail service off.
    (&["not enabled for imap"], is(MailboxUnavailable)),
    (&["imap access is disabled for your domain"], is(DomainPolicy)),
    (&["domain administrator"], is(DomainPolicy)),
    (&["account has been disabled"], is(MailboxUnavailable).on(Scope::Account)),
    (&["account is disabled"], is(MailboxUnavailable).on(Scope::Account)),
    (&["account is blocked"], is(MailboxUnavailable).on(Scope::Account)),
    (&["temporary system error"], is(TransientBackend)),
    (&["lookup failed"], is(TransientBackend)),
    (&["system error"], is(TransientBackend)),
    (&["session expired"], is(Unauthenticated)),
    // Exchange: throttling policy of the IMAP budget (learn.microsoft.com, "user workload management").
    (&["request is throttled"], is(AccountThrottled)),
    (&["suggested backoff time"], is(AccountThrottled)),
    // Exchange: login accepted, no usable mailbox behind it.
    (&["authenticated but not connected"], is(MailboxUnavailable)),
    (&["session invalidated", "accesstokenexpired"], is(Unauthenticated)),
    (&["session invalidated"], is(TransientBackend)),
    // Exchange: one damaged item.
    (&["could not be converted"], is(MessageRejected)),
    (&["server unavailable"], is(TransientBackend).on(Scope::Mailbox)),
    (&["command argument error"], is(InvalidRequest)),
    (&["invalid state"], is(InvalidRequest)),
    // Exchange Online: basic authentication switched off.
    (&["basic authentication is disabled"], is(BasicAuthBlocked)),
    (&["basicauthblocked"], is(BasicAuthBlocked)),
    (&["logondenied"], is(Unauthenticated)),
    // Exchange hangs up after ten errors in one session.
    (&["bye connection closed"], is(ConnectionLimit).on(Scope::Request)),
    (&["bye connection is closed"], is(ConnectionLimit).on(Scope::Request)),
    // Yahoo and AOL: limit per command.
    (&["rate limit hit"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many login"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many failed"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many bad"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many invalid"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many authentication"], is(RateLimitedUser).on(Scope::Account)),
    // Dovecot: mail_max_userip_connections; others in their words.
    (&["maximum number of connections"], is(ConnectionLimit)),
    (&["too many connections"], is(ConnectionLimit)),
    (&["too many sessions"], is(ConnectionLimit)),
    (&["too many concurrent"], is(ConnectionLimit)),
    (&["connection limit"], is(ConnectionLimit)),
    (&["max", "connections", "exceeded"], is(ConnectionLimit)),
    // Dovecot: the user or token database is down, which says nothing about the credential.
    (&["temporary authentication failure"], is(TransientBackend)),
    (&["temporarily unavailable"], is(TransientBackend)),
    (&["try again later"], is(TransientBackend)),
    (&["internal error occurred"], is(TransientBackend)),
    (&["temporary failure in name resolution"], is(Network)),
    (&["temporary failure"], is(TransientBackend)),
    (&["disk crash"], is(TransientBackend)),
    (&["timeout while waiting for lock"], is(ConflictOrPrecondition).but(crate::ruling::Advice::Backoff)),
    // Dovecot, Courier, Cyrus: storage.
    (&["quota exceeded"], is(MailboxFull)),
    (&["over quota"], is(MailboxFull)),
    (&["overquota"], is(MailboxFull)),
    (&["mailbox is full"], is(MailboxFull)),
    (&["not enough disk"], is(MailboxFull)),
    (&["disk is", "full"], is(MailboxFull)),
    // Size of an appended message: Exchange, others.
    (&["maximum size of appendable message"], is(MessageTooLarge)),
    (&["message", "too big"], is(MessageTooLarge)),
    (&["message", "too large"], is(MessageTooLarge)),
    (&["message size exceed"], is(MessageTooLarge)),
    // Content of an appended message: Cyrus, Dovecot, scanners.
    (&["message contains"], is(MessageRejected)),
    (&["contains a virus"], is(MessageRejected)),
    (&["message refused"], is(MessageRejected)),
    (&["invalid message"], is(MessageRejected)),
    // The place in the mailbox is lost (RFC 9051, 2.3.1.1).
    (&["uidvalidity changed"], is(SyncStateExpired)),
    (&["uidvalidity has changed"], is(SyncStateExpired)),
    // Credentials, in the words of many servers.
    (&["invalid credentials"], is(Unauthenticated)),
    (&["authentication failed"], is(Unauthenticated)),
    (&["authentication failure"], is(Unauthenticated)),
    (&["authenticate failed"], is(Unauthenticated)),
    (&["login failed"], is(Unauthenticated)),
    (&["login failure"], is(Unauthenticated)),
    (&["please login first"], is(Unauthenticated)),
    (&["incorrect", "password"], is(Unauthenticated)),
    (&["invalid", "password"], is(Unauthenticated)),
    (&["wrong", "password"], is(Unauthenticated)),
    (&["password", "expired"], is(ReauthRequired)),
    (&["plaintext authentication disallowed"], is(InvalidRequest).on(Scope::App)),
    (&["logindisabled"], is(InvalidRequest).on(Scope::App)),
    (&["permission denied"], is(PermissionDenied)),
    (&["access denied"], is(PermissionDenied)),
    // Mailboxes: Cyrus, Dovecot, Courier, Exchange.
    (&["isn't a valid mbox"], is(NotFound)),
    (&["already exists"], is(ConflictOrPrecondition)),
    (&["doesn't exist"], is(NotFound)),
    (&["does not exist"], is(NotFound)),
    (&["no such mailbox"], is(NotFound)),
    (&["unknown mailbox"], is(NotFound)),
    (&["unknown folder"], is(NotFound)),
    (&["folder not found"], is(NotFound)),
    (&["inferior hierarchical names"], is(ConflictOrPrecondition)),
    // Arguments.
    (&["no mailbox selected"], is(InvalidRequest)),
    (&["invalid flag"], is(InvalidRequest)),
    (&["flag", "not allowed"], is(InvalidRequest)),
    (&["invalid mailbox name"], is(InvalidRequest)),
    (&["excess whitespace"], is(InvalidRequest)),
    (&["error in imap command"], is(InvalidRequest)),
    (&["unknown command"], is(InvalidRequest)),
    (&["syntax error"], is(InvalidRequest)),
    (&["parse command"], is(InvalidRequest)),
    // Hanging up: idle timeouts and shutdowns are nobody's fault.
    (&["autologout"], is(TransientBackend)),
    (&["idle for too long"], is(TransientBackend)),
    (&["inactivity"], is(TransientBackend)),
    (&["shutting down"], is(TransientBackend)),
];
