//! What every answer is wrapped in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A single object, or a full list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Answer<T> {
    /// Names this request in logs and support questions.
    pub request_id: String,
    /// What was asked for.
    pub data: T,
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ListAnswer<T> {
    /// Names this request in logs and support questions.
    pub request_id: String,
    /// The items.
    pub data: Vec<T>,
    /// Send as `page_token` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One page of a list that is paged by number (grants, connectors, credentials).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OffsetAnswer<T> {
    /// Names this request in logs and support questions.
    pub request_id: String,
    /// The items.
    pub data: Vec<T>,
    /// At most this many were asked for.
    pub limit: usize,
    /// This many were skipped.
    pub offset: usize,
}

/// The answer to a send.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SendAnswer<T> {
    /// Names this request in logs and support questions.
    pub request_id: String,
    /// The grant it was sent with.
    pub grant_id: String,
    /// The sent message.
    pub data: T,
}

/// The answer to a deletion.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Deleted {
    /// Names this request in logs and support questions.
    pub request_id: String,
}
