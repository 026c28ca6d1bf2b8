//! Parameters as the reference describes them.

/// What a parameter holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Repeated, or joined by commas.
    List,
    /// One of these words.
    Words(&'static [&'static str]),
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
    /// In the path, else in the query.
    pub in_path: bool,
    /// It has to be there.
    pub required: bool,
}

/// A parameter of the query.
pub const fn query(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, about, in_path: false, required: false }
}

/// A parameter of the query that has to be there.
pub const fn needed(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { required: true, ..query(name, kind, about) }
}

/// A parameter of the path.
pub const fn path(name: &'static str, about: &'static str) -> Param {
    Param { in_path: true, ..needed(name, Kind::Text, about) }
}

/// The grant of a mail request.
pub const GRANT: Param =
    path("grant_id", "The grant: its id, `grant:<id>`, its address, `email:<address>`, or `me` with an access token.");
/// Paging.
pub const LIMIT: Param = query("limit", Kind::Number, "At most this many: 50 by default, 200 at most.");
/// Paging.
pub const PAGE_TOKEN: Param = query("page_token", Kind::Text, "`next_cursor` of the page before; repeat the filters.");
/// How far back.
pub const HOURS: Param =
    query("hours", Kind::Number, "Hours of history: 3 by default, 1 to 48. The minute under way is the last.");
/// Paging by number.
pub const OFFSET: Param = query("offset", Kind::Number, "Skip this many.");
/// Which fields.
pub const SELECT: Param =
    query("select", Kind::List, "Top-level fields to answer with; `id`, `grant_id` and `object` always come along.");
/// Which parts of a message.
pub const FIELDS: Param = query(
    "fields",
    Kind::Words(&["standard", "include_headers", "include_basic_headers", "include_tracking_options", "raw_mime"]),
    "What else a message holds; `raw_mime` answers with nothing but the message as it came, base64url.",
);
/// Search at the provider.
pub const NATIVE: Param = query(
    "search_query_native",
    Kind::Text,
    "Search at the provider in its own syntax. Combines with `in`, `limit`, `page_token` only.",
);
/// Search in the mirror.
pub const SEARCH: Param = query(
    "search_query",
    Kind::Text,
    "Full-text search in the mirror: words all required, \"phrases\", -word, word*. An addition to the contract.",
);
/// Filters that messages, threads and drafts share.
pub const SUBJECT: Param = query("subject", Kind::Text, "Part of the subject, ignoring case.");
/// Filters that messages, threads and drafts share.
pub const ANY_EMAIL: Param =
    query("any_email", Kind::List, "Any of these addresses in from, to, cc or bcc; 25 at most.");
/// Filters that messages, threads and drafts share.
pub const FROM: Param = query("from", Kind::Text, "Sender.");
/// Filters that messages, threads and drafts share.
pub const TO: Param = query("to", Kind::Text, "A recipient.");
/// Filters that messages, threads and drafts share.
pub const CC: Param = query("cc", Kind::Text, "A copy recipient.");
/// Filters that messages, threads and drafts share.
pub const BCC: Param = query("bcc", Kind::Text, "A blind copy recipient.");
/// Filters that messages and threads share.
pub const IN: Param = query("in", Kind::Text, "A folder's id. Trash and spam show only when named here.");
/// Filters that messages, threads and drafts share.
pub const UNREAD: Param = query("unread", Kind::Flag, "Unread, or read.");
/// Filters that messages, threads and drafts share.
pub const STARRED: Param = query("starred", Kind::Flag, "Starred, or not.");
/// Filters that messages, threads and drafts share.
pub const HAS_ATTACHMENT: Param = query("has_attachment", Kind::Flag, "With a listed attachment, or without.");
/// Filters that messages and drafts share.
pub const THREAD: Param = query("thread_id", Kind::Text, "In this thread.");
/// Filters that messages and drafts share.
pub const METADATA_PAIR: Param = query("metadata_pair", Kind::Text, "`key1:value` up to `key5:value`.");
