//! Wording of SMTP servers, where one code covers several causes. The only place where SMTP texts are read.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use super::enhanced::authenticates;
use super::parse::Parsed;
use crate::ruling::{Advice, PhraseRow, PhraseTable, Ruling, is};

/// What a text adds to its codes: the names of Exchange's own exceptions always, sentences where the code is vague or
/// known to be used for more than one thing.
pub(super) fn find(parsed: &Parsed, low: &str) -> Option<Ruling> {
    static NAMES_TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(NAMES));
    static SIGN_IN_TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(SIGN_IN));
    static OVERLOADED_TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(OVERLOADED));
    NAMES_TABLE
        .find(low)
        .or_else(|| authenticates(parsed).then(|| SIGN_IN_TABLE.find(low)).flatten())
        .or_else(|| is_overloaded(parsed).then(|| OVERLOADED_TABLE.find(low)).flatten())
        .or_else(|| (parsed.is_vague() && parsed.enhanced.is_some()).then(|| plain(low)).flatten())
        .or_else(|| (parsed.enhanced.is_none() && parsed.code.is_some()).then(|| plain(low)).flatten())
}

/// What a text means when no code says more than "no".
pub(super) fn plain(low: &str) -> Option<Ruling> {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(PLAIN));
    TABLE.find(low)
}

/// Codes that Google, Microsoft and Yahoo each use for more than one thing.
fn is_overloaded(parsed: &Parsed) -> bool {
    const CODES: &[(u16, u16)] = &[
        (1, 8),
        (2, 1),
        (2, 2),
        (3, 2),
        (3, 4),
        (4, 1),
        (4, 2),
        (5, 3),
        (6, 7),
        (7, 2),
        (7, 9),
        (7, 28),
        (7, 30),
        (4, 5),
        (4, 6),
        (5, 4),
        (7, 66),
        (2, 5),
    ];
    parsed.is_vague() || CODES.iter().any(|(subject, detail)| parsed.is(*subject, *detail))
}

/// Names of Exchange's exceptions and queues, which are codes in all but place ("STOREDRV.…", "RESOLVER.…").
const NAMES: &[PhraseRow] = &[
    // XOAUTH2 and OAUTHBEARER (RFC 7628, 3.2.3): a refused token is answered with JSON in Base64, `{"status"…`.
    (&["eyjzdgf0dxmi"], is(Unauthenticated)),
    // Exchange Online limits: recipient and message rate.
    (&["submissionquotaexceeded"], is(SendingQuotaExceeded)),
    (&["submission quota exceeded"], is(SendingQuotaExceeded)),
    // Outlook.com's verdicts on a sender (WASCL): over the day's quota, or held.
    (&["verdict is refusequota"], is(SendingQuotaExceeded)),
    (&["verdict is showtierupgrade"], is(SendingQuotaExceeded)),
    (&["outboundspamexception", "verdict is"], is(MailboxUnavailable).on(Scope::Account)),
    (&["sendasdenied"], is(SenderNotAllowed)),
    // The sender's own mailbox is full, so that nothing can be saved to Sent Items.
    (&["storedrv.submission", "quotaexceededexception"], is(MailboxFull)),
    (&["shutoffquotaexceeded"], is(MailboxFull).on(Scope::Request)),
    // Client submission allows three connections at a time.
    (&["sender thread limit"], is(ConnectionLimit)),
    (&["concurrent connections limit"], is(ConnectionLimit)),
    (&["recipient thread limit"], is(AccountThrottled).on(Scope::Request)),
    (&["reciplimit"], is(InvalidRequest)),
    (&["concurrent server connections has exceeded"], is(ConnectionLimit)),
    // Postfix, when no RCPT was taken.
    (&["no valid recipients"], is(RecipientRejected)),
    // Exchange resolver ("RESOLVER.ADR": address; "RESOLVER.RST": restriction).
    (&["resolver.adr"], is(RecipientRejected)),
    (&["sizelimit"], is(MessageTooLarge)),
    (&["resolver.rst"], is(PermissionDenied)),
];

/// Replies about signing in.
const SIGN_IN: &[PhraseRow] = &[
    // Postfix: the server cannot ask, which says nothing about the credential.
    (&["connection lost to authentication server"], is(TransientBackend)),
    // Mail.ru and QQ: a password for one application is wanted.
    (&["application password is required"], is(ReauthRequired)),
    (&["parol prilozheniya"], is(ReauthRequired)),
    (&["enter your authorization code"], is(ReauthRequired)),
    // Yandex: mail is not switched on for this account.
    (&["does not have access rights to this service"], is(MailboxUnavailable).on(Scope::Account)),
    // Yahoo.
    (&["too many bad"], is(RateLimitedUser).on(Scope::Account)),
    // Gmail: login brake (support.google.com/mail/answer/7126229).
    (&["too many login"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many authentication"], is(RateLimitedUser).on(Scope::Account)),
    (&["too many failed"], is(RateLimitedUser).on(Scope::Account)),
    // Exchange Online, 5.7.139: the same number for a policy, a password and a switch.
    // The switch blocks OAuth as well: only an administrator can turn it.
    (&["smtpclientauthentication is disabled"], is(BasicAuthBlocked).on(Scope::Tenant).but(Advice::Never)),
    (&["basic authentication is disabled"], is(BasicAuthBlocked).on(Scope::Tenant)),
    (&["basic authentication is not supported"], is(BasicAuthBlocked).on(Scope::Tenant)),
    (&["security defaults"], is(DomainPolicy)),
    (&["did not meet the criteria"], is(DomainPolicy)),
    (&["conditional access"], is(DomainPolicy)),
    (&["credentials were incorrect"], is(Unauthenticated)),
    (&["account is locked"], is(ReauthRequired)),
    (&["password has expired"], is(ReauthRequired)),
    (&["password expired"], is(ReauthRequired)),
    // Gmail: a browser or an application password is wanted (support.google.com/accounts/answer/185833).
    (&["application-specific password"], is(ReauthRequired)),
    (&["log in with your web browser"], is(ReauthRequired)),
    (&["log in via your web browser"], is(ReauthRequired)),
    (&["webloginrequired"], is(ReauthRequired)),
    // Ours to mend: TLS first (RFC 3207, 4).
    (&["starttls"], is(InvalidRequest).on(Scope::App)),
    // RFC 3207, 4: 454.
    (&["tls not available"], is(TransientBackend)),
    (&["authentication", "disabled"], is(BasicAuthBlocked)),
];

/// Sentences under codes that mean several things.
const OVERLOADED: &[PhraseRow] = &[
    // Outlook.com and Zoho hold an account back.
    (&["unusual activity in your"], is(MailboxUnavailable).on(Scope::Account)),
    (&["outgoing blocked"], is(MailboxUnavailable).on(Scope::Account)),
    (&["unusual sending activity"], is(SendingQuotaExceeded).but(Advice::Backoff)),
    // Gmail: to be split, although the sentence goes on about limits.
    (&["message has too many recipients"], is(InvalidRequest)),
    // Yahoo: no such account.
    (&["doesn't have a", "account"], is(RecipientRejected)),
    (&["account has been disabled or discontinued"], is(RecipientRejected)),
    (&["smtputf8"], is(NonAsciiRecipient)),
    // SPF, before it had numbers of its own.
    (&["openspf"], is(MessageRejected).on(Scope::Tenant)),
    // Exim's callout ends in the recipient's words about the sender.
    (&["sender verify failed"], is(SenderNotAllowed)),
    // From addresses that are not the account's: Zoho, GMX, Fastmail, Yahoo, QQ, 163, Mail.ru, SES, SendGrid.
    (&["relaying disallowed as"], is(SenderNotAllowed)),
    (&["sender is not allowed to relay"], is(SenderNotAllowed)),
    (&["sender address is not allowed"], is(SenderNotAllowed)),
    (&["not authorised to send"], is(SenderNotAllowed)),
    (&["from", "address not verified"], is(SenderNotAllowed)),
    (&["email address is not verified"], is(SenderNotAllowed)),
    (&["verified sender identity"], is(SenderNotAllowed)),
    (&["must be same as authorization user"], is(SenderNotAllowed)),
    (&["must equal authorized user"], is(SenderNotAllowed)),
    (&["not local sender"], is(SenderNotAllowed)),
    // What one may send: SES, SendGrid, cPanel, GMX, Postfix (policy daemons).
    (&["message quota exceeded"], is(SendingQuotaExceeded)),
    (&["maximum credits exceeded"], is(SendingQuotaExceeded)),
    (&["max emails per hour"], is(SendingQuotaExceeded).on(Scope::Tenant).but(Advice::Backoff)),
    (&["max defers and failures"], is(SendingQuotaExceeded).on(Scope::Tenant).but(Advice::Backoff)),
    (&["send limit"], is(SendingQuotaExceeded)),
    (&["too much mail from"], is(SendingQuotaExceeded)),
    // QQ and Outlook.com: rate per address.
    (&["frequency limited"], is(AccountThrottled).on(Scope::Tenant).but(Advice::Backoff)),
    (&["limits for how many messages"], is(AccountThrottled).on(Scope::Tenant).but(Advice::Backoff)),
    // Outlook.com: this address is on a list of its own.
    (&["messages from", "weren't sent"], is(MessageRejected).on(Scope::Tenant)),
    (&["too many connections"], is(ConnectionLimit)),
    (&["too many sessions"], is(ConnectionLimit)),
    // Sign-in first: SendGrid, Exim.
    (&["unauthenticated senders"], is(Unauthenticated)),
    (&["smtp auth is required"], is(Unauthenticated)),
    // Content refused, in the words of Mimecast, Exim, Orange, QQ, 163, Yahoo.
    (&["anti-spoofing"], is(MessageRejected)),
    (&["administrative prohibition"], is(MessageRejected)),
    (&["mail rejected"], is(MessageRejected)),
    (&["mail content denied"], is(MessageRejected)),
    (&["dt:spm"], is(MessageRejected)),
    (&["spam message rejected"], is(MessageRejected)),
    // Milters that are away.
    (&["service unavailable - try again later"], is(TransientBackend)),
    (&["file type", "attachment", "blocked"], is(AttachmentInvalid)),
    (&["unable to open attachment"], is(AttachmentInvalid)),
    // Old TLS.
    (&["tls 1.0", "not supported"], is(InvalidRequest).on(Scope::App)),
    // Greylisting (RFC 6647), whatever the sentence around it.
    (&["greylist"], is(AccountThrottled).on(Scope::Tenant)),
    (&["graylist"], is(AccountThrottled).on(Scope::Tenant)),
    // Exchange Online: this sender is blocked for spam (restricted entities).
    (&["bad outbound sender"], is(MailboxUnavailable).on(Scope::Account)),
    (&["mail sending denied"], is(MailboxUnavailable).on(Scope::Account)),
    // Exchange Online's use of Gmail's DKIM number.
    (&["basic authentication is not supported"], is(BasicAuthBlocked).on(Scope::Tenant)),
    // Exchange Online's use of 5.6.7 and 5.4.1.
    (&["dns domain", "does not exist"], is(RecipientRejected)),
    (&["recipient address rejected"], is(RecipientRejected)),
    // Gmail: relay and recipient rates (support.google.com/a/answer/6140680, .../mail/answer/22839).
    (&["relay limit exceeded"], is(RateLimitedProject).on(Scope::Tenant)),
    (&["daily smtp relay"], is(SendingQuotaExceeded).on(Scope::Tenant)),
    (&["receiving mail too quickly"], is(AccountThrottled).on(Scope::Request).but(Advice::Backoff)),
    (&["receiving mail at a rate"], is(AccountThrottled).on(Scope::Request).but(Advice::Backoff)),
    (&["receiving email"], is(AccountThrottled).on(Scope::Request).but(Advice::Backoff)),
    (&["sending", "limit exceeded"], is(SendingQuotaExceeded)),
    (&["sending limit"], is(SendingQuotaExceeded)),
    (&["sending quota"], is(SendingQuotaExceeded)),
    (&["sending rate"], is(SendingQuotaExceeded)),
    // Gmail: attachments (support.google.com/mail/answer/6590).
    (&["illegal attachment"], is(AttachmentInvalid)),
    (&["content presents a potential security issue"], is(AttachmentInvalid)),
    (&["blocked", "attachment"], is(AttachmentInvalid)),
    (&["virus"], is(MessageRejected)),
    // Relay refusals of all servers.
    (&["relay denied"], is(PermissionDenied)),
    (&["relay access denied"], is(PermissionDenied)),
    (&["relaying denied"], is(PermissionDenied)),
    (&["relay not permitted"], is(PermissionDenied)),
    (&["unable to relay"], is(PermissionDenied)),
    (&["credentials for relay"], is(PermissionDenied)),
    (&["does not have permissions to send as"], is(SenderNotAllowed).on(Scope::Mailbox)),
    (&["not allowed to send as"], is(SenderNotAllowed)),
    (&["sender address rejected"], is(SenderNotAllowed)),
    (&["not owned by user"], is(SenderNotAllowed)),
    (&["sender denied"], is(SenderNotAllowed)),
    (&["sender rejected"], is(SenderNotAllowed)),
    // iCloud Mail (support.apple.com/102198): limits per day, and the From address.
    (&["daily quota"], is(SendingQuotaExceeded)),
    (&["not one of your addresses"], is(SenderNotAllowed)),
    // Block lists of addresses, the sender's provider's to clear up (Spamhaus; Outlook.com's SC-001 and its relatives).
    (&["client host", "blocked"], is(MessageRejected).on(Scope::Tenant)),
    (&["block list"], is(MessageRejected).on(Scope::Tenant)),
    (&["blocklist"], is(MessageRejected).on(Scope::Tenant)),
    (&["blacklist"], is(MessageRejected).on(Scope::Tenant)),
    (&["black listed"], is(MessageRejected).on(Scope::Tenant)),
    (&["spamhaus"], is(MessageRejected).on(Scope::Tenant)),
    (&["ipcheck.proofpoint"], is(MessageRejected).on(Scope::Tenant)),
    (&["not authorized to send"], is(SenderNotAllowed)),
    // Gmail 5.7.28 and Yahoo's deferral classes (senders.yahooinc.com/smtp-error-codes): for now, or for good.
    (&["permanently deferred"], is(MessageRejected).on(Scope::Tenant).but(Advice::Never)),
    (&["temporarily deferred"], is(AccountThrottled).on(Scope::Tenant)),
    (&["unusual rate"], is(AccountThrottled).on(Scope::Tenant).but(Advice::Backoff)),
    (&["temporary system problem"], is(TransientBackend)),
    (&["temporary server error"], is(TransientBackend)),
    (&["connection expired"], is(GatewayTimeout)),
    (&["tls required"], is(InvalidRequest).on(Scope::App)),
    (&["connection dropped"], is(Network)),
    (&["number of attachments"], is(AttachmentInvalid)),
    (&["access denied, traffic not accepted"], is(MessageRejected).on(Scope::Tenant)),
    // Sender authentication under 5.7.1, before it had numbers of its own (RFC 7372).
    (&["fails to pass authentication checks"], is(MessageRejected).on(Scope::Tenant)),
    (&["dmarc"], is(MessageRejected).on(Scope::Tenant)),
    (&["reputation"], is(MessageRejected).on(Scope::Tenant)),
];

/// Sentences without a useful code, in the words of many servers.
const PLAIN: &[PhraseRow] = &[
    (&["authentication required"], is(Unauthenticated)),
    (&["authentication failed"], is(Unauthenticated)),
    (&["username and password not accepted"], is(Unauthenticated)),
    (&["user unknown"], is(RecipientRejected)),
    (&["unknown user"], is(RecipientRejected)),
    (&["no such user"], is(RecipientRejected)),
    (&["does not exist"], is(RecipientRejected)),
    (&["mailbox unavailable"], is(RecipientRejected)),
    (&["invalid recipient"], is(RecipientRejected)),
    (&["recipient rejected"], is(RecipientRejected)),
    (&["mailbox full"], is(MailboxFull).on(Scope::Request)),
    (&["mailbox is full"], is(MailboxFull).on(Scope::Request)),
    (&["over quota"], is(MailboxFull).on(Scope::Request)),
    (&["quota exceeded"], is(MailboxFull).on(Scope::Request)),
    (&["out of storage"], is(MailboxFull).on(Scope::Request)),
    (&["message size"], is(MessageTooLarge)),
    (&["message too large"], is(MessageTooLarge)),
    (&["message is too large"], is(MessageTooLarge)),
    (&["size limit"], is(MessageTooLarge)),
    (&["smtputf8"], is(NonAsciiRecipient)),
    (&["non-ascii"], is(NonAsciiRecipient)),
    (&["too many recipients"], is(InvalidRequest)),
    (&["too many connections"], is(ConnectionLimit)),
    (&["too many concurrent"], is(ConnectionLimit)),
    (&["too many messages"], is(SendingQuotaExceeded)),
    (&["too many mails"], is(SendingQuotaExceeded)),
    (&["rate limit"], is(AccountThrottled).but(Advice::Backoff)),
    (&["spam"], is(MessageRejected)),
    (&["blocked"], is(MessageRejected)),
    (&["quarantin"], is(QuarantinedDevice)),
    // Gmail's bounce when the other side does not answer (support.google.com/mail/answer/7720).
    (&["did not accept our requests to connect"], is(Network)),
];
