//! From Graph's messages to placements.

use std::collections::BTreeSet;

use model::message::Placement;
use model::{FolderId, MessageId, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};

use super::wire::Message;
use crate::Glimpse;

/// The folders whose messages lists leave out: the two bins and what lies in them. The bins' ids say nothing, so they are asked for by name.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub(super) struct Bins {
    /// `deleteditems`.
    #[serde(rename = "t")]
    pub(super) trash: Option<FolderId>,
    /// `junkemail`.
    #[serde(rename = "j")]
    pub(super) junk: Option<FolderId>,
    /// The folders that lie in them, at any depth.
    #[serde(rename = "d", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) below: BTreeSet<FolderId>,
}

impl Bins {
    /// Whether messages in a folder are left out of lists.
    pub(super) fn hide(&self, folder: &FolderId) -> bool {
        [&self.trash, &self.junk].into_iter().flatten().any(|bin| bin == folder) || self.below.contains(folder)
    }
}

/// Where a message lies; `None` when the answer leaves out what is needed to say so.
pub(super) fn of(message: &Message, bins: &Bins) -> Option<Placement> {
    let folder = FolderId(message.parent_folder_id.clone()?);
    Some(Placement {
        unread: !message.is_read?,
        starred: message.flag.as_ref()?.flag_status.as_deref() == Some("flagged"),
        draft: message.is_draft?,
        hidden: bins.hide(&folder),
        folders: vec![folder],
        categories: Some(message.categories.clone()?),
    })
}

/// What an answer shows of a message; `None` when it leaves out what is needed.
pub(super) fn glimpse(message: &Message, bins: &Bins) -> Option<(MessageId, Glimpse)> {
    let glimpse = Glimpse {
        thread_id: ThreadId(message.conversation_id.clone()?),
        placement: of(message, bins)?,
        received_at: instant(message.received_date_time.as_ref()?)?,
    };
    Some((MessageId(message.id.clone()), glimpse))
}

/// `DateTimeOffset` as Graph writes it: RFC 3339 in UTC.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> Message {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_message_lies_in_one_folder_and_bins_hide() {
        let bins = Bins { trash: Some("T".into()), junk: Some("J".into()), below: ["D".into()].into() };
        assert!(bins.hide(&"D".into()) && bins.hide(&"T".into()) && !bins.hide(&"I".into()));
        let whole = r#"{"id":"m","conversationId":"c","parentFolderId":"J","receivedDateTime":"2026-11-01T12:00:00Z",
            "isRead":false,"isDraft":false,"flag":{"flagStatus":"flagged"},"categories":["Red"]}"#;
        let (id, glimpse) = glimpse(&message(whole), &bins).unwrap();
        assert_eq!(
            (id.as_str(), glimpse.thread_id.as_str(), glimpse.received_at.as_second()),
            ("m", "c", 1_793_534_400)
        );
        let Placement { folders, unread, starred, draft, hidden, categories } = glimpse.placement;
        assert_eq!((folders, unread, starred, draft, hidden), (vec!["J".into()], true, true, false, true));
        assert_eq!(categories, Some(vec!["Red".to_owned()]));
    }

    #[test]
    fn what_an_answer_leaves_out_is_not_guessed() {
        let part = message(r#"{"id":"m","parentFolderId":"I","isRead":true}"#);
        assert_eq!(of(&part, &Bins::default()), None);
        let all_but_categories = r#"{"id":"m","parentFolderId":"I","isRead":true,"isDraft":false,"flag":{}}"#;
        assert_eq!(of(&message(all_but_categories), &Bins::default()), None);
        let none = all_but_categories.replace("}}", r#"},"categories":null}"#);
        assert_eq!(of(&message(&none), &Bins::default()).unwrap().categories, Some(Vec::new()));
    }
}
