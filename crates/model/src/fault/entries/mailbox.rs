//! Faults of the mailbox itself.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const MAILBOX_FULL: Entry = Entry {
    group: Group::Mailbox,
    actor: Actor::Person,
    meaning: "There is no room left: in the person's mailbox for what is to be saved, or in a recipient's for what is \
        to be delivered.",
    cause: "The mailbox has no storage left.",
    remedy: "The owner has to free or buy storage.",
    by_itself: "Nothing; reading goes on.",
    steps: &[],
};

pub(in crate::fault) const MAILBOX_UNAVAILABLE: Entry = Entry {
    group: Group::Mailbox,
    actor: Actor::Administrator,
    meaning: "The account exists and has no mailbox that could be used: no licence, mail switched off, account \
        disabled or suspended, mailbox on another server or being moved.",
    cause: "The account has no mailbox, or it is switched off or being moved.",
    remedy: "Check with the account's administrator that mail is enabled for it.",
    by_itself: "The grant stays valid. Sync looks again with growing pauses and goes on by itself when the mailbox is \
        back.",
    steps: &[
        "At Google: \"Mail service not enabled\" means that Gmail is off for the user in the admin console.",
        "At Outlook.com: an account held for unusual activity has to be verified by its owner in a browser.",
    ],
};

pub(in crate::fault) const SYNC_STATE_EXPIRED: Entry = Entry {
    group: Group::Mailbox,
    actor: Actor::Nobody,
    meaning: "Providers keep their change logs for a while (about a week at Gmail). After a longer pause, or after the \
        provider reset a mailbox, changes cannot be asked for from where we stopped.",
    cause: "The provider no longer keeps changes from so far back.",
    remedy: "Nothing to do: Postroad reconciles the mailbox by itself.",
    by_itself: "Postroad takes a new place in the change log, lists the mailbox, and brings the mirror up to date \
        without downloading again what it has. Only real differences become events.",
    steps: &[],
};
