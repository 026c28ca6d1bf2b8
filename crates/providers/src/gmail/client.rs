//! [`ProviderClient`] for Gmail: every method is one line into its family.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::{Folder, FolderEdit};
use model::message::{MessageEdit, Placement};
use model::secret::SecretString;
use model::sync::{NativeQuery, SyncCursor};
use model::{Clock, DraftId, FolderId, MessageId, ThreadId, Timestamp};

use super::http::Http;
use super::{changes, drafts, edits, labels, messages, permission, places, send, settings, traces, watch};
use crate::meter::Meter;
use crate::{
    ChangePage, DraftState, IdPage, Profile, ProviderClient, PushAddress, Receipt, RemoteMessage, Result, SendAs,
    SendStyle, Trace, Wanted, Watching,
};

/// One Gmail mailbox.
pub(crate) struct Gmail {
    http: Http,
}

impl Gmail {
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
impl ProviderClient for Gmail {
    async fn profile(&self) -> Result<Profile> {
        settings::profile(&self.http).await
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        labels::list(&self.http).await
    }

    async fn create_folder(&self, edit: FolderEdit) -> Result<Folder> {
        labels::create(&self.http, edit).await
    }

    async fn update_folder(&self, id: &FolderId, edit: FolderEdit) -> Result<Folder> {
        labels::update(&self.http, id, edit).await
    }

    async fn delete_folder(&self, id: &FolderId) -> Result<()> {
        labels::delete(&self.http, id).await
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
        places::placements(&self.http, ids).await
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

    async fn copy(&self, _id: &MessageId, _folder: &FolderId) -> Result<Receipt> {
        Err(edits::no_copies())
    }

    async fn delete(&self, id: &MessageId) -> Result<()> {
        edits::delete(&self.http, id).await
    }

    async fn update_thread(
        &self,
        id: &ThreadId,
        current: &[(MessageId, Placement)],
        edit: &MessageEdit,
    ) -> Result<Vec<(MessageId, Placement)>> {
        edits::thread(&self.http, id, current, edit).await
    }

    async fn trash_thread(
        &self,
        id: &ThreadId,
        current: &[(MessageId, Placement)],
    ) -> Result<Vec<(MessageId, Placement)>> {
        edits::trash_thread(&self.http, id, current).await
    }

    async fn send(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Option<Receipt>> {
        send::send(&self.http, raw, thread).await.map(Some)
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, MessageId)>> {
        drafts::list(&self.http).await
    }

    async fn create_draft(&self, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt> {
        drafts::create(&self.http, raw, thread).await
    }

    async fn update_draft(&self, id: &DraftId, raw: Bytes, thread: Option<&ThreadId>) -> Result<Receipt> {
        drafts::update(&self.http, id, raw, thread).await
    }

    async fn delete_draft(&self, id: &DraftId) -> Result<()> {
        drafts::delete(&self.http, id).await
    }

    async fn send_draft(&self, id: &DraftId, recipients: u32) -> Result<Receipt> {
        drafts::send_draft(&self.http, id, recipients).await
    }

    fn send_style(&self, scopes: &[String]) -> SendStyle {
        permission::send_style(scopes)
    }

    async fn find_draft(&self, marker: &str, since: Timestamp) -> Result<Option<Receipt>> {
        traces::draft(&self.http, marker, since).await
    }

    async fn draft_state(&self, id: &DraftId) -> Result<DraftState> {
        traces::draft_state(&self.http, id).await
    }

    async fn find_sent(&self, trace: &Trace) -> Result<Option<Receipt>> {
        traces::sent(&self.http, trace).await
    }

    async fn send_as(&self) -> Result<Vec<SendAs>> {
        settings::send_as(&self.http).await
    }

    async fn watch(&self, address: &PushAddress, _standing: Option<&str>) -> Result<Option<Watching>> {
        watch::watch(&self.http, address).await
    }

    async fn stop_watch(&self, _handle: Option<&str>) -> Result<()> {
        watch::stop(&self.http).await
    }
}
