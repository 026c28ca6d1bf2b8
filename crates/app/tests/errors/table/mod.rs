//! The table of promised errors: what is wrong beforehand, what is asked, what is answered, what holds afterwards.
//! Walked over HTTP by a test of the workspace, and with the official Node SDK by a suite of its own.

mod google;
mod microsoft;
mod ours;
mod quota;
mod row;
mod servers;
mod sign_in;

pub use row::*;

/// Every row.
pub fn rows() -> Vec<Row> {
    [google::rows(), quota::rows(), servers::rows(), microsoft::rows(), sign_in::rows(), ours::rows()]
        .into_iter()
        .flatten()
        .collect()
}
