//! How often a failing provider is asked again: at most a share of what is asked of it, over all callers together.

use std::collections::HashMap;
use std::sync::Mutex;

use model::Timestamp;
use model::grant::Grant;
use quota::RetryBudget;

use super::pace::{Key, moment};
use crate::lock::lock;

/// A budget per project: an outage of the provider meets all its mailboxes at once.
#[derive(Default)]
pub(super) struct Retries {
    budgets: Mutex<HashMap<Key, RetryBudget>>,
}

impl Retries {
    /// Whether one more call may be repeated now; if so, it is taken from the budget.
    pub(super) fn may_retry(&self, grant: &Grant, now: Timestamp) -> bool {
        lock(&self.budgets).entry(Key::project(grant)).or_default().take(moment(now))
    }

    /// A call succeeded, which earns a share of a retry.
    pub(super) fn went_well(&self, grant: &Grant) {
        if let Some(budget) = lock(&self.budgets).get_mut(&Key::project(grant)) {
            budget.earn();
        }
    }
}
