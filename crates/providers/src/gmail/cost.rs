//! What each call costs, in both of Gmail's price lists (facts 1.1), and what kind of call it is.
//!
//! A price is per method: format, page size and the size of the result change nothing. Calls that fail cost the same.
//! [`Regime::Previous`] is the list of projects that used the API before May 2026, [`Regime::Current`] that of all others.

use model::quota::{Cost, Regime};

use super::fault::Call;

macro_rules! operations {
    ($($item:ident = $name:literal, $call:ident, $previous:literal, $current:literal;)+) => {
        /// The methods that are called, by Gmail's names.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub(crate) enum Operation {
            $(
                #[doc = concat!("`", $name, "`")]
                $item,
            )+
        }

        impl Operation {
            #[cfg(test)]
            pub(crate) const ALL: &'static [Operation] = &[$(Operation::$item),+];

            /// Gmail's name, without `users.` in front.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Operation::$item => $name),+ }
            }

            /// What a failure of it means.
            pub(crate) const fn call(self) -> Call {
                match self { $(Operation::$item => Call::$call),+ }
            }

            /// The price of one call.
            pub(crate) const fn units(self, regime: Regime) -> u32 {
                match (self, regime) {
                    $(
                        (Operation::$item, Regime::Previous) => $previous,
                        (Operation::$item, Regime::Current) => $current,
                    )+
                }
            }
        }
    };
}

// Name, kind, price before May 2026, price since.
operations! {
    GetProfile = "getProfile", Read, 1, 1;
    HistoryList = "history.list", History, 2, 2;
    LabelsList = "labels.list", Read, 1, 1;
    LabelsGet = "labels.get", Read, 1, 1;
    LabelsCreate = "labels.create", Write, 5, 5;
    // Not in the published list; taken to cost what `labels.update` costs.
    LabelsPatch = "labels.patch", Write, 5, 5;
    LabelsDelete = "labels.delete", Write, 5, 5;
    MessagesList = "messages.list", Read, 5, 5;
    MessagesGet = "messages.get", Read, 5, 20;
    MessagesModify = "messages.modify", Write, 5, 5;
    MessagesBatchModify = "messages.batchModify", Write, 50, 50;
    MessagesDelete = "messages.delete", Write, 10, 10;
    MessagesSend = "messages.send", Send, 100, 100;
    ThreadsList = "threads.list", Read, 10, 10;
    ThreadsGet = "threads.get", Read, 10, 40;
    ThreadsModify = "threads.modify", Write, 10, 10;
    DraftsList = "drafts.list", Read, 5, 5;
    DraftsGet = "drafts.get", Read, 5, 20;
    DraftsCreate = "drafts.create", Write, 10, 10;
    DraftsUpdate = "drafts.update", Write, 15, 15;
    DraftsDelete = "drafts.delete", Write, 10, 10;
    DraftsSend = "drafts.send", Send, 100, 100;
    SendAsList = "settings.sendAs.list", Read, 1, 1;
    Watch = "watch", Write, 100, 100;
    Stop = "stop", Write, 50, 50;
}

/// A call with what it costs beyond its units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errand {
    pub(crate) operation: Operation,
    /// Whom a send goes to; nobody for everything else.
    pub(crate) recipients: u32,
}

impl Errand {
    /// A call that makes mail leave, to so many recipients.
    pub(crate) fn sending(operation: Operation, recipients: u32) -> Self {
        Self { operation, recipients }
    }

    /// What one call costs.
    pub(crate) fn cost(self, regime: Regime, bytes_up: u64) -> Cost {
        let sends = self.operation.call() == Call::Send;
        Cost {
            units: self.operation.units(regime),
            requests: 1,
            bytes_up,
            bytes_down: 0,
            messages: u32::from(sends),
            recipients: if sends { self.recipients.max(1) } else { 0 },
        }
    }
}

impl From<Operation> for Errand {
    fn from(operation: Operation) -> Self {
        Self { operation, recipients: 0 }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The list as published, every method of it.
    fn published() -> Value {
        serde_json::from_str(include_str!("quota_units.json")).unwrap()
    }

    #[test]
    fn prices_are_as_published() {
        let published = published();
        for &operation in Operation::ALL {
            let row = &published["units"][operation.name()];
            let own = [operation.units(Regime::Previous), operation.units(Regime::Current)];
            if row.is_null() {
                let unpublished = published["unpublished"].as_array().unwrap();
                assert!(unpublished.iter().any(|name| name == operation.name()), "{}", operation.name());
                continue;
            }
            assert_eq!(
                [row["legacy"].as_u64(), row["current"].as_u64()],
                own.map(|u| Some(u.into())),
                "{}",
                operation.name()
            );
        }
    }

    #[test]
    fn only_sends_count_messages_and_recipients() {
        let sent = Errand::sending(Operation::MessagesSend, 3).cost(Regime::Current, 7);
        assert_eq!((sent.units, sent.requests, sent.messages, sent.recipients, sent.bytes_up), (100, 1, 1, 3, 7));
        assert_eq!(Errand::sending(Operation::DraftsSend, 0).cost(Regime::Current, 0).recipients, 1);
        let read = Errand::from(Operation::MessagesGet).cost(Regime::Previous, 0);
        assert_eq!((read.units, read.messages, read.recipients), (5, 0, 0));
    }
}
