//! Answers for many things asked for together, one entry each.

use model::{Fault, FaultKind};

/// When every entry failed for a reason that concerns the mailbox, nothing was fetched and that is the answer.
pub(crate) fn settle<T>(entries: Vec<Result<T, Fault>>) -> Result<Vec<Result<T, Fault>>, Fault> {
    let common = entries.iter().all(|e| e.as_ref().is_err_and(|f| concerns_more_than_one(f.kind)));
    match entries.first() {
        Some(Err(fault)) if common => Err(fault.clone()),
        _ => Ok(entries),
    }
}

/// Whether a failure would have met any other message just as well.
pub(crate) fn concerns_more_than_one(kind: FaultKind) -> bool {
    !matches!(
        kind,
        FaultKind::NotFound
            | FaultKind::InvalidRequest
            | FaultKind::PermissionDenied
            | FaultKind::ConflictOrPrecondition
            | FaultKind::MessageTooLarge
            | FaultKind::TransientBackend
            | FaultKind::Unknown
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_whole_mailbox_is_the_answer_only_when_nothing_came() {
        let throttled = || Err(Fault::new(FaultKind::RateLimitedUser, "x"));
        let gone = || Err(Fault::not_found("x"));
        assert!(settle::<()>(vec![throttled(), throttled()]).is_err());
        assert!(settle(vec![throttled(), Ok(())]).is_ok());
        assert!(settle::<()>(vec![gone(), gone()]).is_ok());
        assert!(settle::<()>(vec![]).is_ok());
    }
}
