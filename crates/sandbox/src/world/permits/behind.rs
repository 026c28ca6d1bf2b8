//! Whose a token or code is, dead or alive.

use super::Permits;

impl Permits {
    /// The account behind any token or code ever given out.
    pub(crate) fn account_behind(&self, text: &str) -> Option<String> {
        let code = || self.codes.get(text).map(|code| code.email.clone());
        self.tokens.account_behind(text).or_else(code)
    }
}
