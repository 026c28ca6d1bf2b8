//! The sync cursor: a place in the changes of the folder tree and one in the changes of every folder, in one opaque value.
//!
//! Graph tells of changes folder by folder, and keeps only the last few generations of each place (facts 1.3): a cursor is
//! good while it is the newest that was used.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use model::sync::SyncCursor;
use model::{Fault, FaultKind, FolderId, MessageId, Provider};
use serde::{Deserialize, Serialize};

use super::placement::Bins;
use super::round::Round;
use super::wire;

/// What this version writes. The links within go on telling what was selected when they were begun: another selection is
/// another version, and a mailbox that was followed with the one before is compared once.
const VERSION: u8 = 2;

/// Places in the changes of a whole mailbox. Links are kept without their host and version.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    #[serde(rename = "v")]
    version: u8,
    /// In the changes of the tree.
    #[serde(rename = "t")]
    pub(super) tree: String,
    /// In the changes of each folder's messages.
    #[serde(rename = "f")]
    pub(super) folders: BTreeMap<FolderId, Followed>,
    #[serde(rename = "b")]
    pub(super) bins: Bins,
    /// Messages whose place was asked for and could not be told: asked for once more at the end of the next round.
    #[serde(rename = "o", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) owed: BTreeSet<MessageId>,
    /// A round through them that is not at its end, so that what interrupts it costs nothing that was learned.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub(super) round: Option<Round>,
}

/// A folder whose messages are followed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Followed {
    #[serde(rename = "l")]
    pub(super) link: String,
    /// Where its part of the round began, once it has gone on from there: links between two pages die sooner (facts 1.3).
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<String>,
    /// Its name and parent, as a number: the tree's changes also tell of folders in which only the counts changed.
    #[serde(rename = "k")]
    pub(super) looks: u64,
}

impl Followed {
    /// At a place from which changes are followed.
    pub(super) fn at(link: String, looks: u64) -> Self {
        Self { link, origin: None, looks }
    }

    /// Went on to the next page of a round.
    pub(super) fn go_on(&mut self, link: String) {
        let from = std::mem::replace(&mut self.link, link);
        self.origin.get_or_insert(from);
    }

    /// Came to the end of a round.
    pub(super) fn arrive(&mut self, link: String) {
        (self.link, self.origin) = (link, None);
    }

    /// Back to where its part of the round began; whether it had gone on from there.
    pub(super) fn go_back(&mut self) -> bool {
        let origin = self.origin.take();
        origin.map(|origin| self.link = origin).is_some()
    }
}

impl Cursor {
    pub(super) fn new(tree: String, folders: BTreeMap<FolderId, Followed>, bins: Bins) -> Self {
        Self { version: VERSION, tree, folders, bins, owed: BTreeSet::new(), round: None }
    }

    /// Reads a stored cursor. One that was written otherwise is as good as lost.
    pub(super) fn read(cursor: &SyncCursor) -> Result<Self, Fault> {
        let read = serde_json::from_str::<Self>(&cursor.0).ok().filter(|cursor| cursor.version == VERSION);
        read.ok_or_else(|| lost("The sync cursor is of another version or damaged."))
    }

    pub(super) fn written(&self) -> Result<SyncCursor, Fault> {
        serde_json::to_string(self).map(SyncCursor).map_err(|e| Fault::internal(e.to_string()))
    }
}

/// Our place in the changes is gone: the mailbox has to be compared.
pub(super) fn lost(message: &str) -> Fault {
    Fault { provider: Some(Provider::Microsoft), ..Fault::new(FaultKind::SyncStateExpired, message) }
}

/// What a folder looks like, as a number.
pub(super) fn looks(folder: &wire::Folder) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&folder.display_name, &folder.parent_folder_id).hash(&mut hasher);
    hasher.finish()
}

/// Where the changes of a folder's messages begin: with everything that is in it.
pub(super) fn beginning(folder: &FolderId) -> Result<String, Fault> {
    let id = super::http::segment(folder.as_str())?;
    Ok(format!("/me/mailFolders/{id}/messages/delta?$select={}", wire::SELECT))
}

/// How many entries a page of changes may bring.
pub(super) const PAGE: &str = "odata.maxpagesize=1000";

#[cfg(test)]
mod tests {
    use model::Verdict;

    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_anything_else_is_lost() {
        let followed = Followed::at("/me/x?$deltatoken=a".into(), u64::MAX);
        let cursor = Cursor::new("/t".into(), [("f".into(), followed)].into(), Bins::default());
        assert_eq!(Cursor::read(&cursor.written().unwrap()).unwrap(), cursor);
        let bare = r#"{"v":2,"t":"/t","f":{"f":{"l":"/l","k":7}},"b":{"trash":null,"junk":null}}"#;
        assert_eq!(Cursor::read(&SyncCursor(bare.into())).map(|cursor| cursor.round), Ok(None), "between two rounds");
        for other in ["", "12345", "{}", r#"{"v":1,"t":"","f":{},"b":{}}"#, r#"{"v":9,"t":"","f":{},"b":{}}"#] {
            assert_eq!(Cursor::read(&SyncCursor(other.into())).unwrap_err().verdict, Verdict::Resync, "{other}");
        }
    }
}
