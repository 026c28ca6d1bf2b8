//! What every handler has at hand.

use std::sync::Arc;

use aws_lc_rs::digest;
use engine::Engine;
use model::folder::FolderRole;
use model::sync::SyncPhase;
use model::{ApplicationId, FolderId, GrantId, Timestamp};
use store::ReadStore;

use crate::Settings;
use crate::brief::Brief;
use crate::error::Refusal;
use crate::limits::Limits;
use crate::metrics::Metrics;

/// The server's state. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    engine: Engine,
    reads: ReadStore,
    settings: Settings,
    limits: Limits,
    metrics: Metrics,
    public_url: Arc<str>,
    keys: Brief<[u8; 32], ApplicationId>,
    fresh: Brief<GrantId, Freshness>,
    folders: Brief<GrantId, Arc<FolderRoles>>,
}

/// A mailbox's folders and what each is for.
type FolderRoles = Vec<(FolderId, Option<FolderRole>)>;

/// How far a mirror has come, and when it last equalled the mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Freshness {
    /// How far.
    pub phase: SyncPhase,
    /// When, Unix seconds.
    pub at: Option<i64>,
}

impl App {
    /// Puts the state together.
    pub fn new(engine: Engine, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            reads: engine.reads(),
            limits: Limits::new(&settings, engine.clock()),
            metrics: Metrics::new(engine.now()),
            public_url: engine.settings().public_url.trim_end_matches('/').into(),
            engine,
            settings,
            keys: Brief::new(1000),
            fresh: Brief::new(1000),
            folders: Brief::new(1000),
        }))
    }

    /// Decides and does.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Reads.
    pub fn reads(&self) -> &ReadStore {
        &self.0.reads
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Rate limits.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// What is counted for operators.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Where this installation is reached from outside.
    pub fn public_url(&self) -> Arc<str> {
        self.0.public_url.clone()
    }

    /// The application an API key opens. A revoked key may still open it for a second.
    pub async fn api_key(&self, key: &str) -> Result<Option<ApplicationId>, Refusal> {
        let (hash, now) = (sha256(key.as_bytes()), self.engine().now());
        if let Some(application) = self.0.keys.get(&hash, now) {
            return Ok(Some(application));
        }
        let application = self.engine().authenticate_api_key(key).await?.map(|key| key.application_id);
        if let Some(application) = application {
            self.0.keys.put(hash, application, now);
        }
        Ok(application)
    }

    /// How fresh a grant's mirror is, at most a second ago.
    pub async fn freshness(&self, grant: GrantId) -> Result<Freshness, Refusal> {
        let now = self.engine().now();
        if let Some(fresh) = self.0.fresh.get(&grant, now) {
            return Ok(fresh);
        }
        let state = self.reads().sync_state(grant).await?;
        let fresh = state.map_or(Freshness { phase: SyncPhase::New, at: None }, |state| Freshness {
            phase: state.phase,
            at: state.fresh_at.map(Timestamp::as_second),
        });
        self.0.fresh.put(grant, fresh, now);
        Ok(fresh)
    }

    /// What a folder of a grant is for; `None` when there is no such folder.
    pub async fn folder_role(&self, grant: GrantId, id: &str) -> Result<Option<Option<FolderRole>>, Refusal> {
        let now = self.engine().now();
        let find = |list: &[(FolderId, Option<FolderRole>)]| list.iter().find(|(f, _)| f.0 == id).map(|(_, r)| *r);
        if let Some(role) = self.0.folders.get(&grant, now).and_then(|list| find(&list)) {
            return Ok(Some(role));
        }
        let folders = self.reads().folders(grant).await?;
        let list: FolderRoles = folders.into_iter().map(|f| (f.folder.id, f.folder.role)).collect();
        let role = find(&list);
        self.0.folders.put(grant, Arc::new(list), now);
        Ok(role)
    }

    /// Runs engine work to its end even when the caller hangs up: a send must not be left half done.
    pub async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = engine::Result<T>> + Send + 'static,
    ) -> Result<T, Refusal> {
        match tokio::spawn(engine::gate::Spent::carried(work)).await {
            Ok(result) => Ok(result?),
            Err(error) => Err(model::Fault::internal(error.to_string()).into()),
        }
    }
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}
