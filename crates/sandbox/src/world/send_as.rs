//! The addresses a mailbox may send from.

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct SendAs {
    /// The address, in lower case.
    pub(crate) email: String,
    pub(crate) display_name: String,
    pub(crate) reply_to: String,
    /// HTML that mail programs append.
    pub(crate) signature: String,
    /// The mailbox's own address.
    pub(crate) is_primary: bool,
    /// Used where a message names no allowed sender.
    pub(crate) is_default: bool,
    pub(crate) treat_as_alias: bool,
    /// Whether the person has proved to own it; the primary address needs no proof.
    pub(crate) verified: bool,
}

impl SendAs {
    /// The entry every mailbox begins with.
    pub(crate) fn primary(email: &str, name: &str) -> Self {
        Self {
            email: email.to_lowercase(),
            display_name: name.to_owned(),
            reply_to: String::new(),
            signature: String::new(),
            is_primary: true,
            is_default: true,
            treat_as_alias: false,
            verified: true,
        }
    }

    /// A verified alias.
    pub(crate) fn alias(email: &str, name: &str) -> Self {
        Self { is_primary: false, is_default: false, treat_as_alias: true, ..Self::primary(email, name) }
    }

    /// Whether mail may go out under this address.
    pub(crate) fn is_accepted(&self) -> bool {
        self.is_primary || self.verified
    }
}
