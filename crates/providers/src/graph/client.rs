//! [`ProviderClient`] for Graph: every method is one line into its family.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::{Folder, FolderEdit};
use model::message::{MessageEdit, Placement};
use model::secret::SecretString;
use model::sync::{NativeQuery, SyncCursor};
use model::{Clock, DraftId, FolderId, MessageId, ThreadId, Timestamp};

use super::http::Http;
use super::{changes, drafts, edits, folders, lying, messages, permission, profile, send, traces, watch};
use crate::meter::Meter;
use crate::{
    ChangePage, DraftState, IdPage, Profile, ProviderClient, PushAddress, Receipt, RemoteMessage, Result, SendAs,
    SendStyle, Trace, Wanted, Watching,
};

/// One mailbox of Microsoft 365 or Outlook.com.
pub(crate) struct Graph {
    http: Http,
}

impl Graph {
    /// Opens a mailbox with an access token. No network is touched.
    pub(crate) fn new(
        client: reqwest::Client,
        root: &str,
        token: SecretString,
        clock: Arc<dyn Clock>,
        meter: Arc<dyn Meter>,
    ) -> Self {
        Self { http: Http::new(client, root, token, clock, meter) }
    }
}

#[async_trait]
impl ProviderClient for Graph {
    async fn profile(&self) -> Result<Profile> {
        profile::profile(&self.http).await
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        folders::list(&self.http).await
    }

    async fn create_folder(&self, edit: FolderEdit) -> Result<Folder> {
        folders::create(&self.http, edit).await
    }

    async fn update_folder(&self, id: &FolderId, edit: FolderEdit) -> Result<Folder> {
        folders::update(&self.http, id, edit).await
    }

    async fn delete_folder(&self, id: &FolderId) -> Result<()> {
        folders::delete(&self.http, id).await
    }

    async fn list(&self, query: NativeQuery, page: Option<String>, limit: u32) -> Result<IdPage> {
        messages::list(&self.http, query, page, limit).await
    }

    async fn list_threads(
        &self,
        query: NativeQuery,
        page: Option<String>,
        limit: u32,
    ) -> Result<(Vec<ThreadId>, Option<String>)> {
        messages::list_threads(&self.http, query, page, limit).await
    }

    async fn fetch(&self, wanted: &[Wanted]) -> Result<Vec<Result<RemoteMessage>>> {
        messages::fetch(&self.http, wanted).await
    }

    async fn placements(&self, ids: &[(MessageId, Option<ThreadId>)]) -> Result<Vec<Result<Placement>>> {
        messages::placements(&self.http, ids).await
    }

    async fn changes(&self, cursor: &SyncCursor, page: Option<String>) -> Result<ChangePage> {
        changes::changes(&self.http, cursor, page).await
    }

    async fn update(&self, id: &MessageId, current: &Placement, edit: &MessageEdit) -> Result<Placement> {
        edits::message(&self.http, id, current, edit).await
    }

    async fn trash(&self, id: &MessageId, _current: &Placement) -> Result<Placement> {
        edits::trash(&self.http, id).await
    }

    async fn copy(&self, id: &MessageId, folder: &FolderId) -> Result<Receipt> {
        edits::copy(&self.http, id, folder).await
    }

    async fn delete(&self, id: &MessageId) -> Result<()> {
        edits::delete(&self.http, id).await
    }

    async fn update_thread(
        &self,
        _id: &ThreadId,
        current: &[(MessageId, Placement)],
        edit: &MessageEdit,
    ) -> Result<Vec<(MessageId, Placement)>> {
        edits::thread(&self.http, current, edit).await
    }

    async fn trash_thread(
        &self,
        _id: &ThreadId,
        current: &[(MessageId, Placement)],
    ) -> Result<Vec<(MessageId, Placement)>> {
        edits::trash_thread(&self.http, current).await
    }

    async fn send(&self, raw: Bytes, _thread: Option<&ThreadId>) -> Result<Option<Receipt>> {
        send::send(&self.http, &raw).await.map(|()| None)
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, MessageId)>> {
        drafts::list(&self.http).await
    }

    async fn create_draft(&self, raw: Bytes, _thread: Option<&ThreadId>) -> Result<Receipt> {
        drafts::create(&self.http, &raw).await
    }

    async fn update_draft(&self, id: &DraftId, raw: Bytes, _thread: Option<&ThreadId>) -> Result<Receipt> {
        drafts::update(&self.http, id, &raw).await
    }

    async fn delete_draft(&self, id: &DraftId) -> Result<()> {
        drafts::delete(&self.http, id).await
    }

    async fn send_draft(&self, id: &DraftId, recipients: u32) -> Result<Receipt> {
        drafts::send(&self.http, id, recipients).await
    }

    fn send_style(&self, scopes: &[String]) -> SendStyle {
        permission::send_style(scopes)
    }

    async fn find_draft(&self, marker: &str, since: Timestamp) -> Result<Option<Receipt>> {
        traces::draft(&self.http, marker, since).await
    }

    async fn draft_state(&self, id: &DraftId) -> Result<DraftState> {
        lying::state(&self.http, id).await
    }

    async fn find_sent(&self, trace: &Trace) -> Result<Option<Receipt>> {
        traces::sent(&self.http, trace).await
    }

    async fn send_as(&self) -> Result<Vec<SendAs>> {
        profile::send_as(&self.http).await
    }

    async fn watch(&self, address: &PushAddress, standing: Option<&str>) -> Result<Option<Watching>> {
        watch::watch(&self.http, address, standing).await
    }

    async fn stop_watch(&self, handle: Option<&str>) -> Result<()> {
        watch::stop(&self.http, handle).await
    }
}
