//! Faults of failures that pass.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const TRANSIENT_BACKEND: Entry = Entry {
    group: Group::Passing,
    actor: Actor::Nobody,
    meaning: "The provider failed: an internal error, a restart, an overloaded server. Requests like it succeed a \
        moment later.",
    cause: "The provider failed to answer properly.",
    remedy: "Nothing is wrong with the request; try again shortly.",
    by_itself: "Reads, and changes that come to the same when made twice, are tried up to three times with growing, \
        random pauses of at least a second. A send is never repeated blindly: its verdict is `look_first`, \
        because the message may be out.",
    steps: &["Before repeating a send that ended like this, look in the sent folder."],
};

pub(in crate::fault) const GATEWAY_TIMEOUT: Entry = Entry {
    group: Group::Passing,
    actor: Actor::Nobody,
    meaning: "Somebody on the way gave up waiting for the provider. Whether the provider acted on the request is not \
        known.",
    cause: "The provider did not answer in time.",
    remedy: "Try again shortly; look before repeating a send.",
    by_itself: "As with `transient_backend`: what may be repeated is repeated, a send is not.",
    steps: &[],
};

pub(in crate::fault) const NETWORK: Entry = Entry {
    group: Group::Passing,
    actor: Actor::Nobody,
    meaning: "There was no conversation: the name did not resolve, the connection was refused or cut, or TLS failed. \
        For one mailbox server it may be wrong settings; for all of them it is this machine's way to the \
        internet.",
    cause: "The provider could not be reached.",
    remedy: "Check that this machine reaches the provider; try again shortly.",
    by_itself: "What may be repeated is repeated. A send is repeated by you only when it cannot have arrived; where the \
        connection broke after it was made, the verdict is `look_first`.",
    steps: &[
        "`postroad doctor` checks the way to the providers.",
        "`certificate` as the provider's code: check ca-certificates and the clock; the authority of a proxy of your own goes \
            into a file that `sync.provider_ca_file` names.",
    ],
};

pub(in crate::fault) const UNKNOWN: Entry = Entry {
    group: Group::Passing,
    actor: Actor::Nobody,
    meaning: "The provider answered with an error that no rule of this release recognises. Nothing is assumed about \
        it: the grant stays valid, and waiting is all that is advised.",
    cause: "The provider answered with an error Postroad does not know.",
    remedy: "See `provider_error`; please report it so that the next release knows it.",
    by_itself: "Reads are tried again a few times. The log keeps the kind and a short form of what the provider said.",
    steps: &["`postroad explain` shows what the rules make of any answer you paste into it."],
};

pub(in crate::fault) const INTERNAL: Entry = Entry {
    group: Group::Passing,
    actor: Actor::Operator,
    meaning: "A failure of Postroad itself, not of the provider and not of the request: a bug, a full disk, a database \
        that does not answer.",
    cause: "Postroad itself failed.",
    remedy: "Look the request id up in the log, and please report it.",
    by_itself: "The details go to the log under the request id, never into the answer.",
    steps: &["`postroad doctor` checks the disk, the database and the clock."],
};
