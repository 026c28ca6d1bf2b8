//! Status numbers of ActiveSync (MS-ASCMD): the common ones, and those that each command counts for itself.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, Ruling, is};

/// What a status means; small numbers only together with the command.
pub(super) fn ruling(status: u16, command: Option<&str>) -> Option<Ruling> {
    if status > 100 { common(status) } else { of_command(status, command.unwrap_or("Sync")) }
}

/// MS-ASCMD 2.2.2, "Common Status Codes".
fn common(status: u16) -> Option<Ruling> {
    Some(match status {
        // Malformed content, WBXML, XML, ids, dates; missing device id.
        101..=106 | 108 | 109 => is(InvalidRequest),
        // Invalid MIME.
        107 => is(MessageRejected),
        // 110: the server failed and the device should not retry; 111: it should, later.
        110 => is(TransientBackend).but(Advice::Never),
        111 => is(TransientBackend),
        112 => is(PermissionDenied),
        113 => is(MailboxFull),
        114 => is(TransientBackend).on(Scope::Mailbox),
        115 => is(SendingQuotaExceeded),
        116 | 119 => is(RecipientRejected),
        117 => is(PermissionDenied),
        118 => is(ConflictOrPrecondition),
        120 => is(TransientBackend),
        121 => is(MessageRejected),
        122 => is(MessageTooLarge),
        123 | 125 | 127 | 128 => is(MailboxUnavailable),
        124 => is(Unauthenticated),
        126 | 131 => is(MailboxUnavailable).on(Scope::Account),
        // The device is blocked for this user: the allow/block/quarantine list.
        129 => is(QuarantinedDevice),
        130 => is(PermissionDenied).on(Scope::Account),
        // The server's record of what this device has is lost, corrupt or of another version.
        132 | 134..=136 => is(SyncStateExpired),
        133 => is(ConflictOrPrecondition).but(Advice::Backoff),
        137 | 138 => is(InvalidRequest),
        139..=141 | 145 => is(DomainPolicy),
        // Provision first (142), policy changed (143), policy key wrong (144), device information first (165).
        142..=144 | 165 => is(ConflictOrPrecondition).on(Scope::Account),
        146..=149 | 154..=156 | 160 | 161 | 164 | 166 | 171 => is(InvalidRequest),
        150 | 152 | 173 => is(NotFound),
        151 => is(InvalidRequest),
        153 => is(ConflictOrPrecondition),
        162 | 163 | 169 => is(TransientBackend),
        167 => is(MailboxUnavailable).on(Scope::Account),
        168 | 170 | 172 => is(PermissionDenied),
        174..=176 => is(MessageTooLarge),
        // Too many devices for this user: as many connections as the policy allows.
        177 => is(DomainPolicy).on(Scope::Account),
        _ => return None,
    })
}

/// MS-ASCMD 2.2.3.177, per command.
fn of_command(status: u16, command: &str) -> Option<Ruling> {
    match command.to_ascii_lowercase().as_str() {
        "sync" | "getitemestimate" => sync(status),
        "foldersync" | "foldercreate" | "folderdelete" | "folderupdate" => folders(status),
        "ping" => ping(status),
        "moveitems" => moving(status),
        "itemoperations" | "search" | "find" => reading(status),
        _ => (status == 2).then_some(is(InvalidRequest)).or((status == 3).then_some(is(TransientBackend))),
    }
}

/// 2.2.3.177.17.
fn sync(status: u16) -> Option<Ruling> {
    Some(match status {
        // The sync key is not ours any more: begin at 0.
        3 => is(SyncStateExpired),
        4 | 6 | 13 | 14 | 15 => is(InvalidRequest),
        5 | 16 => is(TransientBackend),
        7 => is(ConflictOrPrecondition),
        8 => is(NotFound),
        9 => is(MailboxFull),
        // The hierarchy changed: FolderSync first.
        12 => is(SyncStateExpired),
        _ => return None,
    })
}

/// 2.2.3.177.3 to 2.2.3.177.6.
fn folders(status: u16) -> Option<Ruling> {
    Some(match status {
        2 => is(ConflictOrPrecondition),
        3 => is(PermissionDenied),
        4 | 5 => is(NotFound),
        6 | 11 | 12 => is(TransientBackend),
        9 => is(SyncStateExpired),
        10 => is(InvalidRequest),
        _ => return None,
    })
}

/// 2.2.3.177.11.
fn ping(status: u16) -> Option<Ruling> {
    Some(match status {
        3..=6 => is(InvalidRequest),
        7 => is(SyncStateExpired),
        8 => is(TransientBackend),
        _ => return None,
    })
}

/// 2.2.3.177.10, where 3 is success.
fn moving(status: u16) -> Option<Ruling> {
    Some(match status {
        2 => is(NotFound),
        4 => is(InvalidRequest),
        5 => is(TransientBackend),
        7 => is(ConflictOrPrecondition).but(Advice::Backoff),
        _ => return None,
    })
}

/// 2.2.3.177.8 and 2.2.3.177.13.
fn reading(status: u16) -> Option<Ruling> {
    Some(match status {
        2 | 4 | 8 | 9 => is(InvalidRequest),
        3 | 7 | 12 => is(TransientBackend),
        5 | 13 | 16 => is(PermissionDenied),
        6 | 10 => is(NotFound),
        11 => is(MessageTooLarge),
        14 => is(MessageRejected),
        15 => is(AttachmentInvalid),
        18 => is(Unauthenticated),
        _ => return None,
    })
}
