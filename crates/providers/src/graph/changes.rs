//! Changes since a cursor: a round through the tree and all folders (facts 1.3).
//!
//! A message that moves is removed from one folder's changes and appears in another's, in any order; so what was removed is
//! believed only when the round is over and the message appeared nowhere, and it is asked for once more by then.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::message::Placement;
use model::sync::{Change, SyncCursor};
use model::{Fault, FaultKind, FolderId, MessageId};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::batch::{self, Part};
use super::cost::Operation;
use super::cursor::{self, Cursor, Followed, lost};
use super::http::{Http, unreadable};
use super::wire::{self, Message, Page};
use super::{messages, placement};
use crate::{ChangePage, Glimpses};

/// Changes after which a page ends and the round goes on with the next.
const ENOUGH: usize = 1000;

/// A round under way.
#[derive(Clone, Serialize, Deserialize)]
struct Round {
    /// Places already reached, and those of folders not looked at yet.
    cursor: Cursor,
    /// Folders whose changes are not at their end.
    waiting: Vec<FolderId>,
    /// Messages that left a folder and have not appeared in another.
    removed: BTreeSet<MessageId>,
    /// Where messages appeared last: leaving another folder means nothing for them.
    appeared: BTreeMap<MessageId, FolderId>,
    folders_changed: bool,
}

/// What one call learned.
#[derive(Default)]
struct Learned {
    /// The last word on each message.
    placed: HashMap<MessageId, Placement>,
    shown: Vec<Message>,
    /// Told of in part only.
    unclear: BTreeSet<MessageId>,
}

/// One page of changes. A place that Graph no longer keeps is answered with 410 and becomes `Resync`.
pub(super) async fn changes(http: &Http, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage, Fault> {
    let mut round = match page {
        Some(page) => serde_json::from_str(&page).map_err(|_| lost("The page of changes cannot be read."))?,
        None => Round::begin(http, Cursor::read(cursor)?).await?,
    };
    let mut learned = Learned::default();
    while !round.waiting.is_empty() && learned.placed.len() + round.removed.len() < ENOUGH {
        round.step(http, &mut learned).await?;
    }
    let over = round.waiting.is_empty();
    let mut asked = learned.unclear.clone();
    if over {
        asked.append(&mut round.removed);
    }
    let mut changes = ask(http, asked, &round.cursor, &mut learned).await?;
    let glimpses = glimpses(&learned, &round.cursor);
    changes.extend(learned.placed.into_iter().map(|(id, placement)| Change::Placed(id, placement)));
    Ok(ChangePage {
        changes,
        glimpses,
        cursor: round.cursor.written()?,
        folders_changed: std::mem::take(&mut round.folders_changed),
        next: match over {
            true => None,
            false => Some(serde_json::to_string(&round).map_err(|e| Fault::internal(e.to_string()))?),
        },
    })
}

/// Asks where messages lie now; those that are gone are returned as deleted.
async fn ask(http: &Http, ids: BTreeSet<MessageId>, at: &Cursor, learned: &mut Learned) -> Result<Vec<Change>, Fault> {
    let ids: Vec<MessageId> = ids.into_iter().collect();
    let mut gone = Vec::new();
    for (id, entry) in ids.iter().zip(messages::select(http, &ids).await?) {
        match entry {
            Ok(message) => match placement::of(&message, &at.bins) {
                // What was deleted for good may be found for a while among what an administrator can recover.
                Some(placement) if !placement.folders.iter().all(|folder| at.folders.contains_key(folder)) => {
                    gone.push(Change::Deleted(id.clone()));
                }
                Some(placement) => learned.put(message, placement),
                None => return Err(unreadable("a message came without what was selected", Operation::MessagesGet)),
            },
            Err(fault) if fault.kind == FaultKind::NotFound => gone.push(Change::Deleted(id.clone())),
            Err(fault) => return Err(fault),
        }
    }
    Ok(gone)
}

fn glimpses(learned: &Learned, at: &Cursor) -> Glimpses {
    let mut glimpses = messages::shown(&learned.shown, &at.bins);
    glimpses.0.retain(|id, glimpse| learned.placed.get(id) == Some(&glimpse.placement));
    glimpses
}

impl Learned {
    fn put(&mut self, message: Message, placement: Placement) {
        self.unclear.remove(&MessageId(message.id.clone()));
        self.placed.insert(MessageId(message.id.clone()), placement);
        self.shown.push(message);
    }
}

impl Round {
    /// Follows the tree's changes, so that new folders are followed from their beginning.
    async fn begin(http: &Http, mut cursor: Cursor) -> Result<Self, Fault> {
        let mut folders_changed = false;
        loop {
            let request = http.request(Method::GET, &cursor.tree);
            let page: Page<wire::Folder> = http.json(request, Operation::FoldersDelta).await?;
            for folder in page.value {
                folders_changed |= take_in(&mut cursor.folders, folder)?;
            }
            let more = page.next.is_some();
            let Some(link) = page.next.or(page.delta) else {
                return Err(unreadable("the changes of the folders have no end", Operation::FoldersDelta));
            };
            cursor.tree = http.below(&link, Operation::FoldersDelta)?;
            if !more {
                break;
            }
        }
        let waiting = cursor.folders.keys().cloned().collect();
        Ok(Self { cursor, waiting, removed: BTreeSet::new(), appeared: BTreeMap::new(), folders_changed })
    }

    /// Reads the next page of every folder that waits. What one folder is refused leaves what the others told; they wait
    /// no longer, and the fault comes up when it is the turn of the refused one alone.
    async fn step(&mut self, http: &Http, learned: &mut Learned) -> Result<(), Fault> {
        let waiting = std::mem::take(&mut self.waiting);
        let part = |folder: &FolderId| match self.cursor.folders.get(folder) {
            Some(followed) => Ok(Part::get(followed.link.clone()).preferring(cursor::PAGE.to_owned())),
            None => Err(lost("A folder is not followed.")),
        };
        let read =
            batch::read(http, Operation::MessagesDelta, waiting.iter().map(part).collect()).await.map_err(reset)?;
        let mut refused = None;
        let mut went_on = false;
        for (folder, entry) in waiting.into_iter().zip(read) {
            match batch::decoded::<Page<Message>>(entry, Operation::MessagesDelta) {
                Ok(page) => {
                    went_on = true;
                    self.take_in(http, folder, page, learned)?;
                }
                Err(fault) => {
                    refused = Some(reset(fault));
                    self.waiting.push(folder);
                }
            }
        }
        match refused {
            Some(fault) if !went_on || fault.verdict == model::Verdict::Resync => Err(fault),
            _ => Ok(()),
        }
    }

    fn take_in(
        &mut self,
        http: &Http,
        folder: FolderId,
        page: Page<Message>,
        learned: &mut Learned,
    ) -> Result<(), Fault> {
        let more = page.next.is_some();
        let Some(link) = page.next.or(page.delta) else {
            return Err(unreadable("the changes of a folder have no end", Operation::MessagesDelta));
        };
        let link = http.below(&link, Operation::MessagesDelta)?;
        if let Some(followed) = self.cursor.folders.get_mut(&folder) {
            followed.link = link;
        }
        for message in page.value {
            self.message(&folder, message, learned);
        }
        if more {
            self.waiting.push(folder);
        }
        Ok(())
    }

    fn message(&mut self, folder: &FolderId, mut message: Message, learned: &mut Learned) {
        let id = MessageId(message.id.clone());
        if message.removed.is_some() {
            if self.appeared.get(&id).is_none_or(|last| last == folder) {
                learned.placed.remove(&id);
                self.appeared.remove(&id);
                self.removed.insert(id);
            }
            return;
        }
        self.removed.remove(&id);
        self.appeared.insert(id.clone(), folder.clone());
        // Whoever is told of by a folder lies in it.
        message.parent_folder_id.get_or_insert_with(|| folder.0.clone());
        match placement::of(&message, &self.cursor.bins) {
            Some(placement) => learned.put(message, placement),
            None => drop(learned.unclear.insert(id)),
        }
    }
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
            known.insert(id.clone(), Followed { link: cursor::beginning(&id)?, looks });
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
