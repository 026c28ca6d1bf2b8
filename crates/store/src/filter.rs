//! What lists can be narrowed by.

use model::grant::GrantStatus;
use model::page::Position;
use model::{ApplicationId, FolderId, Provider, ThreadId, Timestamp};

/// Where a page starts and how long it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageRequest {
    /// Continue after this position; `None` starts at the top.
    pub after: Option<Position>,
    /// At most this many items.
    pub limit: usize,
}

/// Which messages a list shows. Empty fields do not narrow. All given fields must match.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MessageFilter {
    /// Substring of the subject, ignoring case.
    pub subject: Option<String>,
    /// Any of these addresses in from, to, cc or bcc, ignoring case.
    pub any_email: Vec<String>,
    /// Sender address.
    pub from: Option<String>,
    /// A `To` address.
    pub to: Option<String>,
    /// A `Cc` address.
    pub cc: Option<String>,
    /// A `Bcc` address.
    pub bcc: Option<String>,
    /// In this folder. Trash and spam show only when named here.
    pub folder: Option<FolderId>,
    /// In this thread.
    pub thread_id: Option<ThreadId>,
    /// Unread or read.
    pub unread: Option<bool>,
    /// Starred or not.
    pub starred: Option<bool>,
    /// With or without a non-inline attachment.
    pub has_attachment: Option<bool>,
    /// Strictly before.
    pub before: Option<Timestamp>,
    /// Strictly after.
    pub after: Option<Timestamp>,
    /// Metadata key (`key1`..`key5`) and value.
    pub metadata: Option<(String, String)>,
    /// Words for full-text search on the mirror, see [`crate::ReadStore::messages`].
    pub search: Option<String>,
    /// Drafts only (`true`), messages that are no drafts (`false`), or both. A list of folder `DRAFT` asks for both.
    pub drafts: Option<bool>,
    /// Only these ids (used to answer native searches from the mirror).
    pub ids: Option<Vec<model::MessageId>>,
}

/// Which threads a list shows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ThreadFilter {
    /// Substring of the subject, ignoring case.
    pub subject: Option<String>,
    /// Any of these addresses among the participants of any message.
    pub any_email: Vec<String>,
    /// A sender address.
    pub from: Option<String>,
    /// A `To` address.
    pub to: Option<String>,
    /// A `Cc` address.
    pub cc: Option<String>,
    /// A `Bcc` address.
    pub bcc: Option<String>,
    /// Any message in this folder. Threads wholly in trash or spam show only when named here.
    pub folder: Option<FolderId>,
    /// Any message unread (`true`) or none (`false`).
    pub unread: Option<bool>,
    /// Any message starred (`true`) or none (`false`).
    pub starred: Option<bool>,
    /// Any non-inline attachment.
    pub has_attachment: Option<bool>,
    /// Latest message strictly before.
    pub latest_before: Option<Timestamp>,
    /// Latest message strictly after.
    pub latest_after: Option<Timestamp>,
    /// Earliest message strictly after this instant.
    pub earliest_after: Option<Timestamp>,
    /// Words for full-text search; a thread matches when one of its messages does.
    pub search: Option<String>,
    /// Only these ids (used to answer native searches from the mirror).
    pub ids: Option<Vec<ThreadId>>,
}

/// Which grants a list shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantFilter {
    /// Of this application.
    pub application_id: ApplicationId,
    /// This address, ignoring case.
    pub email: Option<String>,
    /// This status.
    pub status: Option<GrantStatus>,
    /// This provider.
    pub provider: Option<Provider>,
    /// Granted from this network address.
    pub ip: Option<String>,
    /// Created at or after.
    pub since: Option<Timestamp>,
    /// Created at or before.
    pub before: Option<Timestamp>,
    /// Sort by `updated_at` instead of `created_at`.
    pub by_updated: bool,
    /// Ascending instead of descending.
    pub ascending: bool,
    /// At most this many.
    pub limit: usize,
    /// Skip this many.
    pub offset: usize,
}

impl GrantFilter {
    /// An application's newest grants, whatever they are like.
    pub fn of(application_id: ApplicationId, limit: usize) -> Self {
        Self {
            application_id,
            email: None,
            status: None,
            provider: None,
            ip: None,
            since: None,
            before: None,
            by_updated: false,
            ascending: false,
            limit,
            offset: 0,
        }
    }
}
