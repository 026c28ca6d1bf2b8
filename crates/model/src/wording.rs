//! Texts an application keeps for composing: signatures and templates.

use crate::{ApplicationId, GrantId, Timestamp, WordingId};

/// What a kept text is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WordingKind {
    /// HTML below a body; always a grant's.
    Signature,
    /// Subject and body with variables; an application's or a grant's.
    Template,
}

impl WordingKind {
    /// The word it is kept under.
    pub fn as_str(self) -> &'static str {
        match self {
            WordingKind::Signature => "signature",
            WordingKind::Template => "template",
        }
    }

    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [WordingKind::Signature, WordingKind::Template].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Whose kept texts are meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WordingOwner {
    /// The application.
    pub application_id: ApplicationId,
    /// One of its grants; none for what all of them share.
    pub grant_id: Option<GrantId>,
}

/// A kept text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// Its identifier.
    pub id: WordingId,
    /// Whose it is.
    pub owner: WordingOwner,
    /// What it is for.
    pub kind: WordingKind,
    /// For people to tell it by.
    pub name: String,
    /// Templates only.
    pub subject: String,
    /// HTML.
    pub body: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
