//! The outbox: what is to be sent, and how far each has come.

use crate::fault::KeptFault;
use crate::{ApplicationId, DraftId, GrantId, MessageId, SubmissionId, ThreadId, Timestamp};

/// The header that marks what a submission saved or sent, so that it is recognised at the provider after an answer was
/// lost. (A Message-ID is no such mark: Gmail writes its own.)
pub const MARKER: &str = "X-Postroad-Submission";

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name {
            $($(#[$doc])* $variant),+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The public name.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// Reads a public name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// How far a submission has come.
    SubmissionState {
        /// Waits for its `send_at`.
        Scheduled = "scheduled",
        /// Waits for something else; [`Wait`] tells for what.
        Held = "held",
        /// An attempt is under way.
        Sending = "sending",
        /// An attempt may have gone out; it is being looked up.
        Uncertain = "uncertain",
        /// Sent.
        Done = "done",
        /// Not sent, and will not be.
        Failed = "failed",
        /// Not sent because the caller took it back, or was told that it would not be.
        Cancelled = "cancelled",
        /// Given up by an operator while its outcome was unknown.
        Discarded = "discarded",
    }
}

impl SubmissionState {
    /// Whether it may still change by itself.
    pub fn is_open(self) -> bool {
        use SubmissionState::*;
        matches!(self, Scheduled | Held | Sending | Uncertain)
    }
}

words! {
    /// What an open submission waits for.
    Wait {
        /// Its time.
        SendAt = "send_at",
        /// Earlier ones of its lane or mailbox.
        Turn = "turn",
        /// Room under the mailbox's own sending limits.
        Cap = "cap",
        /// The end of the provider's throttle.
        Throttle = "throttle",
        /// A pause after a failure that passes.
        Backoff = "backoff",
        /// The person to authenticate again.
        Reauth = "reauth",
        /// The provider's listing to show what went out.
        Look = "look",
        /// An operator's decision: looking did not settle it.
        Operator = "operator",
    }
}

/// One thing to send.
#[derive(Clone, PartialEq, Debug)]
pub struct Submission {
    /// Its id, which is also its mark at the provider and the caller's `schedule_id`.
    pub id: SubmissionId,
    /// Whose application.
    pub application_id: ApplicationId,
    /// From which mailbox.
    pub grant_id: GrantId,
    /// Order of acceptance, over all mailboxes. Given by the store.
    pub number: i64,
    /// What leaves in order: the thread, or the submission alone.
    pub lane: String,
    /// How far it has come.
    pub state: SubmissionState,
    /// What it waits for, while it waits.
    pub why: Option<Wait>,
    /// When something is to be done about it next; for `Sending`, when the attempt's lease ends. `None`: nothing, until
    /// another submission makes way.
    pub next_at: Option<Timestamp>,
    /// When the caller wants it sent, if not at once.
    pub send_at: Option<Timestamp>,
    /// Its draft is the person's to see until it is sent.
    pub use_draft: bool,
    /// It is a draft that was there before.
    pub own_draft: bool,
    /// The draft at the provider, once known.
    pub draft_id: Option<DraftId>,
    /// The draft's message.
    pub draft_message_id: Option<MessageId>,
    /// The thread it goes into, when it answers a message.
    pub thread_id: Option<ThreadId>,
    /// Attempts begun.
    pub attempts: u32,
    /// Looks taken since the last attempt.
    pub looks: u32,
    /// When the last attempt began: what it sent cannot be older.
    pub attempted_at: Option<Timestamp>,
    /// Recipients, counted for the sending limits.
    pub recipients: u32,
    /// Its end is told to webhooks, because the caller did not wait for it.
    pub announced: bool,
    /// A save may have left a second draft behind.
    pub litter: bool,
    /// The sent message.
    pub message_id: Option<MessageId>,
    /// What went wrong last.
    pub fault: Option<KeptFault>,
    /// The request as answers and events repeat it.
    pub echo: serde_json::Value,
    /// The sent message as the caller is answered, once it is sent.
    pub answer: Option<serde_json::Value>,
    /// The caller's own key-value pairs, for the sent message.
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it came to its end.
    pub closed_at: Option<Timestamp>,
}

/// What one mailbox may send; `None` is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SendCaps {
    /// Messages in any 60 seconds.
    pub messages_per_minute: Option<u32>,
    /// Messages in any 24 hours.
    pub messages_per_day: Option<u32>,
    /// Recipients in any 24 hours.
    pub recipients_per_day: Option<u32>,
}
