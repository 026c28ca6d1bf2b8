//! The scripted provider's state: one mailbox, its change log, and what is to go wrong.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use model::folder::{Folder, FolderRole};
use model::message::Placement;
use model::secret::ExposeSecret as _;
use model::{Clock, DraftId, Fault, FolderId, MessageId, ThreadId, Timestamp};
use providers::{DraftState, Identity, PushAddress, Receipt, RemoteMessage, SendStyle};
use tokio::sync::Semaphore;

use crate::lock::lock;
use crate::timer::HandClock;

/// Called before each provider call with its method; may change the mailbox.
type Hook = Box<dyn FnMut(&mut State, &'static str) + Send>;

/// The provider. Cheap to clone.
#[derive(Clone)]
pub(crate) struct World {
    state: Arc<Mutex<State>>,
    pub(crate) clock: Arc<HandClock>,
    /// Refreshes wait for a permit here; it starts with plenty.
    pub(crate) refresh_gate: Arc<Semaphore>,
    /// Fetches wait for a permit here; it starts with plenty.
    pub(crate) fetch_gate: Arc<Semaphore>,
}

/// Everything there is.
pub(crate) struct State {
    /// By time of arrival, oldest first.
    pub(crate) messages: BTreeMap<u64, RemoteMessage>,
    arrivals: u64,
    /// What happened, oldest first; a cursor is a place in it.
    pub(crate) log: Vec<MessageId>,
    /// Cursors before this place are lost.
    pub(crate) log_begins: usize,
    pub(crate) folders: Vec<Folder>,
    pub(crate) drafts: Vec<(DraftId, MessageId)>,
    /// Faults to answer with, in order, by method.
    faults: HashMap<&'static str, VecDeque<Fault>>,
    /// Messages of which nothing can be asked.
    pub(crate) bad: HashMap<MessageId, Fault>,
    pub(crate) calls: Vec<&'static str>,
    /// Ids fetched with their bytes, in order.
    pub(crate) fetched: Vec<MessageId>,
    /// How many of them came without what a listing showed.
    pub(crate) fetched_unseen: usize,
    /// Listings show where messages lie.
    pub(crate) shows_glimpses: bool,
    pub(crate) sent: Vec<Bytes>,
    /// Subscriptions with a handle: that, and the secret its posts repeat.
    pub(crate) watches: Vec<(String, String)>,
    /// Subscriptions made so far.
    watched: usize,
    pub(crate) page_size: usize,
    pub(crate) identity: Identity,
    /// Scopes the platform grants.
    pub(crate) scopes: Vec<String>,
    pub(crate) live_tokens: HashSet<String>,
    pub(crate) refreshes: usize,
    pub(crate) refresh_fault: Option<Fault>,
    /// The challenges that refreshes came with.
    pub(crate) challenges: Vec<String>,
    /// Once it is there, every refresh brings a new refresh token, and only this one lives; empty takes any the first time.
    pub(crate) latest: Option<String>,
    pub(crate) revoked: Vec<String>,
    pub(crate) under_way: usize,
    pub(crate) most_under_way: usize,
    pub(crate) now: Timestamp,
    hook: Option<Hook>,
    /// Faults answered after the effect, in order, by method.
    late_faults: HashMap<&'static str, VecDeque<Fault>>,
    /// Methods that never answer: before their effect, or after it.
    stalled: HashSet<(&'static str, Stall)>,
    /// Looks among the sent messages that still find nothing.
    pub(crate) sent_lag: usize,
    /// What is told of every draft, instead of what is so.
    pub(crate) draft_state: Option<DraftState>,
    /// A draft that is written anew, or sent, stays the message it was, as at Graph.
    pub(crate) drafts_stay: bool,
    /// How mail is sent.
    pub(crate) send_style: SendStyle,
    /// Sending at once is answered with the message that came of it.
    pub(crate) tells_what_it_sent: bool,
}

/// Where a call stands still for good.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Stall {
    Before,
    After,
}

impl World {
    pub(crate) fn new(clock: Arc<HandClock>) -> Self {
        let state = State {
            messages: BTreeMap::new(),
            arrivals: 0,
            log: Vec::new(),
            log_begins: 0,
            folders: vec![folder("INBOX", FolderRole::Inbox), folder("SENT", FolderRole::Sent)],
            drafts: Vec::new(),
            faults: HashMap::new(),
            bad: HashMap::new(),
            calls: Vec::new(),
            fetched: Vec::new(),
            fetched_unseen: 0,
            shows_glimpses: false,
            sent: Vec::new(),
            watches: Vec::new(),
            watched: 0,
            page_size: 500,
            identity: Identity { subject: "sub-1".into(), email: "me@example.com".into(), name: Some("Me".into()) },
            scopes: ["openid", "email", "profile", "mail"].map(str::to_owned).to_vec(),
            live_tokens: HashSet::new(),
            refreshes: 0,
            refresh_fault: None,
            challenges: Vec::new(),
            latest: None,
            revoked: Vec::new(),
            under_way: 0,
            most_under_way: 0,
            now: clock.now(),
            hook: None,
            late_faults: HashMap::new(),
            stalled: HashSet::new(),
            sent_lag: 0,
            draft_state: None,
            drafts_stay: false,
            send_style: SendStyle::DraftThenSend,
            tells_what_it_sent: true,
        };
        let plenty = || Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self { state: Arc::new(Mutex::new(state)), clock, refresh_gate: plenty(), fetch_gate: plenty() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        state.now = self.clock.now();
        state
    }

    /// Puts messages into the mailbox.
    pub(crate) fn fill(&self, count: usize) -> Vec<MessageId> {
        let mut state = self.state();
        (0..count).map(|_| state.arrive()).collect()
    }

    /// Answers the next call of `method` with a fault.
    pub(crate) fn fail(&self, method: &'static str, fault: Fault) {
        self.state().fail(method, fault);
    }

    pub(crate) fn hook(&self, hook: impl FnMut(&mut State, &'static str) + Send + 'static) {
        self.state().hook = Some(Box::new(hook));
    }

    pub(crate) fn calls(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|called| **called == method).count()
    }

    /// Answers the next call of `method` with a fault although it took effect.
    pub(crate) fn fail_late(&self, method: &'static str, fault: Fault) {
        self.state().late_faults.entry(method).or_default().push_back(fault);
    }

    /// Calls of `method` stand still for good, until [`Self::go_on`].
    pub(crate) fn stall(&self, method: &'static str, at: Stall) {
        self.state().stalled.insert((method, at));
    }

    pub(crate) fn go_on(&self) {
        self.state().stalled.clear();
    }

    pub(super) async fn stall_before(&self, method: &'static str) {
        let stalled = self.state().stalled.contains(&(method, Stall::Before));
        if stalled {
            self.state().calls.push("stalled");
            std::future::pending::<()>().await;
        }
    }

    /// What happens to an answer on its way.
    pub(super) async fn leave(&self, method: &'static str) -> Result<(), Fault> {
        let stalled = self.state().stalled.contains(&(method, Stall::After));
        if stalled {
            self.state().calls.push("stalled");
            std::future::pending::<()>().await;
        }
        let late = self.state().late_faults.get_mut(method).and_then(VecDeque::pop_front);
        late.map_or(Ok(()), Err)
    }

    /// Counts a call, lets the hook run, and answers with the fault that is due.
    pub(super) fn enter(&self, method: &'static str) -> Result<MutexGuard<'_, State>, Fault> {
        let mut state = self.state();
        state.calls.push(method);
        if let Some(mut hook) = state.hook.take() {
            hook(&mut state, method);
            state.hook.get_or_insert(hook);
        }
        match state.faults.get_mut(method).and_then(VecDeque::pop_front) {
            Some(fault) => Err(fault),
            None => Ok(state),
        }
    }
}

impl State {
    /// Answers the next call of `method` with a fault; from a hook, the call under way.
    pub(crate) fn fail(&mut self, method: &'static str, fault: Fault) {
        self.faults.entry(method).or_default().push_back(fault);
    }

    /// A message arrives.
    pub(crate) fn arrive(&mut self) -> MessageId {
        let placement = Placement { folders: vec!["INBOX".into()], unread: true, ..Placement::default() };
        let number = self.arrivals;
        self.put(super::raw(&format!("s{number}")).into(), placement, None)
    }

    pub(crate) fn put(&mut self, raw: Bytes, placement: Placement, thread: Option<&ThreadId>) -> MessageId {
        let number = self.arrivals;
        self.arrivals += 1;
        let id = MessageId(format!("m{number}"));
        let thread_id = thread.cloned().unwrap_or_else(|| ThreadId(format!("t{number}")));
        let message = RemoteMessage { id: id.clone(), thread_id, placement, received_at: self.now, raw };
        self.messages.insert(number, message);
        self.log.push(id.clone());
        id
    }

    /// A draft goes out: its message leaves, a sent one takes its place. `None` when there is no such draft.
    pub(crate) fn send_draft(&mut self, id: &DraftId) -> Option<Receipt> {
        let old = self.drafts.iter().find(|(draft, _)| draft == id).map(|(_, old)| old.clone())?;
        let message = self.find(&old).cloned()?;
        self.drafts.retain(|(draft, _)| draft != id);
        self.sent.push(message.raw.clone());
        let placement = Placement { folders: vec!["SENT".into()], ..Placement::default() };
        if self.drafts_stay {
            self.place(&old, |lies| *lies = placement);
            return Some(Receipt { message_id: old, thread_id: message.thread_id, draft_id: None });
        }
        self.remove(&old);
        let message_id = self.put(message.raw, placement, Some(&message.thread_id));
        Some(Receipt { message_id, thread_id: message.thread_id, draft_id: None })
    }

    /// Renews or makes a subscription; those to a topic are nameless.
    pub(crate) fn watch(&mut self, address: &PushAddress, standing: Option<&str>) -> Option<String> {
        if address.topic.is_some() {
            return None;
        }
        let known = self.watches.iter().map(|(handle, _)| handle).find(|handle| Some(handle.as_str()) == standing);
        if let Some(handle) = known {
            return Some(handle.clone());
        }
        self.watched += 1;
        let handle = format!("w{}", self.watched);
        self.watches.push((handle.clone(), address.secret.expose_secret().to_owned()));
        Some(handle)
    }

    pub(crate) fn remove(&mut self, id: &MessageId) {
        self.messages.retain(|_, message| message.id != *id);
        self.log.push(id.clone());
    }

    pub(crate) fn place(&mut self, id: &MessageId, change: impl FnOnce(&mut Placement)) {
        if let Some(message) = self.messages.values_mut().find(|message| message.id == *id) {
            change(&mut message.placement);
            self.log.push(id.clone());
        }
    }

    /// Somebody writes a draft anew: its id stays.
    pub(crate) fn rewrite(&mut self, id: &MessageId, raw: Bytes, change: impl FnOnce(&mut Placement)) {
        if let Some(message) = self.messages.values_mut().find(|message| message.id == *id) {
            message.raw = raw;
        }
        self.place(id, change);
    }

    pub(crate) fn find(&self, id: &MessageId) -> Option<&RemoteMessage> {
        self.messages.values().find(|message| message.id == *id)
    }

    pub(crate) fn ids(&self) -> Vec<MessageId> {
        self.messages.values().map(|message| message.id.clone()).collect()
    }

    /// Forgets the change log so far.
    pub(crate) fn lose_log(&mut self) {
        self.log_begins = self.log.len() + 1;
        let len = self.log_begins;
        self.log.resize(len, MessageId("forgotten".into()));
    }
}

pub(crate) fn folder(id: &str, role: FolderRole) -> Folder {
    Folder {
        id: FolderId(id.into()),
        name: id.into(),
        parent_id: None,
        system: true,
        role: Some(role),
        text_color: None,
        background_color: None,
    }
}
