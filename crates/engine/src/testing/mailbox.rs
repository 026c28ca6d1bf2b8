//! The scripted provider's mailbox API.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::{Folder, FolderEdit};
use model::message::{MessageEdit, Placement};
use model::quota::Cost;
use model::secret::ExposeSecret as _;
use model::sync::{Change, NativeQuery, SyncCursor};
use model::{Address, DraftId, Fault, FaultKind, FolderId, MessageId, ThreadId, Timestamp};
use providers::meter::{Outcome, Pass, Spend};
use providers::{
    ChangePage, DraftState, Glimpse, Glimpses, IdPage, Meter, Profile, ProviderClient, PushAddress, Receipt,
    RemoteMessage, Result, SendAs, SendStyle, Trace, Wanted, Watching,
};

use super::world::{State, World};
use crate::timer::later;

/// A client that holds an access token.
pub(super) struct FakeMailbox {
    pub(super) world: World,
    pub(super) token: String,
    pub(super) meter: Arc<dyn Meter>,
}

impl FakeMailbox {
    /// One request: leave of the meter, then what the provider does.
    async fn enter(&self, method: &'static str) -> Result<std::sync::MutexGuard<'_, State>> {
        let pass = self.leave(method).await?;
        let state = self.arrive(method, &pass);
        let mut outcome = Outcome::default();
        outcome.add(1, state.as_ref().err());
        pass.end(outcome);
        state
    }

    async fn leave(&self, method: &'static str) -> Result<Pass> {
        let sends = u32::from(method.starts_with("send") && method != "send_as");
        let cost = Cost { messages: sends, recipients: sends, ..Cost::units(1) };
        self.meter.enter(Spend { operation: method, cost, calls: 1 }).await
    }

    fn arrive(&self, method: &'static str, pass: &Pass) -> Result<std::sync::MutexGuard<'_, State>> {
        let token = pass.token().map_or(self.token.as_str(), |token| token.expose_secret());
        let state = self.world.enter(method)?;
        match state.live_tokens.contains(token) {
            true => Ok(state),
            false => Err(Fault::new(FaultKind::Unauthenticated, "Invalid Credentials")),
        }
    }
}

fn glimpse(message: &RemoteMessage) -> Glimpse {
    Glimpse {
        thread_id: message.thread_id.clone(),
        placement: message.placement.clone(),
        received_at: message.received_at,
    }
}

/// A message whose bytes alone are asked for, when a listing showed the rest.
fn as_shown(message: &RemoteMessage, glimpse: Option<&Glimpse>) -> RemoteMessage {
    let placement = glimpse.map_or(&message.placement, |glimpse| &glimpse.placement);
    RemoteMessage { placement: placement.clone(), ..message.clone() }
}

fn receipt_of(message: &RemoteMessage) -> Receipt {
    Receipt { message_id: message.id.clone(), thread_id: message.thread_id.clone(), draft_id: None }
}

fn bears(raw: &[u8], marker: &str) -> bool {
    let line = format!("{}: {marker}\r\n", model::outbox::MARKER);
    raw.windows(line.len()).any(|window| window == line.as_bytes())
}

fn gone() -> Fault {
    Fault::not_found("Requested entity was not found.")
}

#[async_trait]
impl ProviderClient for FakeMailbox {
    async fn profile(&self) -> Result<Profile> {
        let state = self.enter("profile").await?;
        let cursor = SyncCursor(state.log.len().to_string());
        Ok(Profile { email: state.identity.email.clone(), cursor, messages_total: Some(state.messages.len() as u64) })
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        Ok(self.enter("folders").await?.folders.clone())
    }

    async fn create_folder(&self, edit: FolderEdit) -> Result<Folder> {
        let name = edit.name.unwrap_or_default();
        let folder = Folder {
            id: FolderId(format!("Label_{name}")),
            name,
            parent_id: None,
            system: false,
            role: None,
            text_color: edit.text_color,
            background_color: edit.background_color,
        };
        self.enter("create_folder").await?.folders.push(folder.clone());
        self.world.leave("create_folder").await?;
        Ok(folder)
    }

    async fn update_folder(&self, id: &FolderId, edit: FolderEdit) -> Result<Folder> {
        let mut state = self.enter("update_folder").await?;
        let folder = state.folders.iter_mut().find(|folder| folder.id == *id).ok_or_else(gone)?;
        folder.name = edit.name.unwrap_or_else(|| folder.name.clone());
        Ok(folder.clone())
    }

    async fn delete_folder(&self, id: &FolderId) -> Result<()> {
        self.enter("delete_folder").await?.folders.retain(|folder| folder.id != *id);
        Ok(())
    }

    async fn list(&self, _query: NativeQuery, page: Option<String>, limit: u32) -> Result<IdPage> {
        let state = self.enter("list").await?;
        // Offsets, so that a listing shifts when messages come and go: the worst a provider may do.
        let from: usize = page.and_then(|page| page.parse().ok()).unwrap_or_default();
        let size = state.page_size.min(limit as usize);
        let page = state.messages.values().rev().skip(from).take(size);
        let page: Vec<&RemoteMessage> = page.collect();
        let (ids, threads) = page.iter().map(|message| (message.id.clone(), message.thread_id.clone())).unzip();
        let next = (from + size < state.messages.len()).then(|| (from + size).to_string());
        let shown = page.iter().filter(|_| state.shows_glimpses).map(|message| (message.id.clone(), glimpse(message)));
        Ok(IdPage { ids, threads, glimpses: Glimpses(shown.collect()), next })
    }

    async fn list_threads(
        &self,
        _query: NativeQuery,
        _page: Option<String>,
        _limit: u32,
    ) -> Result<(Vec<ThreadId>, Option<String>)> {
        let state = self.enter("list_threads").await?;
        Ok((state.messages.values().rev().map(|message| message.thread_id.clone()).collect(), None))
    }

    async fn fetch(&self, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage>>> {
        let under_way = self.leave("fetch").await?;
        // What was so when it was asked; by the time the answer arrives it may be otherwise.
        let answers = {
            let mut state = self.arrive("fetch", &under_way)?;
            state.under_way += 1;
            state.most_under_way = state.most_under_way.max(state.under_way);
            let answer = |one: &Wanted| match (state.bad.get(&one.id), state.find(&one.id)) {
                (Some(fault), _) => Err(fault.clone()),
                (None, Some(message)) => Ok(as_shown(message, one.glimpse.as_ref())),
                (None, None) => Err(gone()),
            };
            wanted.iter().map(answer).collect()
        };
        let permit = self.world.fetch_gate.acquire().await;
        drop(permit);
        let mut state = self.world.state();
        state.under_way -= 1;
        state.fetched.extend(wanted.iter().map(|one| one.id.clone()));
        state.fetched_unseen += wanted.iter().filter(|one| one.glimpse.is_none()).count();
        under_way.end(Outcome { answered: 1, ..Outcome::default() });
        Ok(answers)
    }

    async fn placements(&self, ids: &[(MessageId, Option<ThreadId>)]) -> Result<Vec<Result<Placement>>> {
        let state = self.enter("placements").await?;
        let answer = |id: &MessageId| match (state.bad.get(id), state.find(id)) {
            (Some(fault), _) => Err(fault.clone()),
            (None, message) => message.map(|message| message.placement.clone()).ok_or_else(gone),
        };
        Ok(ids.iter().map(|(id, _)| answer(id)).collect())
    }

    async fn changes(&self, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage> {
        let state = self.enter("changes").await?;
        let since: usize = cursor.0.parse().map_err(|_| Fault::invalid("cursor", "no cursor"))?;
        if since < state.log_begins {
            return Err(Fault::new(FaultKind::SyncStateExpired, "The cursor is too old."));
        }
        let from: usize = page.and_then(|page| page.parse().ok()).unwrap_or(since);
        let until = (from + state.page_size).min(state.log.len());
        let mut changes: Vec<(MessageId, Change)> = Vec::new();
        for at in from..until {
            let id = &state.log[at];
            changes.retain(|(known, _)| known != id);
            // A message is created where the log speaks of it first.
            let created = state.log.iter().position(|known| known == id).is_some_and(|first| first >= from);
            let change = match state.find(id) {
                None => Change::Deleted(id.clone()),
                Some(_) if created => Change::Created(id.clone()),
                Some(message) => Change::Placed(id.clone(), message.placement.clone()),
            };
            changes.push((id.clone(), change));
        }
        let seen = changes.iter().filter(|_| state.shows_glimpses).filter_map(|(id, _)| state.find(id));
        let shown = seen.map(|message| (message.id.clone(), glimpse(message))).collect();
        Ok(ChangePage {
            glimpses: Glimpses(shown),
            changes: changes.into_iter().map(|(_, change)| change).collect(),
            next: (until < state.log.len()).then(|| until.to_string()),
            cursor: SyncCursor(until.to_string()),
            folders_changed: false,
        })
    }

    async fn update(&self, id: &MessageId, _current: &Placement, edit: &MessageEdit) -> Result<Placement> {
        let mut state = self.enter("update").await?;
        state.place(id, |placement| {
            placement.unread = edit.unread.unwrap_or(placement.unread);
            placement.starred = edit.starred.unwrap_or(placement.starred);
            placement.folders = edit.folders.clone().unwrap_or_else(|| placement.folders.clone());
            placement.categories = edit.categories.clone().or_else(|| placement.categories.take());
        });
        state.find(id).map(|message| message.placement.clone()).ok_or_else(gone)
    }

    async fn trash(&self, id: &MessageId, _current: &Placement) -> Result<Placement> {
        let mut state = self.enter("trash").await?;
        state.place(id, |placement| (placement.folders, placement.hidden) = (vec!["TRASH".into()], true));
        state.find(id).map(|message| message.placement.clone()).ok_or_else(gone)
    }

    async fn copy(&self, id: &MessageId, folder: &FolderId) -> Result<Receipt> {
        let receipt = {
            let mut state = self.enter("copy").await?;
            let original = state.find(id).cloned().ok_or_else(gone)?;
            let placement = Placement { folders: vec![folder.clone()], ..original.placement };
            let message_id = state.put(original.raw, placement, Some(&original.thread_id));
            Receipt { message_id, thread_id: original.thread_id, draft_id: None }
        };
        self.world.leave("copy").await?;
        Ok(receipt)
    }

    async fn delete(&self, id: &MessageId) -> Result<()> {
        let mut state = self.enter("delete").await?;
        state.find(id).ok_or_else(gone)?;
        state.remove(id);
        Ok(())
    }

    async fn update_thread(
        &self,
        _id: &ThreadId,
        current: &[(MessageId, Placement)],
        edit: &MessageEdit,
    ) -> Result<Vec<(MessageId, Placement)>> {
        let mut placed = Vec::new();
        for (id, placement) in current {
            placed.push((id.clone(), self.update(id, placement, edit).await?));
        }
        Ok(placed)
    }

    async fn trash_thread(
        &self,
        _id: &ThreadId,
        current: &[(MessageId, Placement)],
    ) -> Result<Vec<(MessageId, Placement)>> {
        let mut placed = Vec::new();
        for (id, placement) in current {
            placed.push((id.clone(), self.trash(id, placement).await?));
        }
        Ok(placed)
    }

    async fn send(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Option<Receipt>> {
        self.world.stall_before("send").await;
        let receipt = {
            let mut state = self.enter("send").await?;
            state.sent.push(raw.clone());
            let placement = Placement { folders: vec!["SENT".into()], ..Placement::default() };
            let message_id = state.put(raw, placement, thread);
            let thread_id = state.find(&message_id).map(|message| message.thread_id.clone()).ok_or_else(gone)?;
            state.tells_what_it_sent.then_some(Receipt { message_id, thread_id, draft_id: None })
        };
        self.world.leave("send").await?;
        Ok(receipt)
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, MessageId)>> {
        Ok(self.enter("drafts").await?.drafts.clone())
    }

    async fn create_draft(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt> {
        self.world.stall_before("create_draft").await;
        let receipt = {
            let mut state = self.enter("create_draft").await?;
            let placement = Placement { folders: vec!["DRAFT".into()], draft: true, ..Placement::default() };
            let message_id = state.put(raw, placement, thread);
            let draft_id = DraftId(format!("r-{message_id}"));
            state.drafts.push((draft_id.clone(), message_id.clone()));
            let thread_id = state.find(&message_id).map(|message| message.thread_id.clone()).ok_or_else(gone)?;
            Receipt { message_id, thread_id, draft_id: Some(draft_id) }
        };
        self.world.leave("create_draft").await?;
        Ok(receipt)
    }

    async fn update_draft(&self, id: &DraftId, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt> {
        let mut state = self.enter("update_draft").await?;
        let old = state.drafts.iter().find(|(draft, _)| draft == id).map(|(_, old)| old.clone()).ok_or_else(gone)?;
        let message_id = if state.drafts_stay {
            state.rewrite(&old, raw, |_| ());
            old
        } else {
            state.remove(&old);
            let placement = Placement { folders: vec!["DRAFT".into()], draft: true, ..Placement::default() };
            state.put(raw, placement, thread)
        };
        state.drafts.retain(|(draft, _)| draft != id);
        state.drafts.push((id.clone(), message_id.clone()));
        let thread_id = state.find(&message_id).map(|message| message.thread_id.clone()).ok_or_else(gone)?;
        Ok(Receipt { message_id, thread_id, draft_id: Some(id.clone()) })
    }

    async fn delete_draft(&self, id: &DraftId) -> Result<()> {
        let mut state = self.enter("delete_draft").await?;
        let old = state.drafts.iter().find(|(draft, _)| draft == id).map(|(_, old)| old.clone()).ok_or_else(gone)?;
        state.drafts.retain(|(draft, _)| draft != id);
        state.remove(&old);
        Ok(())
    }

    async fn send_draft(&self, id: &DraftId, _recipients: u32) -> Result<Receipt> {
        self.world.stall_before("send_draft").await;
        let receipt = self.enter("send_draft").await?.send_draft(id).ok_or_else(gone)?;
        self.world.leave("send_draft").await?;
        Ok(receipt)
    }

    fn send_style(&self, _scopes: &[String]) -> SendStyle {
        self.world.state().send_style
    }

    async fn find_draft(&self, marker: &str, _since: Timestamp) -> Result<Option<Receipt>> {
        let state = self.enter("find_draft").await?;
        let drafts = state.drafts.iter().rev();
        let mut found = drafts.filter_map(|(draft, message)| Some((draft, state.find(message)?)));
        let found = found.find(|(_, message)| bears(&message.raw, marker));
        Ok(found.map(|(draft, message)| Receipt { draft_id: Some(draft.clone()), ..receipt_of(message) }))
    }

    async fn draft_state(&self, id: &DraftId) -> Result<DraftState> {
        let state = self.enter("draft_state").await?;
        let lies = state.drafts.iter().any(|(draft, _)| draft == id);
        Ok(state.draft_state.clone().unwrap_or(if lies { DraftState::There } else { DraftState::Gone }))
    }

    async fn find_sent(&self, trace: &Trace) -> Result<Option<Receipt>> {
        let mut state = self.enter("find_sent").await?;
        if state.sent_lag > 0 {
            state.sent_lag -= 1;
            return Ok(None);
        }
        let sent = |message: &&RemoteMessage| message.placement.folders.contains(&"SENT".into());
        let traced = |message: &&RemoteMessage| {
            let in_thread = trace.thread.as_ref().is_some_and(|thread| *thread == message.thread_id);
            bears(&message.raw, &trace.marker) || (in_thread && message.received_at >= trace.since)
        };
        Ok(state.messages.values().rev().filter(sent).find(traced).map(receipt_of))
    }

    async fn send_as(&self) -> Result<Vec<SendAs>> {
        let alias = |email: &str, primary| SendAs { address: Address::bare(email), primary, default: primary };
        let state = self.enter("send_as").await?;
        Ok(vec![alias(&state.identity.email, true), alias("alias@example.com", false)])
    }

    async fn watch(&self, address: &PushAddress, standing: Option<&str>) -> Result<Option<Watching>> {
        if address.topic.is_none() && !address.callback.starts_with("https://") {
            return Ok(None);
        }
        let mut state = self.enter("watch").await?;
        let ends_at = later(state.now, std::time::Duration::from_secs(7 * 24 * 3600));
        Ok(Some(Watching { handle: state.watch(address, standing), ends_at }))
    }

    async fn stop_watch(&self, handle: Option<&str>) -> Result<()> {
        let mut state = self.enter("stop_watch").await?;
        state.watches.retain(|(known, _)| Some(known.as_str()) != handle);
        Ok(())
    }
}
