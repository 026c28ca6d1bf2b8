//! From a request to checked values, with the contract's errors for everything that is wrong.

pub mod body;
pub mod compose;
pub mod json;
pub mod multipart;
pub mod path;
pub mod query;
pub mod sending;
mod wording;
pub mod written;
