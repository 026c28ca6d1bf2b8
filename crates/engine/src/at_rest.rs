//! Failures of the store as the engine's callers see them.

use model::{Fault, FaultKind};

/// Turns results of the store into the engine's.
pub(crate) trait AtRest<T> {
    /// The value, or the [`Fault`] the failure amounts to. What broke inside goes to the log only.
    fn at_rest(self) -> crate::Result<T>;
}

impl<T> AtRest<T> for store::Result<T> {
    fn at_rest(self) -> crate::Result<T> {
        self.map_err(fault)
    }
}

fn fault(error: store::Error) -> Fault {
    match error {
        store::Error::NotFound(what) => Fault::not_found(format!("There is no such {what}.")),
        store::Error::Exists(what) => {
            Fault::new(FaultKind::ConflictOrPrecondition, format!("This {what} exists already."))
        }
        other => Fault::internal(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_broke_inside_is_not_told() {
        let fault = fault(store::Error::Database("disk I/O error".into()));
        assert_eq!(fault.kind, FaultKind::Internal);
        assert!(!fault.message.contains("disk"));
        assert_eq!(fault.raw.as_deref(), Some("the database failed: disk I/O error"));
    }

    #[test]
    fn absence_and_presence_are_told() {
        assert_eq!(fault(store::Error::NotFound("grant")).kind, FaultKind::NotFound);
        assert_eq!(fault(store::Error::Exists("connector")).kind, FaultKind::ConflictOrPrecondition);
    }
}
