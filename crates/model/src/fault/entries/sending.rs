//! Faults of outgoing mail.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const SENDER_NOT_ALLOWED: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "The message names a From address that this account may not use. Providers accept the account's own \
        address and the aliases they know of; with Exchange, others take the \"send as\" right.",
    cause: "The account may not send as the given From address.",
    remedy: "Leave `from` out, or use the grant's own address or one of its aliases.",
    by_itself: "The send is not repeated.",
    steps: &[
        "The address counts, not the display name.",
        "Exchange: an administrator can give \"send as\" rights for a shared mailbox.",
    ],
};

pub(in crate::fault) const RECIPIENT_REJECTED: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "The provider, or the server of a recipient, does not take mail for at least one address: it does not \
        exist, its domain does not, or it does not accept you.",
    cause: "At least one recipient was refused.",
    remedy: "Correct or remove the recipients named.",
    by_itself: "The send is not repeated; nobody got the message unless the provider's error says so.",
    steps: &["The provider's own words are in `provider_error`."],
};

pub(in crate::fault) const MESSAGE_REJECTED: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "The message was refused for what it is: taken for spam or a virus, of a sender whose domain does not \
        authenticate its mail, or malformed in a way only the provider minds. When reading, it is one item that \
        the provider itself cannot convert.",
    cause: "The provider refused the message for its content.",
    remedy: "Change the message; what the provider says is in `provider_error`.",
    by_itself: "The send is not repeated. When reading, the one message is skipped and recorded, and sync goes on.",
    steps: &[
        "For \"unauthenticated\" mail set up SPF, DKIM and DMARC for the sending domain.",
        "When a list of blocked senders is named, its page says how to be taken off.",
    ],
};

pub(in crate::fault) const MESSAGE_TOO_LARGE: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "The message with its attachments, or the request that carries it, is larger than this installation, the \
        provider or the recipient allows. Attachments grow by a third on the way.",
    cause: "The message or request is larger than allowed.",
    remedy: "Send less, or send attachments as multipart/form-data.",
    by_itself: "Nothing was sent; the request is not repeated.",
    steps: &["A JSON body may have 3 MB, a multipart body 25 MB, unless the operator set other limits."],
};

pub(in crate::fault) const NON_ASCII_RECIPIENT: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "The part of an address before the @ holds letters outside ASCII, and a server on the way does not speak \
        SMTPUTF8 (RFC 6531). Delivery to that recipient fails.",
    cause: "A recipient's address holds characters the provider cannot carry.",
    remedy: "Use an ASCII form of the address, if the recipient has one.",
    by_itself: "The send is not repeated.",
    steps: &["Letters outside ASCII in the name, the subject and the body are fine."],
};

pub(in crate::fault) const ATTACHMENT_INVALID: Entry = Entry {
    group: Group::Sending,
    actor: Actor::Caller,
    meaning: "An attachment is malformed, refers to nothing, or is of a kind the provider never carries (programs, \
        archives with programs in them, archives with a password).",
    cause: "An attachment is malformed or not allowed by the provider.",
    remedy: "Correct or remove the attachment.",
    by_itself: "Nothing was sent; the request is not repeated.",
    steps: &[],
};
