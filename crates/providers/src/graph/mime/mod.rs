//! From raw bytes to what Graph takes where it does not take them whole: drafts that are changed ([`letter`]) and messages
//! that are too large for one request ([`slim`]).

mod file;
mod letter;
mod slim;

pub(super) use file::File;
pub(super) use letter::letter;
pub(super) use slim::{is_promise, kept, slim};
