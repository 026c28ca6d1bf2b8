//! What a search is made of once it has been read.

use super::words::Phrase;

/// An address field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `From`.
    From,
    /// `To`.
    To,
    /// `Cc`.
    Cc,
    /// `Bcc`.
    Bcc,
    /// `Delivered-To`.
    DeliveredTo,
}

/// A search as a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// All of these; an empty list matches everything.
    All(Vec<Expr>),
    /// Any of these.
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Subject, body, addresses and file names.
    Anywhere,
    Address(Field),
    Subject,
    Filename,
    List,
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Words(Scope, Phrase),
    /// Two phrases with at most so many words between them.
    Around(Phrase, Phrase, usize),
    /// `from:me`, `to:me`.
    Me(Field),
    /// A label id, exactly.
    LabelId(&'static str),
    /// A label by name or id as typed.
    LabelName(String),
    NoLabelId(&'static str),
    Archived,
    UserLabels,
    NoUserLabels,
    Attachment,
    /// A link to one of these places in the text.
    LinkTo(&'static [&'static str]),
    MessageId(String),
    /// Arrived at or after this instant (milliseconds).
    Since(i64),
    /// Arrived before this instant (milliseconds).
    Until(i64),
    Larger(u64),
    Smaller(u64),
    /// `in:anywhere`: matches, and asks for spam and trash.
    Everywhere,
    /// An operator with a value that means nothing.
    Never,
}

impl Expr {
    pub(super) fn wants_hidden(&self) -> bool {
        match self {
            Expr::All(parts) | Expr::Any(parts) => parts.iter().any(Expr::wants_hidden),
            Expr::Not(_) => false,
            Expr::Term(term) => term.wants_hidden(),
        }
    }
}

impl Term {
    fn wants_hidden(&self) -> bool {
        match self {
            Term::Everywhere | Term::LabelId("SPAM" | "TRASH") => true,
            Term::LabelName(name) => name == "spam" || name == "trash",
            _ => false,
        }
    }
}
