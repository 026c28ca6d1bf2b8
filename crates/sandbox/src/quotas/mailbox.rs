//! Everything that is counted for one mailbox.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::key::Key;
use super::lockout::{Lockout, Met};
use super::rolling::Rolling;
use super::sending::Sent;
use super::{Limits, MethodReport, RefusalCounts};

/// Of mail alone; behind the instant in a sending lockout.
pub(super) const SENDING: &str = "Mail sending";

/// One mailbox, over all projects and clients.
#[derive(Debug)]
pub(super) struct MailboxMeter {
    pub(super) email: Arc<str>,
    /// By project.
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) in_flight: u32,
    pub(super) peak_concurrency: u32,
    pub(super) lockout: Option<Lockout>,
    /// Of sending alone.
    pub(super) sending_lockout: Option<Lockout>,
    pub(super) sent: Sent,
    pub(super) downloaded: Rolling,
    pub(super) uploaded: Rolling,
    /// Units per second that another program takes; as the limits say where nothing else was asked for.
    pub(super) thief_per_second: Option<u32>,
    pub(super) methods: BTreeMap<&'static str, MethodReport>,
    pub(super) refused: RefusalCounts,
    pub(super) lockout_violations: u64,
}

impl MailboxMeter {
    pub(super) fn new(email: &str) -> Self {
        Self {
            email: email.into(),
            keys: BTreeMap::new(),
            in_flight: 0,
            peak_concurrency: 0,
            lockout: None,
            sending_lockout: None,
            sent: Sent::new(),
            downloaded: Rolling::day(),
            uploaded: Rolling::day(),
            thief_per_second: None,
            methods: BTreeMap::new(),
            refused: RefusalCounts::default(),
            lockout_violations: 0,
        }
    }

    /// The user's allowance in a project, brought up to now.
    pub(super) fn key(&mut self, project: &str, now_ms: i64, limits: &Limits) -> &mut Key {
        let thief = u64::from(self.thief_per_second.unwrap_or(limits.thief_per_mailbox));
        let key = self.keys.entry(project.to_owned()).or_insert_with(|| Key::new(limits.model, now_ms));
        key.advance(now_ms, limits.per_user(), thief);
        key
    }

    /// Whether the backend keeps the mailbox away now: its instant and tag. Too much data in a day begins a lockout.
    pub(super) fn locked(&mut self, now_ms: i64, limits: &Limits) -> Option<(i64, String)> {
        let locked = meet(&mut self.lockout, &mut self.lockout_violations, now_ms);
        if locked.is_some() {
            self.refused.lockout += 1;
            return locked;
        }
        self.downloaded.expire(now_ms);
        self.uploaded.expire(now_ms);
        let over = |most: u64, sum: u64| most > 0 && sum >= most;
        if over(limits.download_bytes, self.downloaded.sum()) || over(limits.upload_bytes, self.uploaded.sum()) {
            self.refused.bandwidth += 1;
            return Some(begin(&mut self.lockout, now_ms, limits, ""));
        }
        None
    }

    /// Whether sending is refused now: the instant.
    pub(super) fn may_not_send(&mut self, now_ms: i64, limits: &Limits) -> Option<i64> {
        let locked = meet(&mut self.sending_lockout, &mut self.lockout_violations, now_ms);
        self.sent.advance(now_ms, limits);
        let until_ms = match locked {
            Some((until_ms, _)) => until_ms,
            None if self.sent.refuses(now_ms, limits) => begin(&mut self.sending_lockout, now_ms, limits, SENDING).0,
            None => return None,
        };
        self.refused.sending += 1;
        Some(until_ms)
    }

    /// Takes a place among the calls under way, if there is one.
    pub(super) fn enter(&mut self, limits: &Limits) -> bool {
        if limits.concurrency > 0 && self.in_flight >= limits.concurrency {
            self.refused.concurrency += 1;
            return false;
        }
        self.in_flight += 1;
        self.peak_concurrency = self.peak_concurrency.max(self.in_flight);
        true
    }

    /// Begins counting anew; what is used, sent, under way or locked stays so.
    pub(super) fn forget_counts(&mut self) {
        self.methods.clear();
        self.refused = RefusalCounts::default();
        (self.lockout_violations, self.peak_concurrency) = (0, self.in_flight);
        self.keys.values_mut().for_each(Key::forget_counts);
    }
}

fn meet(lockout: &mut Option<Lockout>, violations: &mut u64, now_ms: i64) -> Option<(i64, String)> {
    let met = lockout.as_mut()?.meet(now_ms);
    match met {
        Met::Over => *lockout = None,
        Met::TooEarly => *violations += 1,
        Met::Probed => {}
    }
    lockout.as_ref().map(|it| (it.until_ms, it.tag.clone()))
}

fn begin(lockout: &mut Option<Lockout>, now_ms: i64, limits: &Limits, tag: &str) -> (i64, String) {
    let length_ms = i64::from(limits.lockout_seconds) * 1000;
    let until_ms = now_ms.saturating_add(length_ms);
    let (early, tag) = (limits.lockout_early, tag.to_owned());
    *lockout = Some(Lockout { until_ms, length_ms, tag: tag.clone(), early, refused_probes: 0 });
    (until_ms, tag)
}
