//! Folders on the wire.

use model::GrantId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A folder: Gmail label, Graph folder or IMAP mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Folder {
    /// The provider's id.
    pub id: String,
    /// Always `folder`.
    pub object: String,
    /// The grant.
    pub grant_id: String,
    /// Name for people.
    pub name: String,
    /// Parent folder, where the provider has a hierarchy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Folders directly below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_count: Option<u64>,
    /// Messages in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
    /// Unread messages in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_count: Option<u64>,
    /// Made by the provider.
    pub system_folder: bool,
    /// `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
    /// `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_color: Option<String>,
    /// Special uses (RFC 6154).
    pub attributes: Vec<String>,
}

impl Folder {
    /// The wire form of a folder without counts.
    pub fn render(grant: GrantId, folder: &model::folder::Folder) -> Self {
        Self {
            id: folder.id.0.clone(),
            object: "folder".to_owned(),
            grant_id: grant.to_string(),
            name: folder.name.clone(),
            parent_id: folder.parent_id.as_ref().map(|p| p.0.clone()),
            child_count: None,
            total_count: None,
            unread_count: None,
            system_folder: folder.system,
            background_color: folder.background_color.clone(),
            text_color: folder.text_color.clone(),
            attributes: folder.role.iter().map(|r| r.attribute().to_owned()).collect(),
        }
    }
}

/// A folder to make, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct FolderWrite {
    /// 1 to 1024 characters. Required when making one.
    pub name: Option<String>,
    /// Parent folder, where the provider has a hierarchy.
    pub parent_id: Option<String>,
    /// `#rrggbb` (Google).
    pub text_color: Option<String>,
    /// `#rrggbb` (Google).
    pub background_color: Option<String>,
}
