//! Response codes.
//!
//! Source: the IANA registry "IMAP Response Codes" and the RFCs it points to; each row names them. Codes that only
//! accompany successes are left out.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, CodeTable, Ruling, is};

/// Codes whose meaning providers stretch, so that their wording is asked first.
pub(super) fn is_stretched(code: &str) -> bool {
    const STRETCHED: &[&str] = &[
        "ALERT",
        "LIMIT",
        "UNAVAILABLE",
        "OVERQUOTA",
        "INUSE",
        "AUTHENTICATIONFAILED",
        "SERVERBUG",
        "CONTACTADMIN",
        "AUTHORIZATIONFAILED",
        "THROTTLED",
    ];
    STRETCHED.contains(&code)
}

/// What a response code means, for a command where that matters.
pub(super) fn ruling(code: &str, command: Option<&str>) -> Option<Ruling> {
    static TABLE: LazyLock<CodeTable> = LazyLock::new(|| CodeTable::new(ROWS));
    let opening = command.is_some_and(|c| c.eq_ignore_ascii_case("LOGIN") || c.eq_ignore_ascii_case("AUTHENTICATE"));
    match code {
        // An implementation limit (RFC 5530); before anything was asked for it can only be connections.
        "LIMIT" if opening => Some(is(ConnectionLimit)),
        code => TABLE.get(code),
    }
}

const ROWS: &[(&[&str], Ruling)] = &[
    // RFC 5530, 3.
    (&["UNAVAILABLE"], is(TransientBackend).on(Scope::Mailbox)),
    (&["AUTHENTICATIONFAILED"], is(Unauthenticated)),
    (&["AUTHORIZATIONFAILED"], is(PermissionDenied).on(Scope::Account)),
    (&["EXPIRED"], is(ReauthRequired)),
    (&["PRIVACYREQUIRED"], is(InvalidRequest).on(Scope::App).say("The server wants TLS before this command.")),
    (&["CONTACTADMIN"], is(PermissionDenied).on(Scope::Account)),
    (&["NOPERM"], is(PermissionDenied)),
    (&["INUSE"], is(ConflictOrPrecondition).but(Advice::Backoff)),
    (&["EXPUNGEISSUED"], is(ConflictOrPrecondition).but(Advice::Backoff)),
    // The mailbox is damaged on the server; asking again changes nothing.
    (&["CORRUPTION"], is(MailboxUnavailable)),
    (&["SERVERBUG"], is(TransientBackend)),
    (&["CLIENTBUG"], is(InvalidRequest)),
    (&["CANNOT"], is(InvalidRequest)),
    (&["LIMIT"], is(InvalidRequest).say("The request goes beyond a limit of the server.")),
    (&["OVERQUOTA"], is(MailboxFull)),
    (&["ALREADYEXISTS"], is(ConflictOrPrecondition)),
    (&["NONEXISTENT"], is(NotFound)),
    // RFC 9051, 7.1.
    (&["TRYCREATE"], is(NotFound)),
    (&["HASCHILDREN"], is(ConflictOrPrecondition)),
    (&["READ-ONLY"], is(PermissionDenied)),
    (&["BADCHARSET", "UNKNOWN-CTE", "NOTSAVED"], is(InvalidRequest)),
    (&["PARSE"], is(MessageRejected)),
    // RFC 4469, 3; RFC 7889, 4.
    (&["TOOBIG"], is(MessageTooLarge)),
    (&["BADURL"], is(InvalidRequest)),
    // RFC 7162, 3.1: changed since we looked; a mailbox without mod-sequences.
    (&["MODIFIED"], is(ConflictOrPrecondition)),
    (&["NOMODSEQ"], is(InvalidRequest)),
    // RFC 4315, 3.
    (&["UIDNOTSTICKY"], is(ConflictOrPrecondition)),
    // RFC 5465, 5.8: notifications stopped; look for oneself.
    (&["NOTIFICATIONOVERFLOW"], is(SyncStateExpired)),
    (&["BADEVENT"], is(InvalidRequest)),
    // RFC 5255, RFC 5257, RFC 5464, RFC 5466, RFC 6154, RFC 6203: arguments not supported.
    (
        &[
            "BADCOMPARATOR",
            "ANNOTATE",
            "ANNOTATIONS",
            "METADATA",
            "UNDEFINED-FILTER",
            "USEATTR",
            "FUZZY",
            "BADEXTENSION",
            "NOUPDATE",
            "TOOMANY",
        ],
        is(InvalidRequest),
    ),
    // RFC 4978, 3.
    (&["COMPRESSIONACTIVE"], is(ConflictOrPrecondition)),
    // RFC 5259: conversion.
    (&["TEMPFAIL"], is(TransientBackend)),
    (&["MAXCONVERTMESSAGES", "MAXCONVERTPARTS", "BADPARAMETERS", "MISSINGPARAMETERS"], is(InvalidRequest)),
    // RFC 9738: more messages at once than the server handles; do it in parts.
    (&["MESSAGELIMIT"], is(InvalidRequest)),
    // RFC 9586.
    (&["UIDREQUIRED"], is(InvalidRequest)),
    // RFC 2221, RFC 2193: the mailbox lives elsewhere.
    (&["REFERRAL"], is(MailboxUnavailable)),
    // Gmail: a page to visit before the account is opened again.
    (&["WEBALERT"], is(ReauthRequired)),
    (&["THROTTLED"], is(AccountThrottled)),
];
