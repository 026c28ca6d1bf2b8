//! The Gmail search language (`q`): reading it, and matching it against one message at a time.
//!
//! Sources: Gmail help, "Refine searches in Gmail"; Gmail API guide, "Searching for messages" (dates as epoch seconds,
//! midnight Pacific otherwise; no alias expansion; words, not substrings).

mod calendar;
mod eval;
mod lexer;
mod parser;
mod term;
mod words;

pub use calendar::pacific;
pub use term::Field;

use jiff::Timestamp;

/// A search as typed, ready to be matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    root: term::Expr,
}

/// What a message has to tell about itself to be searched.
pub trait Searchable {
    /// The decoded value of the first header of that name (any case).
    fn header(&self, name: &str) -> Option<String>;
    /// Every address in a field, each as `Display Name <local@domain>` or bare.
    fn addresses(&self, field: Field) -> Vec<String>;
    /// The decoded subject.
    fn subject(&self) -> &str;
    /// The readable text of the body.
    fn text(&self) -> &str;
    /// Label ids: `INBOX`, `UNREAD`, `Label_7`.
    fn labels(&self) -> &[String];
    /// Names of the user labels: `Family/Holidays`.
    fn label_names(&self) -> Vec<String>;
    /// When the mail arrived, in milliseconds since 1970.
    fn internal_date_ms(&self) -> i64;
    /// Size of the raw message in bytes.
    fn size(&self) -> u64;
    /// Whether any part is an attachment.
    fn has_attachment(&self) -> bool;
    /// File names of the attachments, decoded.
    fn filenames(&self) -> Vec<String>;
    /// The Message-ID, with or without its angle brackets.
    fn rfc822_msgid(&self) -> Option<String>;
    /// The List-Id header, if any.
    fn list_id(&self) -> Option<String>;
    /// The address of the mailbox, for `from:me` and `to:me`. Without one, `from:me` means "labelled SENT".
    fn me(&self) -> Option<String> {
        None
    }
}

impl Query {
    /// Reads a search. Never fails: what is not an operator is a word, as in Gmail's own search box.
    /// `now` is what `older_than:` and `newer_than:` count from.
    #[must_use]
    pub fn parse(q: &str, now: Timestamp) -> Query {
        Query { root: parser::parse(q, now) }
    }

    /// Whether the message matches. Spam and trash are not treated specially here; see [`Query::wants_hidden`].
    #[must_use]
    pub fn matches(&self, message: &dyn Searchable) -> bool {
        eval::matches(&self.root, message)
    }

    /// Whether the search asks for spam or trash itself (`in:anywhere`, `in:trash`, `label:spam`), so that they are not
    /// to be left out.
    #[must_use]
    pub fn wants_hidden(&self) -> bool {
        self.root.wants_hidden()
    }

    /// Whether the search is empty and so matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.root, term::Expr::All(parts) if parts.is_empty())
    }
}

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
