//! One message of an Exchange mailbox.

use std::sync::Arc;

use serde_json::Value;

use crate::world::Id;
use crate::world::message::Content;

/// A message in exactly one folder.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// What its immutable id says.
    pub(crate) key: u64,
    /// What its ordinary id says; another one after every move.
    pub(crate) place: u64,
    pub(crate) folder: u64,
    pub(crate) content: Arc<Content>,
    pub(crate) conversation: Id,
    pub(crate) marks: Marks,
    /// Milliseconds since the epoch.
    pub(crate) received_ms: i64,
    pub(crate) sent_ms: i64,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    /// The mailbox's change number when anything of it last changed.
    pub(crate) change: u64,
    /// The change number when it came into its folder.
    pub(crate) entered: u64,
    /// The change number when anything but `isRead` last changed.
    pub(crate) solid_change: u64,
}

/// What is known of a message beside its text.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Marks {
    pub(crate) is_draft: bool,
    pub(crate) is_read: bool,
    pub(crate) importance: Importance,
    pub(crate) categories: Vec<String>,
    /// `followupFlag` as it goes on the wire.
    pub(crate) flag: Value,
    /// `focused` or `other`.
    pub(crate) inference: String,
    /// `singleValueExtendedProperties`: id and value.
    pub(crate) extended: Vec<(String, String)>,
}

/// How much a message matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Importance {
    Low,
    #[default]
    Normal,
    High,
}

impl Importance {
    /// As Graph writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Low, Self::Normal, Self::High].into_iter().find(|this| this.name().eq_ignore_ascii_case(name))
    }
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            is_draft: false,
            is_read: false,
            importance: Importance::Normal,
            categories: Vec::new(),
            flag: serde_json::json!({"flagStatus": "notFlagged"}),
            inference: "focused".to_owned(),
            extended: Vec::new(),
        }
    }
}

impl Marks {
    /// Those of a message that arrives: its header says how much it matters.
    pub(crate) fn arriving(content: &Content) -> Self {
        let importance = content.header("importance").and_then(|value| Importance::named(value.trim()));
        let by_priority = || match content.header("x-priority")?.trim().chars().next()? {
            '1' | '2' => Some(Importance::High),
            '4' | '5' => Some(Importance::Low),
            _ => None,
        };
        Self { importance: importance.or_else(by_priority).unwrap_or_default(), ..Self::default() }
    }

    /// `flagged`, `complete` or `notFlagged`.
    pub(crate) fn flag_status(&self) -> &str {
        self.flag["flagStatus"].as_str().unwrap_or("notFlagged")
    }
}

impl Item {
    /// The Message-ID in its brackets.
    pub(crate) fn internet_message_id(&self) -> String {
        self.content.header("message-id").map(|id| id.trim().to_owned()).unwrap_or_default()
    }

    pub(crate) fn subject(&self) -> &str {
        self.content.header("subject").unwrap_or_default()
    }
}
