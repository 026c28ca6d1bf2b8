//! What the engine sees of a mailbox at its provider.

use std::collections::HashMap;

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::{Folder, FolderEdit};
use model::message::{MessageEdit, Placement};
use model::sync::{Change, NativeQuery, SyncCursor};
use model::*;

use crate::push::{PushAddress, Watching};

/// Results of provider calls.
pub type Result<T> = std::result::Result<T, Fault>;

/// The mailbox in a few numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile {
    /// The mailbox's address as the provider states it.
    pub email: String,
    /// Changes after this cursor are not yet known. Taken before a listing, so that nothing falls between.
    pub cursor: SyncCursor,
    /// All messages, roughly.
    pub messages_total: Option<u64>,
}

/// One page of ids from a provider's listing, newest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IdPage {
    /// Message ids.
    pub ids: Vec<MessageId>,
    /// The thread of each, in the same order; empty where the provider does not say.
    pub threads: Vec<ThreadId>,
    /// What the listing showed of them beside their ids; empty where a provider shows nothing.
    pub glimpses: Glimpses,
    /// Where the listing continues; provider-opaque. A page may be empty and still continue.
    pub next: Option<String>,
}

/// What a listing shows of a message beside its id: everything but its bytes, so that fetching it need not ask again.
#[derive(Clone, PartialEq, Debug)]
pub struct Glimpse {
    /// Its thread.
    pub thread_id: ThreadId,
    /// Where it lay when it was listed.
    pub placement: Placement,
    /// When the provider received it.
    pub received_at: Timestamp,
}

/// Glimpses by message.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Glimpses(pub HashMap<MessageId, Glimpse>);

impl Glimpses {
    /// Messages to be fetched, each with what is known of it.
    pub fn wanted(&self, ids: Vec<MessageId>) -> Vec<Wanted> {
        ids.into_iter().map(|id| Wanted { glimpse: self.0.get(&id).cloned(), id }).collect()
    }
}

/// A message to be fetched.
#[derive(Clone, PartialEq, Debug)]
pub struct Wanted {
    /// Which one.
    pub id: MessageId,
    /// What a listing just showed of it, if one did. Whoever hands it on follows changes from before that listing.
    pub glimpse: Option<Glimpse>,
}

impl From<MessageId> for Wanted {
    fn from(id: MessageId) -> Self {
        Self { id, glimpse: None }
    }
}

/// A message as fetched, byte for byte.
#[derive(Clone, PartialEq, Debug)]
pub struct RemoteMessage {
    /// The provider's id.
    pub id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// Where it lies.
    pub placement: Placement,
    /// When the provider received it.
    pub received_at: Timestamp,
    /// The raw RFC 5322 bytes.
    pub raw: Bytes,
}

/// One page of changes.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangePage {
    /// In the order they happened; at most one entry per message, the last word.
    pub changes: Vec<Change>,
    /// What the answer showed of messages that may have to be fetched; empty where a provider shows nothing.
    pub glimpses: Glimpses,
    /// Where this listing continues, if it does.
    pub next: Option<String>,
    /// The cursor to keep once this page is applied: whatever breaks the listing off, it goes on from there.
    pub cursor: SyncCursor,
    /// Folders were (or may have been) made, renamed or removed: list them again.
    pub folders_changed: bool,
}

/// The provider's acknowledgement of a send, of a saved draft or of a copy.
#[derive(Clone, PartialEq, Debug)]
pub struct Receipt {
    /// The message as it now lies in the mailbox.
    pub message_id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The draft, when a draft was saved.
    pub draft_id: Option<DraftId>,
}

/// How a provider is sent through so that no mail is lost and none goes out twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendStyle {
    /// A draft is saved and then sent. The draft's disappearance proves the send, and a draft is sent at most once.
    DraftThenSend,
    /// It is handed over at once; what became of it is found among the sent messages by its mark.
    SendThenLook,
    /// It is handed over at once, and nothing tells afterwards.
    Blind,
}

/// What became of a draft.
#[derive(Clone, PartialEq, Debug)]
pub enum DraftState {
    /// It is there to be sent.
    There,
    /// It was taken in for sending, wherever it lies by now: a provider tells so where a draft and its message are one.
    Sent(Receipt),
    /// Somebody removed it before it was sent.
    Removed,
    /// It is nowhere: it was sent, or removed.
    Gone,
}

/// What a sent message is recognised by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// The value of its marker header ([`model::outbox::MARKER`]).
    pub marker: String,
    /// For what bears no mark (a draft of the person's own): the thread it was sent into, where nothing else was.
    pub thread: Option<ThreadId>,
    /// It was not sent before this instant.
    pub since: Timestamp,
}

/// An address the account may send from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendAs {
    /// The address and display name.
    pub address: Address,
    /// The account's own address.
    pub primary: bool,
    /// Used when a message names no sender.
    pub default: bool,
}

/// One mailbox at its provider. Every method is one logical operation and may take several requests.
#[async_trait]
pub trait ProviderClient: Send + Sync {
    /// Address, cursor and size.
    async fn profile(&self) -> Result<Profile>;
    /// All folders.
    async fn folders(&self) -> Result<Vec<Folder>>;
    /// Makes a folder; `edit.name` is present.
    async fn create_folder(&self, edit: FolderEdit) -> Result<Folder>;
    /// Changes a folder.
    async fn update_folder(&self, id: &FolderId, edit: FolderEdit) -> Result<Folder>;
    /// Removes a folder.
    async fn delete_folder(&self, id: &FolderId) -> Result<()>;
    /// Lists message ids, newest first.
    async fn list(&self, query: NativeQuery, page: Option<String>, limit: u32) -> Result<IdPage>;
    /// Lists thread ids matching a native query.
    async fn list_threads(
        &self,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<(Vec<ThreadId>, Option<String>)>;
    /// Fetches messages with raw bytes. One entry per message, in order; one bad message spoils only its own entry.
    /// The outer error means that nothing was fetched.
    async fn fetch(&self, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage>>>;
    /// Fetches placements only, as [`Self::fetch`]. Cheaper, for reconciling; cheaper still where threads are named, since
    /// those of one thread may come together.
    async fn placements(&self, ids: &[(MessageId, Option<ThreadId>)]) -> Result<Vec<Result<Placement>>>;
    /// Changes after a cursor. A lost cursor is a fault with [`Verdict::Resync`].
    async fn changes(&self, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage>;
    /// Changes a message; returns where it lies then.
    async fn update(&self, id: &MessageId, current: &Placement, edit: &MessageEdit) -> Result<Placement>;
    /// Moves a message to the trash.
    async fn trash(&self, id: &MessageId, current: &Placement) -> Result<Placement>;
    /// Copies a message into a folder; the copy has an id of its own. `unsupported` where a message lies in several at once.
    async fn copy(&self, id: &MessageId, folder: &FolderId) -> Result<Receipt>;
    /// Removes a message for good.
    async fn delete(&self, id: &MessageId) -> Result<()>;
    /// Changes every message of a thread; returns where each lies then.
    async fn update_thread(
        &self,
        id: &ThreadId,
        current: &[(MessageId, Placement)],
        edit: &MessageEdit,
    ) -> Result<Vec<(MessageId, Placement)>>;
    /// Moves a thread to the trash.
    async fn trash_thread(
        &self,
        id: &ThreadId,
        current: &[(MessageId, Placement)],
    ) -> Result<Vec<(MessageId, Placement)>>;
    /// Hands raw bytes over for sending at once, into a thread when one is named. `None`: the provider took them and tells
    /// nothing of the message that came of it.
    async fn send(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Option<Receipt>>;
    /// All drafts with their messages.
    async fn drafts(&self) -> Result<Vec<(DraftId, MessageId)>>;
    /// Saves a new draft.
    async fn create_draft(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt>;
    /// Replaces a draft's content. The draft id stays, the message id may not.
    async fn update_draft(&self, id: &DraftId, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt>;
    /// Removes a draft for good.
    async fn delete_draft(&self, id: &DraftId) -> Result<()>;
    /// Sends a draft as it is at the provider, to so many recipients: quotas count them, and the draft is not read for it.
    /// What is no draft any more is `not_found`, whatever the provider calls it.
    async fn send_draft(&self, id: &DraftId, recipients: u32) -> Result<Receipt>;
    /// The surest way of sending that a permission with these scopes allows.
    fn send_style(&self, scopes: &[String]) -> SendStyle;
    /// The newest draft that bears the mark, among those saved since.
    async fn find_draft(&self, marker: &str, since: Timestamp) -> Result<Option<Receipt>>;
    /// What became of a draft.
    async fn draft_state(&self, id: &DraftId) -> Result<DraftState>;
    /// The sent message of a trace, as far as the provider lists it yet. Not by search: an index lags behind.
    async fn find_sent(&self, trace: &Trace) -> Result<Option<Receipt>>;
    /// Addresses the account may send from.
    async fn send_as(&self) -> Result<Vec<SendAs>>;
    /// Subscribes to changes of the mailbox at what it speaks of `address`, or renews the subscription with the handle
    /// `standing`. One that is gone is made anew: its handle is another then, and the address's secret is its own. `None`
    /// means that the address holds nothing it speaks.
    async fn watch(&self, address: &PushAddress, standing: Option<&str>) -> Result<Option<Watching>>;
    /// Ends the subscription with this handle; one that is gone already is no error.
    async fn stop_watch(&self, handle: Option<&str>) -> Result<()>;
}
