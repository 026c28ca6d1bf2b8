//! Exchange response codes that no table lists, by the words their names are built from.
//!
//! The EWS reference names about 470 codes and grows with each version. The names are built by rule
//! (`Error` + what + what is wrong), so the last words decide; this is weaker than a table and therefore asked after it.

use model::FaultKind::*;

use crate::ruling::{Ruling, is};

/// Ends, or anywhere words (in lower case), in the order in which they are asked.
const WORDS: &[(&str, Ruling)] = &[
    ("quarantin", is(QuarantinedDevice)),
    ("throttl", is(AccountThrottled)),
    ("serverbusy", is(AccountThrottled)),
    ("toomanyrequests", is(AccountThrottled)),
    ("concurren", is(ConcurrencyLimited)),
    ("syncstate", is(SyncStateExpired)),
    ("resync", is(SyncStateExpired)),
    ("timeout", is(GatewayTimeout)),
    ("timedout", is(GatewayTimeout)),
    ("transient", is(TransientBackend)),
    ("temporar", is(TransientBackend)),
    ("unavailable", is(TransientBackend)),
    ("proxy", is(TransientBackend)),
    ("accessdenied", is(PermissionDenied)),
    ("unauthorized", is(PermissionDenied)),
    ("forbidden", is(PermissionDenied)),
    ("notauthorized", is(PermissionDenied)),
    ("alreadyexist", is(ConflictOrPrecondition)),
    ("conflict", is(ConflictOrPrecondition)),
    ("notfound", is(NotFound)),
    ("attachment", is(AttachmentInvalid)),
    ("sizeexceeded", is(MessageTooLarge)),
    ("sizelimit", is(MessageTooLarge)),
    ("toolarge", is(MessageTooLarge)),
    ("quotaexceeded", is(MailboxFull)),
    ("mimecontent", is(MessageRejected)),
    ("recipient", is(RecipientRejected)),
    ("invalid", is(InvalidRequest)),
    ("unsupported", is(InvalidRequest)),
    ("notsupported", is(InvalidRequest)),
    ("notallowed", is(InvalidRequest)),
    ("malformed", is(InvalidRequest)),
    ("missing", is(InvalidRequest)),
    ("required", is(InvalidRequest)),
    ("cannot", is(InvalidRequest)),
    ("toolong", is(InvalidRequest)),
    ("toocomplex", is(InvalidRequest)),
    ("validation", is(InvalidRequest)),
    ("duplicate", is(ConflictOrPrecondition)),
    ("exists", is(ConflictOrPrecondition)),
    ("exceeded", is(InvalidRequest)),
    ("permanent", is(InvalidRequest)),
];

/// What the name of an unlisted code suggests. `None` for names without any of the words.
pub(crate) fn by_name(code: &str) -> Option<Ruling> {
    let low = code.to_ascii_lowercase();
    let asked_wrongly = ["errorinvalid", "errorcalendar", "errorrecurrence", "errorrecurring"];
    if asked_wrongly.iter().any(|start| low.starts_with(start)) && !low.ends_with("notfound") {
        return Some(is(InvalidRequest));
    }
    WORDS.iter().find(|(word, _)| low.contains(word)).map(|(_, ruling)| *ruling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        assert_eq!(by_name("ErrorInvalidSmtpAddress").unwrap().kind, InvalidRequest);
        assert_eq!(by_name("ErrorSharingFolderNotFound").unwrap().kind, NotFound);
        assert_eq!(by_name("ErrorSomethingNew"), None);
    }
}
