//! Folders: Gmail labels, Graph folders and IMAP mailboxes alike.

use serde::{Deserialize, Serialize};

use crate::FolderId;

/// What a folder is for, in the words of RFC 6154 (special-use mailboxes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FolderRole {
    /// Where new mail arrives.
    Inbox,
    /// Copies of what was sent.
    Sent,
    /// Unfinished messages.
    Drafts,
    /// Deleted, not yet gone.
    Trash,
    /// Spam.
    Junk,
    /// Kept out of the inbox.
    Archive,
    /// Marked important (Gmail).
    Important,
    /// Starred or flagged, where that is a folder (Gmail).
    Flagged,
}

impl FolderRole {
    /// The attribute as the contract writes it (`\Inbox`).
    pub fn attribute(self) -> &'static str {
        match self {
            FolderRole::Inbox => "\\Inbox",
            FolderRole::Sent => "\\Sent",
            FolderRole::Drafts => "\\Drafts",
            FolderRole::Trash => "\\Trash",
            FolderRole::Junk => "\\Junk",
            FolderRole::Archive => "\\Archive",
            FolderRole::Important => "\\Important",
            FolderRole::Flagged => "\\Flagged",
        }
    }
}

/// A folder as mirrored. Counts are taken from the mirror when read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    /// The provider's id.
    pub id: FolderId,
    /// Name for people; hierarchy in the name where the provider does it so.
    pub name: String,
    /// Parent, where the provider has a hierarchy.
    pub parent_id: Option<FolderId>,
    /// Made by the provider and not removable.
    pub system: bool,
    /// Its special use, if any.
    pub role: Option<FolderRole>,
    /// `#rrggbb`.
    pub text_color: Option<String>,
    /// `#rrggbb`.
    pub background_color: Option<String>,
}

/// What a caller may set on a folder. `None` leaves the field as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FolderEdit {
    /// New name, 1 to 1024 characters.
    pub name: Option<String>,
    /// New parent, where the provider has a hierarchy.
    pub parent_id: Option<FolderId>,
    /// `#rrggbb`.
    pub text_color: Option<String>,
    /// `#rrggbb`.
    pub background_color: Option<String>,
}
