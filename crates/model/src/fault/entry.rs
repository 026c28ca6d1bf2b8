//! What the catalogue says of a kind of fault: the one text that answers, pages, documents and commands repeat.

/// One entry of the catalogue. Plain sentences; HTTP and the providers' words are told elsewhere, where they are decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where it stands in the catalogue.
    pub group: Group,
    /// Who can end it.
    pub actor: Actor,
    /// What it means for the caller, in a paragraph.
    pub meaning: &'static str,
    /// Why it happens, in one sentence; repeated in every answer.
    pub cause: &'static str,
    /// What the reader does about it, in one sentence; repeated in every answer.
    pub remedy: &'static str,
    /// What Postroad does about it without being asked.
    pub by_itself: &'static str,
    /// More advice, each item on its own.
    pub steps: &'static [&'static str],
}

macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $item:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name {
            $($(#[doc = $doc])+ $item),+
        }

        impl $name {
            /// Every one, in the order of the catalogue.
            pub const ALL: &'static [$name] = &[$($name::$item),+];

            /// In words.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$item => $text),+ }
            }
        }
    };
}

words! {
    /// Chapters of the catalogue.
    Group {
        /// The request has to change.
        Request = "The request",
        /// Somebody has to be let in.
        Credentials = "Credentials and consent",
        /// Somebody has to set something up.
        Setup = "Set-up and policies",
        /// Too much, too fast, for now.
        Limits = "Limits and throttles",
        /// The mailbox itself.
        Mailbox = "The mailbox",
        /// Outgoing mail.
        Sending = "Sending",
        /// It passes.
        Passing = "Passing failures",
    }
}

words! {
    /// Who can end a fault.
    Actor {
        /// Whoever wrote the request.
        Caller = "the caller: the request has to change",
        /// The owner of the mailbox.
        Person = "the owner of the mailbox",
        /// The administrator of the owner's organisation.
        Administrator = "an administrator of the mailbox's organisation",
        /// Whoever runs this installation or owns its registration with the provider.
        Operator = "the operator of this installation",
        /// Nobody; time does it.
        Nobody = "nobody: it passes",
    }
}
