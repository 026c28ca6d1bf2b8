//! Clues in text: how the lines of a protocol begin, and words that only one of them uses.

use super::{Guess, clue};
use crate::classify::{Observation, Protocol};
use crate::exchange::fault::response_code;
use crate::wire::{Excerpt, words};

/// Words of a text that are looked at.
const WORD_LIMIT: usize = 400;

pub(super) fn clues(seen: &Observation<'_>) -> Vec<Guess> {
    let excerpt = Excerpt::of(seen.body);
    let text = excerpt.text.trim();
    let mut found: Vec<Guess> =
        TOLD.iter().filter(|(phrase, _)| excerpt.low.contains(phrase)).map(|(_, c)| *c).collect();
    found.extend(line_of_smtp(text));
    found.extend(line_of_imap(text));
    found.extend(exchange(text));
    found.extend(google(text));
    found
}

/// Phrases in lower case, each said by one side only.
const TOLD: &[(&str, Guess)] = &[
    ("aadsts", clue(Protocol::MicrosoftIdentity, 90, "it has an AADSTS number")),
    ("login.microsoftonline.com", clue(Protocol::MicrosoftIdentity, 60, "it names Microsoft's sign-in")),
    ("graph.microsoft.com", clue(Protocol::Graph, 70, "it names Graph")),
    ("mailboxconcurrency", clue(Protocol::Graph, 75, "only Graph has a MailboxConcurrency limit")),
    ("applicationthrottled", clue(Protocol::Graph, 75, "it is a code of Graph")),
    ("invalidauthenticationtoken", clue(Protocol::Graph, 75, "it is a code of Graph")),
    ("schemas.microsoft.com/exchange/services", clue(Protocol::Ews, 95, "it is an EWS answer")),
    ("responsecode>", clue(Protocol::Ews, 85, "it has an EWS response code")),
    ("backoffmilliseconds", clue(Protocol::Ews, 80, "only EWS says BackOffMilliseconds")),
    ("x-ms-asthrottle", clue(Protocol::Eas, 95, "it names an ActiveSync header field")),
    ("activesync", clue(Protocol::Eas, 75, "it names ActiveSync")),
    ("device should retry later", clue(Protocol::Eas, 85, "ActiveSync servers say it to devices")),
    ("<status>", clue(Protocol::Eas, 70, "it has an ActiveSync status")),
    ("deviceaccessstate", clue(Protocol::Eas, 85, "it is an ActiveSync device state")),
    ("gmail api", clue(Protocol::GmailRest, 80, "it names the Gmail API")),
    ("googleapis", clue(Protocol::GmailRest, 65, "it names Google's APIs")),
    ("gmail/v1", clue(Protocol::GmailRest, 80, "it names an address of the Gmail API")),
    ("per minute per user", clue(Protocol::GmailRest, 75, "it names a quota of the Gmail API")),
    ("user-rate limit", clue(Protocol::GmailRest, 80, "the Gmail API says it")),
    (")!!1", clue(Protocol::GmailRest, 80, "it is a page of Google's front end")),
    ("accounts.google.com", clue(Protocol::GoogleOauth, 50, "it names Google's sign-in")),
    ("expired or revoked", clue(Protocol::GoogleOauth, 75, "Google's token endpoint says it")),
    ("invalid_grant", clue(Protocol::GoogleOauth, 55, "it is an OAuth error")),
    ("invalid_client", clue(Protocol::GoogleOauth, 55, "it is an OAuth error")),
    ("unauthorized_client", clue(Protocol::GoogleOauth, 55, "it is an OAuth error")),
    ("redirect_uri_mismatch", clue(Protocol::GoogleOauth, 80, "only Google calls it so")),
    ("admin_policy_enforced", clue(Protocol::GoogleOauth, 80, "only Google calls it so")),
    ("interaction_required", clue(Protocol::MicrosoftIdentity, 75, "Microsoft's sign-in says it")),
    ("consent_required", clue(Protocol::MicrosoftIdentity, 70, "Microsoft's sign-in says it")),
    ("invalid_grant", clue(Protocol::MicrosoftIdentity, 45, "it is an OAuth error")),
    ("invalid_client", clue(Protocol::MicrosoftIdentity, 45, "it is an OAuth error")),
    ("unauthorized_client", clue(Protocol::MicrosoftIdentity, 45, "it is an OAuth error")),
    ("suggested backoff time", clue(Protocol::Imap, 85, "Exchange's IMAP says it")),
    ("imap", clue(Protocol::Imap, 55, "it names IMAP")),
    ("simultaneous connections", clue(Protocol::Imap, 70, "IMAP servers say it")),
    ("smtp", clue(Protocol::Smtp, 55, "it names SMTP")),
    ("storedrv.", clue(Protocol::Smtp, 75, "Exchange says it when mail is submitted")),
    ("resolver.", clue(Protocol::Smtp, 65, "Exchange says it when mail is submitted")),
    ("recipient address rejected", clue(Protocol::Smtp, 65, "mail servers say it of recipients")),
    ("greylist", clue(Protocol::Smtp, 70, "mail servers say it to senders")),
];

/// `550 5.1.1 …`, `550-5.1.1`, `5.4.5`, and both anywhere in a text.
fn line_of_smtp(text: &str) -> Option<Guess> {
    let start = text.trim_start_matches(['#', '(', '\'', '"', '<', ' ']);
    let first = start.split([' ', '-', ',', '\n', '\r']).next().unwrap_or_default();
    let is_reply = first.len() == 3 && first.parse::<u16>().is_ok_and(|code| (400..600).contains(&code));
    let enhanced = |word: &str| is_enhanced(word.trim_matches(|c: char| !c.is_ascii_digit()));
    let has_enhanced = text.split(|c: char| c.is_whitespace() || c == '-').take(WORD_LIMIT).any(enhanced);
    match (is_reply, has_enhanced) {
        (true, true) => Some(clue(Protocol::Smtp, 98, "it begins like an SMTP reply, with an enhanced code")),
        (_, true) => Some(clue(Protocol::Smtp, 85, "it has an SMTP enhanced status code")),
        (true, _) if text.len() > 3 => Some(clue(Protocol::Smtp, 65, "it begins like an SMTP reply")),
        (true, _) => bare_number(first),
        _ => None,
    }
}

/// A number alone: some are replies of SMTP and no HTTP status.
fn bare_number(number: &str) -> Option<Guess> {
    const REPLIES: &[&str] =
        &["421", "450", "452", "454", "530", "534", "535", "538", "550", "551", "552", "553", "554", "555"];
    REPLIES.contains(&number).then(|| clue(Protocol::Smtp, 60, "it is an SMTP reply code and no HTTP status in use"))
}

fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let digits = |part: Option<&str>, most: usize| {
        part.is_some_and(|p| !p.is_empty() && p.len() <= most && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let class = parts.next();
    let shaped = matches!(class, Some("4" | "5")) && digits(parts.next(), 1) && digits(parts.next(), 3);
    shaped && parts.next().is_none()
}

/// `a1 NO …`, `* BYE …`, `NO [CODE] …`, `[CODE]`, `CODE`.
fn line_of_imap(text: &str) -> Option<Guess> {
    let mut start = text.split_whitespace().take(2);
    let (first, second) = (start.next().unwrap_or_default(), start.next().unwrap_or_default());
    let status = |word: &str| ["NO", "BAD", "BYE"].contains(&word);
    if first.len() <= 12 && status(second) {
        return Some(clue(Protocol::Imap, 95, "it begins like an IMAP response"));
    }
    if status(first) {
        return Some(clue(Protocol::Imap, 85, "it begins like an IMAP response without its tag"));
    }
    const CODES: &[&str] = &[
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "OVERQUOTA",
        "UNAVAILABLE",
        "PRIVACYREQUIRED",
        "CONTACTADMIN",
        "NONEXISTENT",
        "ALREADYEXISTS",
        "TRYCREATE",
        "SERVERBUG",
        "CLIENTBUG",
        "WEBALERT",
        "INUSE",
        "NOPERM",
        "EXPUNGEISSUED",
        "CORRUPTION",
        "THROTTLED",
        "LIMIT",
        "ALERT",
    ];
    let bracketed = text.match_indices('[').take(4).any(|(at, _)| {
        let code = text[at + 1..].split([']', ' ']).next().unwrap_or_default();
        CODES.contains(&code)
    });
    if bracketed {
        return Some(clue(Protocol::Imap, 85, "it has an IMAP response code"));
    }
    CODES.contains(&text).then(|| clue(Protocol::Imap, 75, "it is an IMAP response code"))
}

/// `ErrorServerBusy`: EWS says it, and Graph hands it on.
fn exchange(text: &str) -> Vec<Guess> {
    let listed = |word: &str| word.starts_with("Error") && word.len() > 8 && response_code(word).is_some();
    if !words(text, WORD_LIMIT).any(listed) {
        return Vec::new();
    }
    vec![
        clue(Protocol::Ews, 65, "it is a response code of Exchange"),
        clue(Protocol::Graph, 60, "Graph hands on response codes of Exchange"),
    ]
}

/// Reasons of the Gmail API, printed alone.
fn google(text: &str) -> Option<Guess> {
    const REASONS: &[&str] = &[
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "insufficientPermissions",
        "accessNotConfigured",
        "SERVICE_DISABLED",
        "domainPolicy",
        "authError",
        "failedPrecondition",
        "backendError",
        "RESOURCE_EXHAUSTED",
        "RATE_LIMIT_EXCEEDED",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ];
    let told = words(text, WORD_LIMIT).any(|word| REASONS.contains(&word));
    told.then(|| clue(Protocol::GmailRest, 80, "it has a reason of Google's APIs"))
}
