//! What Graph sends and takes, as far as it is used (facts 1.2; resource types `message`, `mailFolder`, `user`).

use serde::{Deserialize, Deserializer};

/// What is selected of a message: all that can change of it, and what it is filed by. Never its body.
pub(super) const SELECT: &str = "id,conversationId,parentFolderId,receivedDateTime,isRead,isDraft,flag,categories";

/// `message`, as far as selected. Change listings may leave out what did not change (facts 1.3).
#[derive(Clone, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) conversation_id: Option<String>,
    pub(super) parent_folder_id: Option<String>,
    pub(super) received_date_time: Option<String>,
    pub(super) created_date_time: Option<String>,
    pub(super) is_read: Option<bool>,
    pub(super) is_draft: Option<bool>,
    pub(super) flag: Option<Flag>,
    #[serde(default, deserialize_with = "listed")]
    pub(super) categories: Option<Vec<String>>,
    /// Only when selected.
    #[serde(default)]
    pub(super) internet_message_headers: Option<Vec<Header>>,
    /// Present in change listings for what left the folder.
    #[serde(rename = "@removed")]
    pub(super) removed: Option<Removed>,
}

/// A list that is there: `null` says that it is empty, only one that is left out says nothing.
fn listed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    Option::<Vec<String>>::deserialize(from).map(|list| Some(list.unwrap_or_default()))
}

/// `followupFlag`.
#[derive(Clone, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flag {
    pub(super) flag_status: Option<String>,
}

/// `internetMessageHeader`.
#[derive(Clone, Deserialize, Debug)]
pub(super) struct Header {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

/// Why something is in a change listing though it is not there any more; the reason does not tell moved from deleted.
#[derive(Clone, Deserialize, Debug)]
pub(super) struct Removed {}

/// `mailFolder`.
#[derive(Clone, Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Folder {
    pub(super) id: String,
    pub(super) display_name: Option<String>,
    pub(super) parent_folder_id: Option<String>,
    #[serde(default)]
    pub(super) total_item_count: Option<u64>,
    #[serde(default)]
    pub(super) child_folder_count: Option<u64>,
    #[serde(default)]
    pub(super) is_hidden: Option<bool>,
    #[serde(rename = "@odata.type")]
    pub(super) kind: Option<String>,
    #[serde(rename = "@removed")]
    pub(super) removed: Option<Removed>,
}

impl Folder {
    /// Whether messages lie in it: a search folder only shows what lies elsewhere.
    pub(super) fn holds_messages(&self) -> bool {
        !self.kind.as_deref().is_some_and(|kind| kind.ends_with("mailSearchFolder"))
    }
}

/// A page of anything.
#[derive(Deserialize, Debug)]
pub(super) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(super) value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub(super) delta: Option<String>,
}

/// Anything of which only the id matters.
#[derive(Deserialize, Debug)]
pub(super) struct Id {
    pub(super) id: String,
}

/// `user`, as far as selected.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) mail: Option<String>,
    pub(super) user_principal_name: Option<String>,
    pub(super) display_name: Option<String>,
    #[serde(default)]
    pub(super) proxy_addresses: Option<Vec<String>>,
}

impl User {
    /// The mailbox's address. Guests and personal accounts may have no `mail`.
    pub(super) fn address(&self) -> Option<&str> {
        let given = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('@'));
        [&self.mail, &self.user_principal_name].into_iter().find(|text| given(text)).and_then(|text| text.as_deref())
    }
}
