//! IMAP. No client yet; the classification of its errors.

pub mod fault;
