//! Folders: a tree, some of whose members have names that every program knows.

use std::collections::{BTreeMap, BTreeSet};

/// One folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) key: u64,
    /// The folder it lies in; its own key at the top.
    pub(crate) parent: u64,
    pub(crate) name: String,
    pub(crate) hidden: bool,
    /// The name under which every program finds it: `inbox`.
    pub(crate) well_known: Option<&'static str>,
    /// The mailbox's change number when the folder itself last changed.
    pub(crate) change: u64,
    /// The messages in it, by date of arrival and key: the order of listings, read from the end.
    pub(crate) order: BTreeSet<(i64, u64)>,
    /// What happened to messages in it, each message once, by change number.
    pub(crate) journal: Journal,
}

/// The last word on every message that is or was in a folder, by change number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(pub(crate) BTreeMap<u64, Entry>);

/// One line of a journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entry {
    /// The message lies here.
    Here { key: u64 },
    /// It lay here, and was deleted or moved on; `place` is what its ordinary id said.
    Gone { key: u64, place: u64 },
}

/// Key of the root that Graph shows as `msgfolderroot`.
pub(crate) const ROOT: u64 = 1;
/// The key of the inbox; the others follow in the order of [`WELL_KNOWN`].
pub(crate) const INBOX: u64 = 2;
pub(crate) const DRAFTS: u64 = 3;
pub(crate) const SENT: u64 = 4;
pub(crate) const DELETED: u64 = 5;
pub(crate) const JUNK: u64 = 6;
pub(crate) const ARCHIVE: u64 = 7;
pub(crate) const OUTBOX: u64 = 8;
/// What was deleted from Deleted Items: recoverable, and out of every listing.
pub(crate) const RECOVERABLE: u64 = 10;
/// The first key that a folder of the person's own may have.
pub(crate) const FIRST_OWN: u64 = 100;

/// Key, parent, well-known name, display name, hidden (facts 1.2).
#[rustfmt::skip] // one line is one folder
const WELL_KNOWN: &[(u64, u64, &str, &str, bool)] = &[
    (ROOT, ROOT, "msgfolderroot", "Top of Information Store", false),
    (INBOX, ROOT, "inbox", "Inbox", false),
    (DRAFTS, ROOT, "drafts", "Drafts", false),
    (SENT, ROOT, "sentitems", "Sent Items", false),
    (DELETED, ROOT, "deleteditems", "Deleted Items", false),
    (JUNK, ROOT, "junkemail", "Junk Email", false),
    (ARCHIVE, ROOT, "archive", "Archive", false),
    (OUTBOX, ROOT, "outbox", "Outbox", false),
    (9, ROOT, "conversationhistory", "Conversation History", false),
    (RECOVERABLE, RECOVERABLE, "recoverableitemsdeletions", "Deletions", true),
    (11, ROOT, "syncissues", "Sync Issues", true),
    (12, 11, "conflicts", "Conflicts", true),
    (13, 11, "localfailures", "Local Failures", true),
    (14, 11, "serverfailures", "Server Failures", true),
];

impl Folder {
    pub(crate) fn new(key: u64, parent: u64, name: &str, change: u64) -> Self {
        let (order, journal) = (BTreeSet::new(), Journal::default());
        Self { key, parent, name: name.to_owned(), hidden: false, well_known: None, change, order, journal }
    }

    /// The folders of a new mailbox.
    pub(crate) fn standard() -> BTreeMap<u64, Self> {
        let folder = |&(key, parent, well_known, name, hidden): &(u64, u64, &'static str, &str, bool)| {
            (key, Self { hidden, well_known: Some(well_known), ..Self::new(key, parent, name, key) })
        };
        WELL_KNOWN.iter().map(folder).collect()
    }
}

/// The key of a well-known folder; casing does not matter.
pub(crate) fn well_known(name: &str) -> Option<u64> {
    WELL_KNOWN.iter().find(|(_, _, known, ..)| known.eq_ignore_ascii_case(name)).map(|(key, ..)| *key)
}

/// Well-known folders that mailboxes have once something put them there, which nothing here does (facts 1.2).
const NOT_MADE: [&str; 3] = ["clutter", "scheduled", "searchfolders"];

/// Whether Graph knows this name for a folder that no mailbox here has.
pub(crate) fn is_not_made(name: &str) -> bool {
    NOT_MADE.iter().any(|known| known.eq_ignore_ascii_case(name))
}
