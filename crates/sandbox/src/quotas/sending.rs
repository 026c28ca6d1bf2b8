//! Mail per day: the caps, and how late they are felt (facts 1.2 and 5).

use super::Limits;
use super::rolling::Rolling;

/// What one mailbox sent in the last 24 hours.
#[derive(Debug)]
pub(super) struct Sent {
    messages: Rolling,
    recipients: Rolling,
    /// When a cap was exceeded, in milliseconds.
    over_since_ms: Option<i64>,
}

impl Sent {
    pub(super) fn new() -> Self {
        Self { messages: Rolling::day(), recipients: Rolling::day(), over_since_ms: None }
    }

    /// Brings the counts up to now. Beyond a cap stays so until there is room for one more message.
    pub(super) fn advance(&mut self, now_ms: i64, limits: &Limits) {
        self.messages.expire(now_ms);
        self.recipients.expire(now_ms);
        if !reached(limits.sending_messages, self.messages.sum())
            && !reached(limits.sending_recipients, self.recipients.sum())
        {
            self.over_since_ms = None;
        }
    }

    /// Whether the cap is felt now: it was exceeded, and long enough ago.
    pub(super) fn refuses(&self, now_ms: i64, limits: &Limits) -> bool {
        let delay_ms = i64::from(limits.sending_delay_seconds) * 1000;
        self.over_since_ms.is_some_and(|since_ms| now_ms - since_ms >= delay_ms)
    }

    /// Enters a message that was accepted.
    pub(super) fn add(&mut self, now_ms: i64, recipients: u64, limits: &Limits) {
        self.messages.add(now_ms, 1);
        self.recipients.add(now_ms, recipients);
        let over = exceeded(limits.sending_messages, self.messages.sum())
            || exceeded(limits.sending_recipients, self.recipients.sum());
        if over && self.over_since_ms.is_none() {
            self.over_since_ms = Some(now_ms);
        }
    }

    pub(super) fn messages(&self) -> u64 {
        self.messages.sum()
    }

    pub(super) fn recipients(&self) -> u64 {
        self.recipients.sum()
    }
}

fn reached(cap: u32, sum: u64) -> bool {
    cap > 0 && sum >= u64::from(cap)
}

fn exceeded(cap: u32, sum: u64) -> bool {
    cap > 0 && sum > u64::from(cap)
}
