//! What NO, BAD and BYE mean for a command when nothing else was said (RFC 9051, sections 6 and 7.1).

use model::FaultKind::*;

use crate::ruling::{Ruling, is};

/// The ruling by status and command.
pub(super) fn ruling(status: Option<&str>, command: Option<&str>) -> Option<Ruling> {
    match status? {
        "NO" => Some(refused(command.unwrap_or("").to_ascii_uppercase().trim_start_matches("UID "))),
        // 7.1.3: the server did not understand.
        "BAD" => Some(is(InvalidRequest)),
        // 7.1.5: the server hangs up; a new connection may fare better.
        "BYE" => Some(is(TransientBackend)),
        _ => None,
    }
}

/// The meaning that each command's section gives to NO.
fn refused(command: &str) -> Ruling {
    match command {
        // 6.2.2, 6.2.3: credentials rejected.
        "LOGIN" | "AUTHENTICATE" => is(Unauthenticated),
        // 6.3.2, 6.3.3, 6.3.5, 6.3.6, 6.3.11: no such mailbox, or none that can be used.
        "SELECT" | "EXAMINE" | "STATUS" | "DELETE" | "RENAME" | "SUBSCRIBE" | "UNSUBSCRIBE" => is(NotFound),
        // 6.3.4: no mailbox of that name can be made.
        "CREATE" => is(InvalidRequest),
        // 6.3.12: error in flags, date or message.
        "APPEND" => is(MessageRejected),
        // 6.4: the messages or the arguments are not to the server's liking.
        "STORE" | "COPY" | "MOVE" | "SEARCH" | "SORT" | "THREAD" | "LIST" | "LSUB" | "ENABLE" | "STARTTLS" => {
            is(InvalidRequest)
        }
        // 6.4.5: cannot fetch that data.
        "FETCH" => is(TransientBackend),
        _ => is(Unknown),
    }
}
