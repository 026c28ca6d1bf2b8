//! The `messages/clean` request.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which messages to clean, and what to leave out.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CleanRequest {
    /// 1 to 20 message ids.
    pub message_id: Vec<String>,
    /// Drop links, keep their text (default true).
    pub ignore_links: Option<bool>,
    /// Drop images (default true).
    pub ignore_images: Option<bool>,
    /// Images that stay become Markdown (default true).
    pub images_as_markdown: Option<bool>,
    /// Drop the markup of tables (default true).
    pub ignore_tables: Option<bool>,
    /// Drop closing phrases and signatures (default true).
    pub remove_conclusion_phrases: Option<bool>,
    /// Give Markdown (default false; not with `images_as_markdown: false`).
    pub html_as_markdown: Option<bool>,
}

/// Why one of the messages asked for is not among the answers.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CleanFailure {
    /// Which message.
    pub message_id: String,
    /// As in the error envelope.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong.
    pub message: String,
}
