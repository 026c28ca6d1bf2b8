//! The batch endpoint: many calls in one `multipart/mixed` request, many answers in one reply.
//!
//! Shapes: Gmail API guide, "Batching requests", and what Google's Python client sends and can read (it splits an inner
//! answer at the first CRLF CRLF and needs a reason phrase in the status line).

mod reply;
mod request;

pub use reply::{Reply, format};
pub use request::{BadBatch, LIMIT, Part, parse};

#[cfg(test)]
mod tests;
