//! Uploads: `multipart/related` bodies and resumable sessions (Gmail API guide, "Upload attachments").

mod range;
mod related;
mod sessions;

pub use range::{BadRange, ContentRange};
pub use related::{BadUpload, split_related};
pub use sessions::{CHUNK, Progress, SessionError, Sessions};

#[cfg(test)]
mod tests;
