//! What sync passes between providers, engine and store.

use serde::{Deserialize, Serialize};

use crate::event::EventType;
use crate::message::{Body, Message, Placement};
use crate::{FolderId, GrantId, MessageId, Timestamp};

/// The provider's change marker (history id, delta link, UIDVALIDITY+MODSEQ), opaque outside `providers`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SyncCursor(pub String);

/// A change learned from a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A message appeared; it has to be fetched.
    Created(MessageId),
    /// A message we may already hold lies elsewhere or is marked otherwise now.
    Placed(MessageId, Placement),
    /// A message is gone for good.
    Deleted(MessageId),
}

/// How far a grant's mirror has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncPhase {
    /// Nothing mirrored yet.
    New,
    /// The first sync is under way; lists are already served.
    Backfill,
    /// Everything mirrored; changes are followed.
    Live,
    /// The cursor was lost; the mirror is being reconciled.
    Resync,
}

/// The state of one grant's sync.
#[derive(Clone, PartialEq, Debug)]
pub struct SyncState {
    /// How far it has come.
    pub phase: SyncPhase,
    /// Changes are known up to here.
    pub cursor: Option<SyncCursor>,
    /// Where the provider's listing continues during `Backfill` and `Resync`; provider-opaque.
    pub backfill_token: Option<String>,
    /// When the mirror was last known to equal the mailbox: what the freshness header tells.
    pub fresh_at: Option<Timestamp>,
    /// When this grant wants its next turn.
    pub next_at: Timestamp,
    /// Failures in a row, for backoff.
    pub failures: u32,
    /// Messages mirrored so far.
    pub mirrored: u64,
    /// The provider's estimate of all messages, for progress.
    pub expected: Option<u64>,
}

/// A grant's subscription to changes at its provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watch {
    /// Whose it is. A grant has one at most.
    pub grant_id: GrantId,
    /// What the provider calls it, where it does.
    pub handle: Option<String>,
    /// Where it was told to post, of this installation's addresses.
    pub callback: String,
    /// SHA-256 of what its posts have to repeat.
    pub secret_hash: [u8; 32],
    /// Until then changes are told.
    pub ends_at: Timestamp,
    /// When to renew it.
    pub renew_at: Timestamp,
}

/// A message ready for the mirror: parsed once, raw bytes beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Mirrored {
    /// What lists show.
    pub message: Message,
    /// The body as the API gives it.
    pub body: Body,
    /// The body as plain text, for full-text search.
    pub search_text: String,
    /// The message as the provider gave it, byte for byte.
    pub raw: Vec<u8>,
    /// When the provider was asked for it: what happened to it since is newer. Not stored.
    pub as_of: Moment,
}

/// A place in the order of what happens in this process; counted, so that any two are in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Moment(pub u64);

/// A message that could not be mirrored. Sync goes on without it.
#[derive(Clone, PartialEq, Debug)]
pub struct Unmirrored {
    /// Which one.
    pub id: MessageId,
    /// Why, for operators.
    pub reason: String,
}

/// Whether changes are news to webhooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Announce {
    /// Write events: the change just happened.
    Live,
    /// Write none: the mail was there before we were (first sync).
    Silent,
}

/// What a new message amounts to beside being new: an event, written only if the message is new to the mirror.
#[derive(Clone, PartialEq, Debug)]
pub struct Consequence {
    /// The new message, one of the batch's.
    pub message: MessageId,
    /// What happened.
    pub kind: EventType,
    /// The object the event is about.
    pub object_id: String,
    /// Everything the event tells.
    pub detail: serde_json::Value,
}

/// Everything one sync step learned. Applied by the store in one transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct MirrorBatch {
    /// New or changed messages with their content.
    pub upserts: Vec<Mirrored>,
    /// New placements of messages that may already be mirrored; unknown ids are reported back.
    pub placements: Vec<(MessageId, Placement)>,
    /// Messages gone for good.
    pub deletions: Vec<MessageId>,
    /// Messages given up on.
    pub unmirrored: Vec<Unmirrored>,
    /// What some of the new messages amount to.
    pub consequences: Vec<Consequence>,
    /// All folders as the provider lists them now; `None` when they were not listed.
    pub folders: Option<Vec<crate::folder::Folder>>,
    /// The grant's new sync state; `None` leaves it as it is.
    pub state: Option<SyncState>,
    /// Whether to write events.
    pub announce: Announce,
    /// The instant of the batch.
    pub now: Timestamp,
}

impl MirrorBatch {
    /// A batch that changes nothing yet.
    pub fn empty(announce: Announce, now: Timestamp) -> Self {
        Self {
            upserts: Vec::new(),
            placements: Vec::new(),
            deletions: Vec::new(),
            unmirrored: Vec::new(),
            consequences: Vec::new(),
            folders: None,
            state: None,
            announce,
            now,
        }
    }
}

/// What applying a batch did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// Messages that were not in the mirror before.
    pub created: usize,
    /// Messages that differ from before.
    pub updated: usize,
    /// Messages removed.
    pub deleted: usize,
    /// Placements of messages the mirror does not hold: they have to be fetched.
    pub unknown: Vec<MessageId>,
    /// Webhook deliveries written.
    pub deliveries: usize,
}

/// A folder filter together with how deep it looks, for native listings at the provider.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NativeQuery {
    /// The provider's own search syntax.
    pub query: Option<String>,
    /// Restrict to one folder.
    pub folder: Option<FolderId>,
    /// Look into trash and spam too.
    pub include_hidden: bool,
}
