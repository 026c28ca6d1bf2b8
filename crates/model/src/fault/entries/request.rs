//! Faults of the request: it has to change.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const INVALID_REQUEST: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "Something in the request cannot be understood or is not allowed: malformed JSON, an unknown parameter, a \
        value out of range, an address without an @. The message names the field. Providers answer the same way \
        to values that only they can judge.",
    cause: "The request is malformed or holds a value that is not allowed.",
    remedy: "Correct the field the message names and send the request again.",
    by_itself: "Postroad checks what it can before it asks a provider, and refuses the first field that is wrong. It \
        never repeats such a request.",
    steps: &[
        "Check that the body is valid JSON: quotes escaped, no trailing comma, `Content-Type: application/json`.",
        "At `POST /v3/connect/custom` a Google refresh token has to carry the scopes openid, userinfo.email \
          and userinfo.profile; make one that has them.",
    ],
};

pub(in crate::fault) const NOT_FOUND: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "There is nothing with this id, or it belongs to another application or mailbox; the two are never told \
        apart. A message that was deleted in the mail program is gone here as well.",
    cause: "Nothing with this id exists, or it is not yours.",
    remedy: "Check the id and the grant it belongs to.",
    by_itself: "A message that is not mirrored yet is asked for at the provider before the answer is \"not found\".",
    steps: &["Ids belong to one grant: an id of one mailbox finds nothing in another."],
};

pub(in crate::fault) const CONFLICT_OR_PRECONDITION: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "The thing is not in a state that allows the operation: a folder of this name exists, another change came \
        first, a draft was sent already.",
    cause: "The thing is not in a state that allows this, or it exists already.",
    remedy: "Read the current state, then decide.",
    by_itself: "Where the provider only lost a race with another change, Postroad tries again by itself; what would fail \
        again is handed on at once.",
    steps: &[],
};

pub(in crate::fault) const PERMISSION_DENIED: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "The provider knows the account and does not let it do this: a shared mailbox without rights, a group \
        that accepts mail from members only, a Pub/Sub topic Gmail may not publish to.",
    cause: "The provider does not let this account do this.",
    remedy: "Check that the account owns, or was given access to, what the request names.",
    by_itself: "Nothing: the grant stays valid and the request is not repeated.",
    steps: &["If the rights were given a moment ago, some providers take minutes to notice."],
};

pub(in crate::fault) const REDIRECT_URI_INVALID: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "Hosted authentication sends the browser back to an address of yours, with a code that opens a mailbox. \
        That address has to be https, or http on localhost, and has to be registered with the application, \
        character by character.",
    cause: "The redirect URI is neither https nor http on localhost, or is not registered.",
    remedy: "Register the exact URI with the application; use https, or http on localhost.",
    by_itself: "Postroad refuses before anything is shown to a person, and never redirects to an address it does not \
        know.",
    steps: &[
        "Register it with `postroad admin callback create` or `POST /v3/applications/redirect-uris`.",
        "A trailing slash, another port or another path makes another URI.",
    ],
};

pub(in crate::fault) const UNSUPPORTED: Entry = Entry {
    group: Group::Request,
    actor: Actor::Caller,
    meaning: "The contract knows this, but this installation does not do it: another family of endpoints, or a \
        provider that is not offered yet.",
    cause: "This installation does not offer this.",
    remedy: "See the reference for what it does offer.",
    by_itself: "Nothing.",
    steps: &[],
};
