//! Drafts. A draft keeps its id; its message gets a new one with every change (facts 3.1).

use bytes::Bytes;
use model::{DraftId, Fault, MessageId, ThreadId};
use reqwest::Method;
use serde_json::json;

use super::cost::{Errand, Operation};
use super::http::{Http, segment};
use super::upload::{self, Shape};
use super::{send, wire};
use crate::Receipt;

/// Pages read at most: 500 drafts each.
const MAX_PAGES: usize = 200;

/// All drafts.
pub(super) async fn list(http: &Http) -> Result<Vec<(DraftId, MessageId)>, Fault> {
    let mut all = Vec::new();
    let mut page: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let mut query = vec![("maxResults", "500"), ("fields", "drafts(id,message/id),nextPageToken")];
        if let Some(page) = &page {
            query.push(("pageToken", page));
        }
        let list: wire::DraftList =
            http.json(http.request(Method::GET, "/drafts").query(&query), Operation::DraftsList).await?;
        all.extend(list.drafts.into_iter().map(|d| (DraftId(d.id), MessageId(d.message.id))));
        page = list.next_page_token;
        if page.is_none() {
            break;
        }
    }
    Ok(all)
}

/// Saves a new draft.
pub(super) async fn create(http: &Http, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt, Fault> {
    let request = upload::request(http, Method::POST, "/drafts", Shape::Draft, &raw, thread)?;
    Ok(receipt(http.json(request, Operation::DraftsCreate).await?))
}

/// Replaces a draft's content.
pub(super) async fn update(http: &Http, id: &DraftId, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt, Fault> {
    let path = format!("/drafts/{}", segment(id.as_str())?);
    let request = upload::request(http, Method::PUT, &path, Shape::Draft, &raw, thread)?;
    Ok(receipt(http.json(request, Operation::DraftsUpdate).await?))
}

/// Removes a draft for good.
pub(super) async fn delete(http: &Http, id: &DraftId) -> Result<(), Fault> {
    let path = format!("/drafts/{}", segment(id.as_str())?);
    http.done(http.request(Method::DELETE, &path), Operation::DraftsDelete).await
}

/// Sends a draft as it is.
pub(super) async fn send_draft(http: &Http, id: &DraftId, recipients: u32) -> Result<Receipt, Fault> {
    let request = http.request(Method::POST, "/drafts/send").json(&json!({ "id": id }));
    Ok(send::receipt(http.json(request, Errand::sending(Operation::DraftsSend, recipients)).await?))
}

fn receipt(draft: wire::Draft) -> Receipt {
    Receipt { draft_id: Some(DraftId(draft.id)), ..send::receipt(draft.message) }
}
