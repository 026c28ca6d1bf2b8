//! The methods of the Gmail API, one file per resource.

pub(crate) mod attachments;
pub(crate) mod drafts;
pub(crate) mod history;
pub(crate) mod labels;
mod message_json;
pub(crate) mod messages;
pub(crate) mod modify;
mod page_token;
mod payload;
pub(crate) mod profile;
mod searching;
pub(crate) mod send;
pub(crate) mod send_as;
pub(crate) mod threads;
pub(crate) mod watch;
