//! Everything that changes a mailbox.

use std::sync::Arc;

use super::folder::{self, Entry, Folder};
use super::item::{Item, Marks};
use super::mailbox::{Happened, News, State};
use crate::world::Id;
use crate::world::message::Content;
use crate::world::threads::Links;

/// A message that comes into the mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) content: Arc<Content>,
    pub(crate) folder: u64,
    pub(crate) marks: Marks,
    /// The conversation it belongs to, whatever its references say.
    pub(crate) conversation: Option<Id>,
    /// Milliseconds since the epoch.
    pub(crate) received_ms: i64,
    pub(crate) sent_ms: i64,
}

impl State {
    /// Adds a message and returns its key.
    pub(crate) fn add(&mut self, arrival: Arrival, now_ms: i64) -> u64 {
        let (key, place, change) = (self.fresh(), self.fresh(), self.step());
        let links = Links::of(arrival.content.raw());
        let conversation = arrival.conversation.or_else(|| self.conversations.find(&links)).unwrap_or(Id(key));
        self.conversations.join(conversation, Id(key), &links);
        let item = Item {
            key,
            place,
            folder: arrival.folder,
            content: arrival.content,
            conversation,
            marks: arrival.marks,
            received_ms: arrival.received_ms,
            sent_ms: arrival.sent_ms,
            created_ms: now_ms,
            modified_ms: now_ms,
            change,
            entered: change,
            solid_change: change,
        };
        self.enter(item, Happened::Created);
        key
    }

    /// Changes a message where it is. `solid` says whether more than `isRead` changes. `None` when there is none.
    pub(crate) fn edit(&mut self, key: u64, now_ms: i64, solid: bool, edit: impl FnOnce(&mut Item)) -> Option<&Item> {
        let mut item = self.leave(key)?;
        edit(&mut item);
        item.change = self.step();
        item.modified_ms = now_ms;
        if solid {
            item.solid_change = item.change;
        }
        self.enter(item, Happened::Updated);
        self.items.get(&key)
    }

    /// Moves a message: its key stays, its place does not. In its own folder nothing happens but a new place.
    pub(crate) fn move_to(&mut self, key: u64, folder: u64, now_ms: i64) -> Option<&Item> {
        let change = self.depart(key)?;
        let mut item = self.items.remove(&key)?;
        self.places.remove(&item.place);
        item.place = self.fresh();
        item.folder = folder;
        item.change = change + 1;
        item.entered = item.change;
        item.solid_change = item.change;
        item.modified_ms = now_ms;
        self.change = item.change;
        self.enter(item, Happened::Created);
        self.items.get(&key)
    }

    /// Copies a message; the copy is a message of its own in the same conversation.
    pub(crate) fn copy_to(&mut self, key: u64, folder: u64, now_ms: i64) -> Option<&Item> {
        let item = self.items.get(&key)?.clone();
        let arrival = Arrival {
            content: item.content,
            folder,
            marks: item.marks,
            conversation: Some(item.conversation),
            received_ms: item.received_ms,
            sent_ms: item.sent_ms,
        };
        let copy = self.add(arrival, now_ms);
        self.items.get(&copy)
    }

    /// Takes a message out for good.
    pub(crate) fn remove(&mut self, key: u64) -> Option<Item> {
        self.depart(key)?;
        let item = self.items.remove(&key)?;
        self.places.remove(&item.place);
        self.conversations.leave(item.conversation, Id(item.key));
        Some(item)
    }

    /// Takes a message out of its folder to be put somewhere soon; nobody finds it meanwhile, and its key stays its own.
    pub(crate) fn take_out(&mut self, key: u64) -> Option<Item> {
        self.depart(key)?;
        let item = self.items.remove(&key)?;
        self.places.remove(&item.place);
        Some(item)
    }

    /// Puts a message that was taken out into a folder, changed.
    pub(crate) fn put_back(&mut self, mut item: Item, folder: u64, now_ms: i64, edit: impl FnOnce(&mut Item)) -> Item {
        edit(&mut item);
        item.place = self.fresh();
        item.folder = folder;
        item.change = self.step();
        item.entered = item.change;
        item.solid_change = item.change;
        item.modified_ms = now_ms;
        self.enter(item.clone(), Happened::Created);
        item
    }

    /// Deletes as a person does: into Deleted Items; from there to where only recovery finds it.
    pub(crate) fn discard(&mut self, key: u64, now_ms: i64) -> Option<()> {
        let folder = self.items.get(&key)?.folder;
        let in_deleted = self.is_under(folder, folder::DELETED);
        let to = if in_deleted { folder::RECOVERABLE } else { folder::DELETED };
        self.move_to(key, to, now_ms).map(drop)
    }

    /// Makes a folder; its name must be free there.
    pub(crate) fn create_folder(&mut self, parent: u64, name: &str, hidden: bool) -> u64 {
        let (key, change) = (self.next_folder, self.step());
        self.next_folder += 1;
        self.folders.insert(key, Folder { hidden, ..Folder::new(key, parent, name, change) });
        key
    }

    /// The folder of that name under this one; casing does not matter.
    pub(crate) fn child_named(&self, parent: u64, name: &str) -> Option<u64> {
        self.children(parent).iter().find(|folder| folder.name.to_lowercase() == name.to_lowercase()).map(|it| it.key)
    }

    /// Changes a folder itself.
    pub(crate) fn edit_folder(&mut self, key: u64, edit: impl FnOnce(&mut Folder)) {
        let change = self.step();
        if let Some(folder) = self.folders.get_mut(&key) {
            edit(folder);
            folder.change = change;
        }
    }

    /// Deletes a folder as a person does: below Deleted Items with everything in it; from there for good.
    pub(crate) fn discard_folder(&mut self, key: u64) {
        if self.folders.get(&key).is_some_and(|folder| self.is_under(folder.parent, folder::DELETED)) {
            return self.remove_folder(key);
        }
        let name = self.folders.get(&key).map(|folder| folder.name.clone()).unwrap_or_default();
        // One of that name may have been deleted before.
        let numbered = (1_u32..).map(|number| format!("{name}{number}"));
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .find(|name| self.child_named(folder::DELETED, name).is_none());
        self.edit_folder(key, |folder| {
            folder.parent = folder::DELETED;
            folder.name = free.unwrap_or(name);
        });
    }

    /// Removes a folder with everything in it.
    pub(crate) fn remove_folder(&mut self, key: u64) {
        let children: Vec<u64> = self.children(key).iter().map(|folder| folder.key).collect();
        children.into_iter().for_each(|child| self.remove_folder(child));
        let messages: Vec<u64> =
            self.folders.get(&key).map(|folder| folder.order.iter().map(|(_, key)| *key).collect()).unwrap_or_default();
        for message in messages {
            self.remove(message);
        }
        let change = self.step();
        self.folders.remove(&key);
        self.folders_gone.insert(change, key);
    }

    /// Whether a folder is this one or lies somewhere below it.
    pub(crate) fn is_under(&self, folder: u64, above: u64) -> bool {
        let mut at = folder;
        // A tree is never deeper than it has folders; a broken one must not hang.
        for _ in 0..=self.folders.len() {
            if at == above {
                return true;
            }
            match self.folders.get(&at) {
                Some(folder) if folder.parent != at => at = folder.parent,
                _ => return false,
            }
        }
        false
    }

    /// Puts a message into its folder under its change number.
    fn enter(&mut self, item: Item, kind: Happened) {
        if let Some(folder) = self.folders.get_mut(&item.folder) {
            folder.order.insert((item.received_ms, item.key));
            folder.journal.0.insert(item.change, Entry::Here { key: item.key });
        }
        self.places.insert(item.place, item.key);
        self.news.push(News { kind, folder: item.folder, key: item.key, place: item.place, change: item.change });
        self.items.insert(item.key, item);
    }

    /// Takes a message out of its folder without a trace, for it comes right back.
    fn leave(&mut self, key: u64) -> Option<Item> {
        let item = self.items.remove(&key)?;
        if let Some(folder) = self.folders.get_mut(&item.folder) {
            folder.order.remove(&(item.received_ms, item.key));
            folder.journal.0.remove(&item.change);
        }
        Some(item)
    }

    /// Notes that a message is no longer in its folder; returns the change number of that.
    fn depart(&mut self, key: u64) -> Option<u64> {
        let (folder, place, received_ms, entered) = {
            let item = self.items.get(&key)?;
            (item.folder, item.place, item.received_ms, item.change)
        };
        let change = self.step();
        if let Some(folder) = self.folders.get_mut(&folder) {
            folder.order.remove(&(received_ms, key));
            folder.journal.0.remove(&entered);
            folder.journal.0.insert(change, Entry::Gone { key, place });
        }
        self.news.push(News { kind: Happened::Deleted, folder, key, place, change });
        Some(change)
    }
}
