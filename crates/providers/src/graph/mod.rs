//! Microsoft Graph mail. No client yet; the classification of its errors.

pub mod fault;
mod limits;

pub(crate) use limits::limits;
