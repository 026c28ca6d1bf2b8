//! The only door to providers. Today it bounds concurrency per mailbox and lets interactive calls pass first; the pacer
//! of quotas takes its place behind the same door.

/// Who waits for a provider call. Strictly ordered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// Somebody waits for the answer.
    Interactive,
    /// Outgoing mail.
    Send,
    /// Following changes.
    Live,
    /// First sync and reconciling.
    Backfill,
}
