//! A round through the changes: first the tree's, then every folder's, page by page.
//!
//! It is part of the cursor: whatever breaks it off, it goes on where it was, and a mailbox that lets one request through
//! now and then comes to the end all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use model::{Fault, FaultKind, FolderId, MessageId, Verdict};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::batch::{self, Part};
use super::bins::bins;
use super::changes::Learned;
use super::cost::Operation;
use super::cursor::{self, Cursor, Followed, lost};
use super::http::{Http, unreadable};
use super::placement;
use super::wire::{self, Message, Page};

/// Changes after which a page ends and the round goes on with the next.
const ENOUGH: usize = 1000;
/// Requests after which it ends in any case: empty pages may go on and on.
const MOST_STEPS: usize = 100;
/// Messages owed at most; what is told of one later is the truth as well.
const MOST_OWED: usize = 500;
/// Messages whose last appearance is remembered at most. Of one that is forgotten, a removal told later is asked for.
const MOST_APPEARED: usize = 5000;

/// A round under way.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Round {
    /// The tree's changes are at their end.
    #[serde(rename = "t")]
    tree_done: bool,
    /// A folder was made, moved or renamed: others may lie in the bins than before.
    #[serde(rename = "m")]
    reshaped: bool,
    /// Folders whose changes are not at their end.
    #[serde(rename = "w")]
    waiting: Vec<FolderId>,
    /// Folders that were begun anew, because a link between two pages had died. A second time the place is lost.
    #[serde(rename = "b")]
    begun_anew: BTreeSet<FolderId>,
    /// Messages that left a folder and have not appeared in another.
    #[serde(rename = "l")]
    left: BTreeSet<MessageId>,
    /// Messages told of in part only.
    #[serde(rename = "u")]
    unclear: BTreeSet<MessageId>,
    /// Where messages appeared last, both as numbers: leaving another folder means nothing for them.
    #[serde(rename = "a")]
    appeared: BTreeMap<u64, u64>,
}

impl Round {
    pub(super) fn is_over(&self) -> bool {
        self.tree_done && self.waiting.is_empty() && self.left.is_empty() && self.unclear.is_empty()
    }

    /// Goes on to the end of a page of changes.
    ///
    /// # Errors
    /// What broke it off; what was learned before holds.
    pub(super) async fn go(&mut self, http: &Http, at: &mut Cursor, learned: &mut Learned) -> Result<(), Fault> {
        let mut steps = 0..MOST_STEPS;
        while !self.tree_done && steps.next().is_some() {
            self.follow_tree(http, at, learned).await?;
        }
        while self.tree_done && self.has_room(learned) && steps.next().is_some() {
            self.step(http, at, learned).await?;
        }
        self.ask(http, at, learned).await
    }

    fn has_room(&self, learned: &Learned) -> bool {
        !self.waiting.is_empty() && learned.count() + self.left.len() < ENOUGH
    }

    /// A page of the tree's changes, so that new folders are followed from their beginning.
    async fn follow_tree(&mut self, http: &Http, at: &mut Cursor, learned: &mut Learned) -> Result<(), Fault> {
        let request = http.request(Method::GET, &at.tree).header("Prefer", cursor::PAGE);
        let page: Page<wire::Folder> = http.json(request, Operation::FoldersDelta).await?;
        for folder in page.value {
            self.reshaped |= take_in(&mut at.folders, folder)?;
        }
        learned.folders_changed |= self.reshaped;
        let more = page.next.is_some();
        let Some(link) = page.next.or(page.delta) else {
            return Err(unreadable("the changes of the folders have no end", Operation::FoldersDelta));
        };
        at.tree = http.below(&link, Operation::FoldersDelta)?;
        learned.went_on = true;
        if !more {
            self.look_into_bins(http, at).await?;
            self.tree_done = true;
            self.waiting = at.folders.keys().cloned().collect();
        }
        Ok(())
    }

    /// Follows the tree once more: a folder may have been made after it was followed, and messages moved there. What was
    /// deleted for good lies in none of it.
    async fn meet_new_folders(&mut self, http: &Http, at: &mut Cursor, learned: &mut Learned) -> Result<(), Fault> {
        let known: BTreeSet<FolderId> = at.folders.keys().cloned().collect();
        let waiting = std::mem::take(&mut self.waiting);
        self.tree_done = false;
        for _ in 0..MOST_STEPS {
            self.follow_tree(http, at, learned).await?;
            if self.tree_done {
                self.waiting.retain(|folder| !known.contains(folder) || waiting.contains(folder));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Learns anew what lies in the bins, where the tree is another than it was. A folder that came into them took its
    /// messages along, and no change tells of these.
    async fn look_into_bins(&mut self, http: &Http, at: &mut Cursor) -> Result<(), Fault> {
        if !self.reshaped {
            return Ok(());
        }
        let bins = bins(http).await?;
        for (folder, followed) in &at.folders {
            if bins.hide(folder) != at.bins.hide(folder) && followed.link != cursor::beginning(folder)? {
                return Err(lost("A folder went into a bin or came out of one, with the messages in it."));
            }
        }
        at.bins = bins;
        Ok(())
    }

    /// Reads the next page of every folder that waits. What one folder is refused leaves what the others told; they wait
    /// no longer, and the fault comes up when it is the turn of the refused one alone.
    async fn step(&mut self, http: &Http, at: &mut Cursor, learned: &mut Learned) -> Result<(), Fault> {
        let part = |folder: &FolderId| match at.folders.get(folder) {
            Some(followed) => Ok(Part::get(followed.link.clone()).preferring(cursor::PAGE.to_owned())),
            None => Err(lost("A folder is not followed.")),
        };
        let parts = self.waiting.iter().map(part).collect();
        let read = batch::entries(http, Operation::MessagesDelta, parts).await;
        let (mut refused, mut went_on) = (None, false);
        for (folder, entry) in std::mem::take(&mut self.waiting).into_iter().zip(read) {
            let page = batch::decoded::<Page<Message>>(entry, Operation::MessagesDelta).map_err(reset);
            match page {
                Ok(page) => self.take_in(http, folder, page, at, learned)?,
                Err(fault) if fault.verdict == Verdict::Resync && self.begins_anew(at, &folder) => {
                    self.waiting.push(folder);
                }
                Err(fault) => {
                    refused = Some(fault);
                    self.waiting.push(folder);
                    continue;
                }
            }
            went_on = true;
        }
        learned.went_on |= went_on;
        match refused {
            Some(fault) if !went_on || fault.verdict == Verdict::Resync => Err(fault),
            _ => Ok(()),
        }
    }

    /// Takes a folder back to where its part of the round began, if it has left there, and once only.
    fn begins_anew(&mut self, at: &mut Cursor, folder: &FolderId) -> bool {
        at.folders.get_mut(folder).is_some_and(Followed::go_back) && self.begun_anew.insert(folder.clone())
    }

    fn take_in(
        &mut self,
        http: &Http,
        folder: FolderId,
        page: Page<Message>,
        at: &mut Cursor,
        learned: &mut Learned,
    ) -> Result<(), Fault> {
        let more = page.next.is_some();
        let Some(link) = page.next.or(page.delta) else {
            return Err(unreadable("the changes of a folder have no end", Operation::MessagesDelta));
        };
        let link = http.below(&link, Operation::MessagesDelta)?;
        match at.folders.get_mut(&folder) {
            Some(followed) if more => followed.go_on(link),
            Some(followed) => followed.arrive(link),
            None => {}
        }
        for message in page.value {
            self.message(&folder, message, at, learned);
        }
        if more {
            self.waiting.push(folder);
        }
        Ok(())
    }

    fn message(&mut self, folder: &FolderId, mut message: Message, at: &Cursor, learned: &mut Learned) {
        let id = MessageId(message.id.clone());
        if message.removed.is_some() {
            if self.appeared.get(&number(&id)).is_none_or(|last| *last == number(folder)) {
                learned.forget(&id);
                self.appeared.remove(&number(&id));
                self.unclear.remove(&id);
                self.left.insert(id);
            }
            return;
        }
        self.left.remove(&id);
        if self.appeared.len() >= MOST_APPEARED {
            self.appeared.clear();
        }
        self.appeared.insert(number(&id), number(folder));
        // Whoever is told of by a folder lies in it.
        message.parent_folder_id.get_or_insert_with(|| folder.0.clone());
        match placement::of(&message, &at.bins) {
            Some(placement) => {
                self.unclear.remove(&id);
                learned.put(message, placement);
            }
            None => drop(self.unclear.insert(id)),
        }
    }

    /// Asks where messages lie now that were told of in part, and, when the round is over or they are many, those that left
    /// a folder and appeared nowhere. What the mailbox is refused is asked for with the next page; what one message is
    /// refused, with the next round: no single one keeps a round from its end.
    async fn ask(&mut self, http: &Http, at: &mut Cursor, learned: &mut Learned) -> Result<(), Fault> {
        let mut ids: Vec<MessageId> = self.unclear.iter().cloned().collect();
        if self.tree_done && self.waiting.is_empty() || self.left.len() >= ENOUGH {
            ids.extend(self.left.iter().cloned());
            ids.extend(at.owed.iter().filter(|id| !learned.knows(id)).cloned());
        }
        let entries = super::messages::select(http, &ids).await?;
        if entries.iter().flatten().any(|message| lies_elsewhere(message, at)) {
            self.meet_new_folders(http, at, learned).await?;
        }
        let mut refused = None;
        let mut owed = BTreeSet::new();
        for (id, entry) in ids.iter().zip(entries) {
            match entry {
                Err(fault) if fault.kind.meets_others() => {
                    refused = Some(fault);
                    continue;
                }
                Err(fault) if may_pass(&fault) => drop(owed.insert(id.clone())),
                Ok(message) => learned.found(id, message, at),
                Err(fault) if fault.kind == FaultKind::NotFound => learned.gone(id),
                // Its place stays as it was; the next change of it brings the truth.
                Err(_) => {}
            }
            learned.went_on = true;
            self.unclear.remove(id);
            self.left.remove(id);
            at.owed.remove(id);
        }
        at.owed.extend(owed);
        while at.owed.len() > MOST_OWED {
            at.owed.pop_first();
        }
        refused.map_or(Ok(()), Err)
    }
}

/// Whether a message lies in a folder that is not followed.
fn lies_elsewhere(message: &Message, at: &Cursor) -> bool {
    message.parent_folder_id.as_ref().is_some_and(|folder| !at.folders.contains_key(&FolderId(folder.clone())))
}

/// Whether the answer may be another one later.
fn may_pass(fault: &Fault) -> bool {
    matches!(fault.verdict, Verdict::Backoff | Verdict::At(_))
}

fn number(id: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// Takes a folder's news in; says whether people would notice it.
fn take_in(known: &mut BTreeMap<FolderId, Followed>, folder: wire::Folder) -> Result<bool, Fault> {
    let id = FolderId(folder.id.clone());
    if folder.removed.is_some() {
        return match known.contains_key(&id) {
            // It took its messages with it, and nothing will tell which these were.
            true => Err(lost("A folder is gone, with the messages in it.")),
            false => Ok(false),
        };
    }
    if !folder.holds_messages() {
        return Ok(false);
    }
    let looks = cursor::looks(&folder);
    match known.get_mut(&id) {
        // Only counts, which nobody sees here.
        Some(followed) if followed.looks == looks || folder.display_name.is_none() => Ok(false),
        Some(followed) => {
            followed.looks = looks;
            Ok(true)
        }
        None => {
            known.insert(id.clone(), Followed::at(cursor::beginning(&id)?, looks));
            Ok(true)
        }
    }
}

/// A folder that is not found any more is a lost place too: its messages went with it.
fn reset(fault: Fault) -> Fault {
    match fault.kind {
        FaultKind::NotFound => Fault {
            provider_code: fault.provider_code,
            raw: fault.raw,
            ..lost("A folder is gone, with the messages in it.")
        },
        _ => fault,
    }
}
