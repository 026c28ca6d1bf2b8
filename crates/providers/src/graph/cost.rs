//! The requests that are made, by their methods. Graph has no price list: each counts as one request, and sends count
//! messages and recipients besides (facts 2.1, 2.3).

use model::quota::Cost;

macro_rules! operations {
    ($($item:ident = $name:literal;)+) => {
        /// The methods that are called, by the resource and what is done to it.
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

            /// The name in metrics and logs, and what the classifier knows the operation by.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Operation::$item => $name),+ }
            }
        }
    };
}

operations! {
    Me = "me.get";
    FoldersGet = "mailFolders.get";
    FoldersCreate = "mailFolders.create";
    FoldersUpdate = "mailFolders.update";
    FoldersMove = "mailFolders.move";
    FoldersDelete = "mailFolders.delete";
    FoldersDelta = "mailFolders.delta";
    MessagesList = "messages.list";
    MessagesGet = "messages.get";
    MessagesValue = "messages.value";
    MessagesDelta = "messages.delta";
    MessagesUpdate = "messages.update";
    MessagesMove = "messages.move";
    MessagesCopy = "messages.copy";
    MessagesDelete = "messages.permanentDelete";
    MessagesCreate = "messages.create";
    MessagesSend = "messages.send";
    SendMail = "sendMail";
    AttachmentsList = "attachments.list";
    AttachmentsCreate = "attachments.create";
    AttachmentsDelete = "attachments.delete";
    UploadOpen = "attachments.createUploadSession";
    UploadPut = "attachments.upload";
    SubscriptionsCreate = "subscriptions.create";
    SubscriptionsUpdate = "subscriptions.update";
    SubscriptionsDelete = "subscriptions.delete";
}

/// A call with what it costs beyond the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errand {
    pub(crate) operation: Operation,
    /// Whom a send goes to; nobody for everything else.
    recipients: u32,
}

impl Errand {
    /// A call that makes mail leave, to so many recipients.
    pub(crate) fn sending(operation: Operation, recipients: u32) -> Self {
        Self { operation, recipients: recipients.max(1) }
    }

    /// What one call costs.
    pub(crate) fn cost(self, bytes_up: u64) -> Cost {
        let messages = u32::from(self.recipients > 0);
        Cost { bytes_up, messages, recipients: self.recipients, ..Cost::units(0) }
    }
}

impl From<Operation> for Errand {
    fn from(operation: Operation) -> Self {
        Self { operation, recipients: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation;

    #[test]
    fn the_classifier_knows_sends_and_changes_by_name() {
        for operation in Operation::ALL {
            let (name, sends) = (operation.name(), matches!(operation, Operation::MessagesSend | Operation::SendMail));
            assert_eq!(operation::sends(Some(name)), sends, "{name}");
            let follows = matches!(operation, Operation::MessagesDelta | Operation::FoldersDelta);
            assert_eq!(name.contains("delta"), follows, "{name}");
        }
    }

    #[test]
    fn only_sends_count_messages_and_recipients() {
        let sent = Errand::sending(Operation::MessagesSend, 3).cost(7);
        assert_eq!((sent.requests, sent.messages, sent.recipients, sent.bytes_up, sent.units), (1, 1, 3, 7, 0));
        let read = Errand::from(Operation::MessagesGet).cost(0);
        assert_eq!((read.requests, read.messages, read.recipients), (1, 0, 0));
    }
}
