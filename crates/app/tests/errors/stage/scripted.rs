//! A mailbox and an identity platform that say what a row prescribes, byte for byte, through the classifier.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::{Folder, FolderEdit};
use model::message::{MessageEdit, Placement};
use model::quota::Cost;
use model::secret::SecretString;
use model::sync::{NativeQuery, SyncCursor};
use model::{Clock, DraftId, Fault, FaultKind, FolderId, MessageId, ThreadId, Timestamp};
use postroad::clock::SystemClock;
use providers::classify::{Observation, classify};
use providers::meter::{Outcome, Spend};
use providers::{
    Authorization, ChangePage, DraftState, Glimpses, IdPage, Identity, Meter, OauthClient, Profile, ProviderClient,
    PushAddress, Receipt, RemoteMessage, Result, SendAs, SendStyle, Tokens, Trace, Wanted, Watching,
};

use crate::table::{Where, Wire};

/// What one row's provider says, and how often it was asked.
pub struct Part {
    pub email: String,
    /// What it says, and to what.
    pub script: Option<(Where, Wire)>,
    /// Questions of the kind the row is about.
    pub asked: AtomicUsize,
    /// Access tokens handed out.
    pub bought: AtomicUsize,
}

impl Part {
    fn meet(&self, at: Where) -> Result<()> {
        let Some((_, wire)) = self.script.as_ref().filter(|(place, _)| place == &at || at == Where::Send) else {
            return Ok(());
        };
        self.asked.fetch_add(1, Ordering::SeqCst);
        Err(classify(
            wire.protocol,
            &Observation {
                http_status: wire.status,
                headers: wire.headers,
                body: wire.body.as_bytes(),
                operation: Some(wire.operation),
                now: Some(SystemClock.now()),
                ..Observation::default()
            },
        ))
    }
}

/// A mailbox without mail, asked with the meter's leave.
pub struct ScriptedMailbox {
    pub part: Arc<Part>,
    pub meter: Arc<dyn Meter>,
}

impl ScriptedMailbox {
    async fn meet(&self, at: Where) -> Result<()> {
        let sends = u32::from(at == Where::Send);
        let cost = Cost { messages: sends, recipients: sends, ..Cost::units(1) };
        let pass = self.meter.enter(Spend { operation: "scripted", cost, calls: 1 }).await?;
        let met = self.part.meet(at);
        let mut outcome = Outcome::default();
        outcome.add(1, met.as_ref().err());
        pass.end(outcome);
        met
    }
}

fn not_played<T>() -> Result<T> {
    Err(Fault::new(FaultKind::Unsupported, "The script has no such scene."))
}

#[async_trait]
impl ProviderClient for ScriptedMailbox {
    async fn profile(&self) -> Result<Profile> {
        Ok(Profile { email: self.part.email.clone(), cursor: SyncCursor("0".into()), messages_total: Some(0) })
    }

    async fn folders(&self) -> Result<Vec<Folder>> {
        Ok(Vec::new())
    }

    async fn list(&self, query: NativeQuery, _: Option<String>, _: u32) -> Result<IdPage> {
        // Only what a caller asks for has a query; the first sync has none.
        if query.query.is_some() {
            self.meet(Where::Search).await?;
        }
        Ok(IdPage::default())
    }

    async fn list_threads(&self, _: NativeQuery, _: Option<String>, _: u32) -> Result<(Vec<ThreadId>, Option<String>)> {
        Ok((Vec::new(), None))
    }

    async fn changes(&self, cursor: &SyncCursor, _: Option<String>) -> Result<ChangePage> {
        Ok(ChangePage {
            changes: Vec::new(),
            glimpses: Glimpses::default(),
            next: None,
            cursor: cursor.clone(),
            folders_changed: false,
        })
    }

    async fn send(&self, _: Bytes, _: Option<&ThreadId>) -> Result<Option<Receipt>> {
        self.meet(Where::Send).await?;
        not_played()
    }

    async fn fetch(&self, _: &[Wanted]) -> Result<Vec<Result<RemoteMessage>>> {
        Ok(Vec::new())
    }

    async fn placements(&self, _: &[(MessageId, Option<ThreadId>)]) -> Result<Vec<Result<Placement>>> {
        Ok(Vec::new())
    }

    async fn drafts(&self) -> Result<Vec<(DraftId, MessageId)>> {
        Ok(Vec::new())
    }

    async fn send_as(&self) -> Result<Vec<SendAs>> {
        Ok(Vec::new())
    }

    async fn create_folder(&self, _: FolderEdit) -> Result<Folder> {
        not_played()
    }

    async fn update_folder(&self, _: &FolderId, _: FolderEdit) -> Result<Folder> {
        not_played()
    }

    async fn delete_folder(&self, _: &FolderId) -> Result<()> {
        not_played()
    }

    async fn update(&self, _: &MessageId, _: &Placement, _: &MessageEdit) -> Result<Placement> {
        not_played()
    }

    async fn trash(&self, _: &MessageId, _: &Placement) -> Result<Placement> {
        not_played()
    }

    async fn copy(&self, _: &MessageId, _: &FolderId) -> Result<Receipt> {
        not_played()
    }

    async fn delete(&self, _: &MessageId) -> Result<()> {
        not_played()
    }

    async fn update_thread(
        &self,
        _: &ThreadId,
        _: &[(MessageId, Placement)],
        _: &MessageEdit,
    ) -> Result<Vec<(MessageId, Placement)>> {
        not_played()
    }

    async fn trash_thread(&self, _: &ThreadId, _: &[(MessageId, Placement)]) -> Result<Vec<(MessageId, Placement)>> {
        not_played()
    }

    async fn create_draft(&self, _: Bytes, _: Option<&ThreadId>) -> Result<Receipt> {
        Ok(Receipt { message_id: "m-1".into(), thread_id: "t-1".into(), draft_id: Some("d-1".into()) })
    }

    async fn update_draft(&self, _: &DraftId, _: Bytes, _: Option<&ThreadId>) -> Result<Receipt> {
        not_played()
    }

    async fn delete_draft(&self, _: &DraftId) -> Result<()> {
        not_played()
    }

    async fn send_draft(&self, _: &DraftId, _: u32) -> Result<Receipt> {
        self.meet(Where::Send).await?;
        not_played()
    }

    fn send_style(&self, _: &[String]) -> SendStyle {
        SendStyle::Blind
    }

    async fn find_draft(&self, _: &str, _: Timestamp) -> Result<Option<Receipt>> {
        not_played()
    }

    async fn draft_state(&self, _: &DraftId) -> Result<DraftState> {
        not_played()
    }

    async fn find_sent(&self, _: &Trace) -> Result<Option<Receipt>> {
        not_played()
    }

    async fn watch(&self, _: &PushAddress, _: Option<&str>) -> Result<Option<Watching>> {
        not_played()
    }

    async fn stop_watch(&self, _: Option<&str>) -> Result<()> {
        not_played()
    }
}

/// Tokens and identities. A refresh token is `ROW|good`.
pub struct ScriptedPlatform(pub Arc<Part>);

#[async_trait]
impl OauthClient for ScriptedPlatform {
    fn authorize_url(&self, _: &Authorization) -> String {
        "https://login.example/".into()
    }

    async fn exchange(&self, _: &str, _: &str, _: &str) -> Result<Tokens> {
        not_played()
    }

    async fn refresh(&self, refresh_token: &SecretString, _: Option<&str>) -> Result<Tokens> {
        self.0.meet(Where::Token)?;
        self.0.bought.fetch_add(1, Ordering::SeqCst);
        Ok(Tokens {
            access_token: refresh_token.clone(),
            expires_at: SystemClock.now() + std::time::Duration::from_secs(3600),
            refresh_token: None,
            scopes: None,
            id_token: None,
        })
    }

    async fn revoke(&self, _: &SecretString) -> Result<()> {
        Ok(())
    }

    async fn identity(&self, _: &Tokens) -> Result<Identity> {
        Ok(Identity { subject: "self".into(), email: self.0.email.clone(), name: None })
    }

    fn identity_scopes(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    fn default_scopes(&self) -> &'static [&'static str] {
        &[]
    }
}
