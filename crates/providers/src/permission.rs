//! What the scopes of a permission allow: the engine asks, the names of scopes stay here.

use model::Provider;

use crate::{SendStyle, gmail, graph};

/// Whether mail may be read with these scopes, bytes and all: what a mirror is made of. Where no scope of mail is known at
/// all, it is assumed; the provider says otherwise soon enough.
pub fn may_read(provider: Provider, scopes: &[String]) -> bool {
    match provider {
        Provider::Google => gmail::may_read(scopes),
        Provider::Microsoft => graph::may_read(scopes),
        Provider::Ews | Provider::Imap => true,
    }
}

/// What one provider's scopes of mail allow, by their names.
pub(crate) struct Words {
    /// Drafts may be saved, read and sent.
    pub(crate) drafts: &'static [&'static str],
    /// Every message may be read, its bytes too.
    pub(crate) read: &'static [&'static str],
    /// The header fields of every message may be read.
    pub(crate) heads: &'static [&'static str],
    /// The other scopes of mail; that one of them was granted shows that the ones above were not.
    pub(crate) others: &'static [&'static str],
}

impl Words {
    /// Whether anything is known about mail.
    fn tell(&self, scopes: &[String]) -> bool {
        [self.drafts, self.read, self.heads, self.others].into_iter().any(|words| any(words, scopes))
    }

    pub(crate) fn may_read(&self, scopes: &[String]) -> bool {
        !self.tell(scopes) || any(self.read, scopes)
    }

    /// The surest way of sending.
    pub(crate) fn send_style(&self, scopes: &[String]) -> SendStyle {
        match () {
            () if !self.tell(scopes) || any(self.drafts, scopes) => SendStyle::DraftThenSend,
            () if any(self.heads, scopes) => SendStyle::SendThenLook,
            () => SendStyle::Blind,
        }
    }
}

fn any(words: &[&str], scopes: &[String]) -> bool {
    scopes.iter().any(|scope| words.iter().any(|word| scope.eq_ignore_ascii_case(word)))
}
