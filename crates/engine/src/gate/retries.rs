//! How often a failing provider is asked again: at most a share of what is asked of it, over all callers together.

use std::collections::HashMap;
use std::sync::Mutex;

use model::grant::Grant;
use quota::RetryBudget;

use super::pace::Key;
use crate::lock::lock;

/// A budget per project: an outage of the provider meets all its mailboxes at once.
#[derive(Default)]
pub(super) struct Retries {
    budgets: Mutex<HashMap<Key, RetryBudget>>,
}

impl Retries {
    /// A call begins, which earns a share of a retry.
    pub(super) fn call(&self, grant: &Grant) {
        lock(&self.budgets).entry(Key::project(grant)).or_default().call();
    }

    /// Whether one more call may be repeated; if so, it is taken from the budget.
    pub(super) fn may_retry(&self, grant: &Grant) -> bool {
        lock(&self.budgets).entry(Key::project(grant)).or_default().retry()
    }
}
