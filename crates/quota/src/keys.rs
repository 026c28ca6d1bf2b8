//! All keys, and a call passing those it names.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::key::{BITS, Block, Key, Wish};
use crate::snapshot::Saved;
use crate::{Keys, Level, Limits};

/// No key at a level.
pub(crate) const NONE: u32 = u32::MAX;

/// The keys a call names, by level.
pub(crate) type Named = [u32; Level::COUNT];

/// The levels in the order in which a call is asked to pass them.
const OWN_FIRST: [Level; Level::COUNT] = [Level::Mailbox, Level::ProjectMailbox, Level::Project, Level::Tenant];

/// Names to places. Names are the program's own, not strangers': a quick hash will do, and an admission looks up four.
pub(crate) type ByName<K> = HashMap<K, u32, RandomState>;

pub(crate) struct Book<K> {
    places: ByName<K>,
    keys: Vec<Option<Key<K>>>,
    free: Vec<u32>,
    /// Where tidying has come to.
    broom: usize,
    /// Keys with a line that have come under other limits: whoever waits may go now.
    pub(crate) adopted: Vec<u32>,
    /// What was learned before a restart of keys not used since.
    pub(crate) restored: HashMap<K, Saved>,
}

impl<K: Eq + Hash + Clone> Book<K> {
    pub(crate) fn new() -> Self {
        Self {
            places: ByName::default(),
            keys: Vec::new(),
            free: Vec::new(),
            broom: 0,
            adopted: Vec::new(),
            restored: HashMap::new(),
        }
    }

    /// The keys of an ask, made where they are new.
    pub(crate) fn name(&mut self, now: i64, keys: &Keys<K>, limits: &Arc<Limits>) -> Named {
        let mut named = [NONE; Level::COUNT];
        for (level, key) in Level::ALL.into_iter().zip(&keys.0) {
            if let Some(key) = key {
                named[level as usize] = self.find_or_make(now, level, key, limits);
            }
        }
        named
    }

    pub(crate) fn find_or_make(&mut self, now: i64, level: Level, name: &K, limits: &Arc<Limits>) -> u32 {
        if let Some(place) = self.places.get(name).copied() {
            let key = self.at(place);
            if !Arc::ptr_eq(&key.limits, limits) && key.adopt(now, limits) && key.line.is_some() {
                self.adopted.push(place);
            }
            return place;
        }
        let mut key = Key::new(name.clone(), level, limits.clone());
        if let Some(saved) = self.restored.remove(name) {
            saved.into_key(now, &mut key);
        }
        let key = Some(key);
        let place = match self.free.pop() {
            Some(place) => {
                self.keys[place as usize] = key;
                place
            }
            None => {
                self.keys.push(key);
                (self.keys.len() - 1) as u32
            }
        };
        self.places.insert(name.clone(), place);
        place
    }

    pub(crate) fn find(&self, name: &K) -> Option<u32> {
        self.places.get(name).copied()
    }

    /// A key that is named by a ticket, a waiter or the map.
    pub(crate) fn at(&mut self, place: u32) -> &mut Key<K> {
        self.keys[place as usize].as_mut().expect("a key in use is kept")
    }

    pub(crate) fn get(&self, place: u32) -> Option<&Key<K>> {
        self.keys.get(place as usize)?.as_ref()
    }

    /// The places of all keys, those of forgotten ones among them.
    pub(crate) fn places(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Key<K>> {
        self.keys.iter().flatten()
    }

    /// How many calls may pass all keys, or the first block in the way with its key. The mailbox's own keys are asked before
    /// those it shares: whom its own mailbox holds up must not stand in a shared line and hold up everybody there.
    pub(crate) fn room(&mut self, now: i64, named: &Named, mut wish: Wish) -> Result<u32, (u32, Block)> {
        let places = OWN_FIRST.into_iter().map(|level| named[level as usize]);
        for place in places.filter(|place| *place != NONE) {
            wish.want = self.at(place).room(now, wish).map_err(|block| (place, block))?;
        }
        Ok(wish.want)
    }

    /// Forgets a key that nothing names.
    pub(crate) fn forget(&mut self, name: &K) {
        self.restored.remove(name);
        let Some(place) = self.find(name) else { return };
        let key = self.at(place);
        key.learned = None;
        if key.refs == 0 && key.line.is_none() {
            self.keys[place as usize] = None;
            self.places.remove(name);
            self.free.push(place);
        }
    }

    /// Tidies one key, in turn.
    pub(crate) fn sweep(&mut self, now: i64) {
        self.broom = if self.broom + 1 < self.keys.len() { self.broom + 1 } else { 0 };
        if let Some(Some(key)) = self.keys.get_mut(self.broom) {
            key.tidy(now);
        }
    }
}

/// A key's bit among those of all levels.
pub(crate) fn bit_at(level: Level, bit: u64) -> u64 {
    bit << (level as usize * BITS)
}

/// A key's own bits among those of all levels.
pub(crate) fn bits_of(level: Level, mask: u64) -> u64 {
    (mask >> (level as usize * BITS)) & ((1 << BITS) - 1)
}
