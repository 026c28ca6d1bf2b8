//! Answers for many things asked for together, one entry each.

use model::Fault;

/// When every entry failed for a reason that concerns the mailbox, nothing was fetched and that is the answer.
pub(crate) fn settle<T>(entries: Vec<Result<T, Fault>>) -> Result<Vec<Result<T, Fault>>, Fault> {
    let common = entries.iter().all(|e| e.as_ref().is_err_and(|f| f.kind.meets_others()));
    match entries.first() {
        Some(Err(fault)) if common => Err(fault.clone()),
        _ => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use model::FaultKind;

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

    #[test]
    fn what_is_wrong_with_one_thing_is_its_own_entry_even_where_it_was_asked_for_alone() {
        use FaultKind::*;
        for kind in [MessageRejected, AttachmentInvalid, RecipientRejected, MessageTooLarge, GatewayTimeout] {
            assert!(settle::<()>(vec![Err(Fault::new(kind, "x"))]).is_ok(), "{kind:?}");
        }
        for kind in [Network, Unauthenticated, InsufficientScope, MailboxUnavailable, ApiDisabled, DomainPolicy] {
            assert!(settle::<()>(vec![Err(Fault::new(kind, "x"))]).is_err(), "{kind:?}");
        }
    }
}
