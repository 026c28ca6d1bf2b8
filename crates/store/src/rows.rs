//! Rows that are not nouns of the model: what hosted authentication and our own tokens keep.

use model::application::TokenKind;
use model::grant::{Credential, Grant};
use model::message::Body;
use model::{ApplicationId, GrantId, Provider, Timestamp};

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// The database file; its folder must exist.
    pub path: std::path::PathBuf,
    /// Reading connections (threads).
    pub readers: usize,
    /// Page cache per connection, in KiB.
    pub cache_kib: u32,
    /// zstd level for raw messages and bodies.
    pub compression_level: i32,
    /// How long a statement waits for another process that writes (an `admin` command beside the server).
    pub patience: std::time::Duration,
    /// The file grows to so many pages (4 KiB) at most, then it is as if the disk were full; `None`: as the disk allows.
    pub most_pages: Option<u32>,
}

impl Options {
    /// The defaults for a database file.
    pub fn at(path: impl Into<std::path::PathBuf>) -> Self {
        let patience = std::time::Duration::from_secs(10);
        Self { path: path.into(), readers: 4, cache_kib: 2048, compression_level: 3, patience, most_pages: None }
    }
}

/// Where a database file stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The newest migration applied; `None` when there is no file.
    pub applied: Option<u32>,
    /// The newest migration this version knows.
    pub newest: u32,
}

impl Schema {
    /// Nothing is to be migrated.
    pub fn is_current(&self) -> bool {
        self.applied == Some(self.newest)
    }
}

/// A hosted authentication under way, between our redirect to the provider and its callback.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthRequest {
    /// SHA-256 of the state we send to the provider.
    pub state_hash: [u8; 32],
    /// SHA-256 of the cookie that binds the state to the browser.
    pub browser_hash: [u8; 32],
    /// Which application asked.
    pub application_id: ApplicationId,
    /// Which provider the person was sent to.
    pub provider: Provider,
    /// Where the person goes afterwards.
    pub redirect_uri: String,
    /// The application's own state, echoed back and kept on the grant.
    pub state: Option<String>,
    /// Scopes asked for.
    pub scopes: Vec<String>,
    /// Address the person was expected to choose.
    pub login_hint: Option<String>,
    /// The grant that is being re-authenticated, if one is.
    pub regrant: Option<GrantId>,
    /// Whether the application gets a refresh token.
    pub offline: bool,
    /// The application's PKCE challenge and method, as given.
    pub code_challenge: Option<(String, String)>,
    /// Our PKCE verifier towards the provider.
    pub provider_verifier: String,
    /// After this instant it is refused.
    pub expires_at: Timestamp,
}

/// A code waiting to be exchanged for tokens, once.
#[derive(Clone, PartialEq, Debug)]
pub struct AuthCode {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    /// Which application may exchange it.
    pub application_id: ApplicationId,
    /// The grant it stands for.
    pub grant_id: GrantId,
    /// Must be repeated at the exchange.
    pub redirect_uri: String,
    /// PKCE challenge and method, as given.
    pub code_challenge: Option<(String, String)>,
    /// Whether a refresh token is due.
    pub offline: bool,
    /// After this instant it is refused.
    pub expires_at: Timestamp,
}

/// One of our own OAuth tokens, as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Token {
    /// SHA-256 of the token text.
    pub hash: [u8; 32],
    /// Access or refresh.
    pub kind: TokenKind,
    /// Which grant it opens.
    pub grant_id: GrantId,
    /// Which application it was given to.
    pub application_id: ApplicationId,
    /// Tokens that die together: an access token and the refresh token it came from.
    pub family: uuid::Uuid,
    /// After this instant it is refused; `None` for refresh tokens.
    pub expires_at: Option<Timestamp>,
}

/// A grant to be made or renewed.
#[derive(Clone, PartialEq, Debug)]
pub struct GrantUpsert {
    /// The grant as it should be. Its id is used only when the address has no grant in the application yet.
    pub grant: Grant,
    /// Its sealed credential.
    pub credential: Credential,
}

/// What upserting a grant did.
#[derive(Clone, PartialEq, Debug)]
pub struct Upserted {
    /// The grant as stored.
    pub grant: Grant,
    /// It is new; otherwise it was renewed in place.
    pub created: bool,
}

/// A message with its body.
#[derive(Clone, PartialEq, Debug)]
pub struct FullMessage {
    /// What lists show.
    pub message: model::message::Message,
    /// The body.
    pub body: Body,
}

/// A folder with what the mirror counts in it.
#[derive(Clone, PartialEq, Debug)]
pub struct CountedFolder {
    /// The folder.
    pub folder: model::folder::Folder,
    /// Messages in it.
    pub total: u64,
    /// Unread messages in it.
    pub unread: u64,
    /// Folders directly below it.
    pub children: u64,
}

/// What is set anew on a webhook; `None` leaves a column as it is, whatever others make of it meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebhookChange {
    /// The owner's note.
    pub description: Option<String>,
    /// What to hear of.
    pub trigger_types: Option<Vec<model::event::EventType>>,
    /// Where deliveries go.
    pub url: Option<String>,
    /// What signs them.
    pub secret: Option<model::secret::Sealed>,
    /// Whether they go out.
    pub status: Option<model::webhook::WebhookStatus>,
    /// Whom to tell when it fails.
    pub notification_emails: Option<Vec<String>>,
    /// Gzip deliveries.
    pub compressed: Option<bool>,
}

/// A webhook as it comes out of the claim of its deliveries.
#[derive(Clone, PartialEq, Debug)]
pub struct DueDelivery {
    /// The delivery; its attempt is already counted and its next time already written.
    pub delivery: model::webhook::Delivery,
    /// Where it goes.
    pub webhook: model::webhook::Webhook,
}

/// How one attempt at a delivery ended.
#[derive(Clone, PartialEq, Debug)]
pub struct DeliveryOutcome {
    /// Which delivery.
    pub id: model::DeliveryId,
    /// Where it stands now.
    pub state: model::webhook::DeliveryState,
    /// When the next attempt is due, if it stays pending.
    pub next_at: Timestamp,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
}

/// How well a webhook did lately.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DeliveryCounts {
    /// Attempts that ended since the given instant.
    pub ended: u64,
    /// Of those, the ones not answered with 200.
    pub refused: u64,
}

/// Faults met since the last time they were written down, added up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FaultNotes {
    /// Errors nobody recognised, one entry per application and fingerprint.
    pub unknown: Vec<model::fault::UnknownFault>,
    /// News of connectors, one entry per connector.
    pub connectors: Vec<ConnectorNote>,
}

impl FaultNotes {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.connectors.is_empty()
    }
}

/// What was learned about a connector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectorNote {
    /// Whose it is.
    pub application_id: ApplicationId,
    /// Which one.
    pub provider: Provider,
    /// It was seen to work: what was kept is forgotten, before `fault` is added.
    pub works: bool,
    /// What ails it now; `count` is what came since the last note.
    pub fault: Option<model::fault::ConnectorFault>,
}

/// Deliveries are counted up to here: beyond it a gauge says no more than "very many".
pub const MOST_COUNTED: i64 = 100_000;

/// Figures for metrics.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    /// Mailboxes by provider, validity of their grant, and how far their mirror has come.
    pub mailboxes: Vec<MailboxCount>,
    /// Of those with a valid grant: how many equalled their mailbox within so many seconds.
    pub fresh: Vec<(u64, u64)>,
    /// Deliveries that are to be made; at most [`MOST_COUNTED`].
    pub pending_deliveries: u64,
    /// Deliveries that were given up and are still kept; at most [`MOST_COUNTED`].
    pub failed_deliveries: u64,
    /// Errors of providers that nobody recognised and nobody forgot, by provider.
    pub unknown_faults: Vec<(Provider, u64)>,
}

/// So many mailboxes of one sort.
#[derive(Clone, Debug)]
pub struct MailboxCount {
    /// Where they are.
    pub provider: Provider,
    /// Their grants are valid.
    pub valid: bool,
    /// `new`, `backfill`, `live` or `resync`.
    pub phase: String,
    /// How many.
    pub count: u64,
}
