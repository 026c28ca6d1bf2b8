//! SMTP submission. No client yet; the classification of its errors.

pub mod fault;
