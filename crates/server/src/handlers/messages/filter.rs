//! Which messages a list shows: every filter of the contract, and ours.

use model::folder::FolderRole;
use model::grant::Grant;
use model::{FolderId, ThreadId};
use store::filter::MessageFilter;

use crate::app::App;
use crate::error::Refusal;
use crate::extract::query::Query;

/// At most this many addresses in `any_email` (contract).
pub const MOST_ADDRESSES: usize = 25;

/// Reads the filters of a messages list.
pub async fn read(app: &App, grant: &Grant, query: &mut Query) -> Result<MessageFilter, Refusal> {
    let mut filter = MessageFilter {
        subject: query.text("subject"),
        any_email: query.addresses("any_email", MOST_ADDRESSES),
        from: query.address("from"),
        to: query.address("to"),
        cc: query.address("cc"),
        bcc: query.address("bcc"),
        folder: query.text("in").map(FolderId),
        thread_id: query.text("thread_id").map(ThreadId),
        unread: query.flag("unread"),
        starred: query.flag("starred"),
        has_attachment: query.flag("has_attachment"),
        before: query.instant("received_before"),
        after: query.instant("received_after"),
        metadata: metadata_pair(query),
        search: query.text("search_query"),
        drafts: Some(false),
        ids: None,
    };
    query.check()?;
    if folder(app, grant, filter.folder.as_ref()).await? == Some(FolderRole::Drafts) {
        filter.drafts = None;
    }
    Ok(filter)
}

/// What the folder named by `in` is for. A keyword that is no folder's id is refused, as the contract does.
pub async fn folder(app: &App, grant: &Grant, id: Option<&FolderId>) -> Result<Option<FolderRole>, Refusal> {
    let Some(FolderId(id)) = id else { return Ok(None) };
    app.folder_role(grant.id, id).await?.ok_or_else(|| {
        Refusal::invalid("in", format!("in: no folder has the id '{id}'; use an id from GET /folders, not a name"))
    })
}

/// `metadata_pair=key1:value`; only `key1` to `key5` are indexed (contract facts, section 0.5).
pub fn metadata_pair(query: &mut Query) -> Option<(String, String)> {
    let text = query.text("metadata_pair")?;
    let indexed = |key: &str| matches!(key, "key1" | "key2" | "key3" | "key4" | "key5");
    match text.split_once(':') {
        // The Node SDK joins several pairs by commas; the contract filters by one.
        Some((_, value)) if value.split(',').skip(1).any(|more| more.split(':').next().is_some_and(indexed)) => {
            query.refuse("metadata_pair", "metadata_pair takes one pair, as in key1:value".to_owned())
        }
        Some((key, value)) if indexed(key) => Some((key.to_owned(), value.to_owned())),
        _ => {
            let message = format!("metadata_pair must be key1:value up to key5:value, not '{text}'");
            query.refuse("metadata_pair", message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metadata_pair_names_an_indexed_key() {
        let pair = |raw: &str| {
            let mut query = Query::parse(raw);
            (metadata_pair(&mut query), query.check().is_ok())
        };
        assert_eq!(pair("metadata_pair=key1:a:b,c"), (Some(("key1".into(), "a:b,c".into())), true));
        assert_eq!(pair("metadata_pair=key6:a"), (None, false));
        assert_eq!(pair("metadata_pair=key1"), (None, false));
        assert_eq!(pair("metadata_pair=key1:a,key2:b"), (None, false));
    }
}
