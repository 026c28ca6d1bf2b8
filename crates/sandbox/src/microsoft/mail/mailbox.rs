//! One Exchange mailbox: folders, the messages in them, and everything behind one lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::folder::{self, Folder};
use super::ids::Naming;
use super::item::Item;
use super::rounds::Rounds;
use crate::microsoft::news::NewsDesk;
use crate::world::chance::Chance;
use crate::world::threads::Threads;

/// A mailbox at Exchange.
#[derive(Debug)]
pub(crate) struct ExchangeMailbox {
    /// The primary address, in lower case.
    pub(crate) email: String,
    /// The person's name.
    pub(crate) name: String,
    pub(crate) naming: Naming,
    /// Who hears of changes, if anybody does.
    news: Option<NewsDesk>,
    state: RwLock<State>,
}

/// All that changes in a mailbox.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) folders: BTreeMap<u64, Folder>,
    pub(crate) items: HashMap<u64, Item>,
    /// From what an ordinary id says to the message.
    pub(super) places: HashMap<u64, u64>,
    pub(crate) conversations: Threads,
    /// Folders that were deleted, by change number.
    pub(crate) folders_gone: BTreeMap<u64, u64>,
    pub(crate) rounds: Rounds,
    /// Grows with every change; journals and delta tokens go by it.
    pub(super) change: u64,
    pub(super) next_folder: u64,
    pub(super) news: Vec<News>,
    chance: Chance,
}

/// Something that subscribers may want to hear of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct News {
    pub(crate) kind: Happened,
    pub(crate) folder: u64,
    pub(crate) key: u64,
    pub(crate) place: u64,
    pub(crate) change: u64,
}

/// What happened to a message in a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Happened {
    Created,
    Updated,
    Deleted,
}

impl ExchangeMailbox {
    pub(crate) fn new(email: &str, name: &str, seed: u64) -> Self {
        let email = email.to_lowercase();
        let folders = Folder::standard();
        let change = folders.keys().next_back().copied().unwrap_or(0) + 1_000;
        let state = State {
            folders,
            items: HashMap::new(),
            places: HashMap::new(),
            conversations: Threads::default(),
            folders_gone: BTreeMap::new(),
            rounds: Rounds::default(),
            change,
            next_folder: folder::FIRST_OWN,
            news: Vec::new(),
            chance: Chance::seeded(seed, &format!("exchange/{email}")),
        };
        Self { naming: Naming::of(&email), email, name: name.to_owned(), news: None, state: RwLock::new(state) }
    }

    /// The same mailbox; somebody hears of its changes.
    pub(crate) fn heard_by(self, news: NewsDesk) -> Self {
        Self { news: Some(news), ..self }
    }

    /// To look at the mailbox; nothing changes meanwhile.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the mailbox, and tells whoever has subscribed to it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.write();
        let outcome = change(&mut state);
        let news = state.take_news();
        if let Some(desk) = self.news.as_ref().filter(|_| !news.is_empty()) {
            desk.hear(&self.email, &self.naming, &news);
        }
        outcome
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether mail to this address comes here: the primary address or one of its `+tags`.
    pub(crate) fn answers_to(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let untagged = match address.rsplit_once('@') {
            Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
            None => address,
        };
        untagged == self.email
    }
}

impl State {
    /// A message by what its immutable id says.
    pub(crate) fn by_key(&self, key: u64) -> Option<&Item> {
        self.items.get(&key)
    }

    /// A message by what its ordinary id says; none once it has moved on.
    pub(crate) fn by_place(&self, place: u64) -> Option<&Item> {
        self.items.get(self.places.get(&place)?)
    }

    /// The mailbox's change number as it stands.
    pub(crate) fn change(&self) -> u64 {
        self.change
    }

    /// A draw of 64 bits from the mailbox's own seeded stream.
    pub(crate) fn draw(&mut self) -> u64 {
        self.chance.bits(64)
    }

    /// What happened since this was last asked.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// The messages of a folder, or of all that listings span, newest first.
    pub(crate) fn newest_first(&self, folder: Option<u64>) -> Vec<&Item> {
        let folders = self.folders.values().filter(|have| match folder {
            Some(wanted) => have.key == wanted,
            None => have.key != folder::RECOVERABLE,
        });
        let mut places: Vec<&(i64, u64)> = folders.flat_map(|folder| &folder.order).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.into_iter().filter_map(|(_, key)| self.items.get(key)).collect()
    }

    /// Messages in a folder, and how many of them are unread.
    pub(crate) fn counts(&self, folder: &Folder) -> (usize, usize) {
        let unread =
            folder.order.iter().filter(|(_, key)| self.items.get(key).is_some_and(|item| !item.marks.is_read)).count();
        (folder.order.len(), unread)
    }

    /// The folders right under this one, by name.
    pub(crate) fn children(&self, parent: u64) -> Vec<&Folder> {
        let mut found: Vec<_> =
            self.folders.values().filter(|folder| folder.parent == parent && folder.key != parent).collect();
        found.sort_by_key(|folder| (folder.name.to_lowercase(), folder.key));
        found
    }

    /// The next change number.
    pub(super) fn step(&mut self) -> u64 {
        self.change += 1;
        self.change
    }

    /// A number for a message that is not used in this mailbox.
    pub(super) fn fresh(&mut self) -> u64 {
        loop {
            let number = self.draw() >> 8;
            if !self.items.contains_key(&number) && !self.places.contains_key(&number) {
                return number;
            }
        }
    }
}
