//! What the control API needs of the world it steers.

use super::{AccountChange, AccountRecord, AppRecord, NewApp, Refusal, TenantRule};
use crate::microsoft::limits::GraphMeter;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The world behind the control API. Methods take `&self`; the world locks what it must.
pub trait ControlWorld: Send + Sync + 'static {
    /// All mailboxes, in the order they were added.
    fn mailboxes(&self) -> Vec<MailboxSummary>;

    /// Adds an empty mailbox.
    ///
    /// # Errors
    /// A conflict when the address is taken.
    fn add_mailbox(&self, new: NewMailbox) -> Result<MailboxSummary, Refusal>;

    /// Puts a message into a mailbox as `messages.insert` would: nothing is sent, no rule is applied.
    ///
    /// # Errors
    /// Not found when there is no such mailbox.
    fn import(&self, email: &str, raw: Vec<u8>, options: ImportOptions) -> Result<ImportedMessage, Refusal>;

    /// Lets mail arrive from outside, as by SMTP: it lands in the inbox of every recipient that has a mailbox here.
    ///
    /// # Errors
    /// Not found when no recipient has a mailbox here.
    fn deliver(&self, delivery: Delivery) -> Result<Vec<Delivered>, Refusal>;

    /// Makes access tokens invalid at once, of one mailbox or of all. Returns how many. Refresh tokens stay good.
    fn expire_tokens(&self, email: Option<&str>) -> usize;

    /// Takes a mailbox's consent back, for one client or all: its refresh and access tokens are dead. Returns how many
    /// grants there were.
    fn revoke(&self, email: &str, client_id: Option<&str>) -> usize;

    /// Forgets the history of one mailbox or of all, so that every history id known until now answers 404. Returns how
    /// many mailboxes were concerned.
    fn expire_history(&self, email: Option<&str>) -> usize;

    /// How many milliseconds listings and searches lag behind drafts and sent mail.
    fn index_delay_ms(&self) -> u64;

    /// Lets them lag so far.
    fn set_index_delay_ms(&self, delay_ms: u64);

    /// What the sandbox's clock says.
    fn clock(&self) -> ClockReading;

    /// Moves the clock forward by so many milliseconds.
    fn advance_clock(&self, milliseconds: u64);

    /// Sets the clock and keeps it there (`frozen`), or lets it run on from there.
    fn set_clock(&self, now: Timestamp, frozen: bool);

    /// Lets the clock run so many times as fast as the machine's.
    fn set_clock_speed(&self, speed: u32);

    /// Lets the clock follow the machine's again.
    fn reset_clock(&self);

    /// The mail that was accepted for sending, oldest first.
    fn ledger(&self) -> Vec<LedgerEntry>;

    /// Copies that left for addresses outside the sandbox, oldest first.
    fn outbound(&self) -> Vec<crate::world::Outbound>;

    /// Empties the ledger, and the list of what left. Returns how many entries the ledger had.
    fn clear_ledger(&self) -> usize;

    /// Issues tokens for a mailbox without the consent pages.
    ///
    /// # Errors
    /// Not found when there is no such mailbox or client.
    fn issue_token(&self, request: TokenRequest) -> Result<IssuedToken, Refusal>;

    /// All OAuth clients.
    fn clients(&self) -> Vec<ClientRecord>;

    /// Registers an OAuth client.
    ///
    /// # Errors
    /// A conflict when the client id is taken.
    fn register_client(&self, new: NewClient) -> Result<ClientRecord, Refusal>;

    /// All accounts at Microsoft.
    fn accounts(&self) -> Vec<AccountRecord> {
        Vec::new()
    }

    /// Opens an account at Microsoft, without a mailbox.
    ///
    /// # Errors
    /// Not found in a world that has no Microsoft.
    fn add_account(&self, email: &str, _name: &str) -> Result<AccountRecord, Refusal> {
        Err(Refusal::NotFound(format!("{email}: there is no Microsoft here")))
    }

    /// Changes an account at Microsoft.
    ///
    /// # Errors
    /// Not found when there is none.
    fn change_account(&self, account: &str, _change: AccountChange) -> Result<AccountRecord, Refusal> {
        Err(Refusal::NotFound(format!("{account}: there is no Microsoft here")))
    }

    /// Rules of a tenant at Microsoft.
    ///
    /// # Errors
    /// Not found when nobody is of that tenant.
    fn set_tenant(&self, tenant: &str, _rule: &TenantRule) -> Result<(), Refusal> {
        Err(Refusal::NotFound(format!("{tenant}: there is no Microsoft here")))
    }

    /// All apps at Microsoft.
    fn apps(&self) -> Vec<AppRecord> {
        Vec::new()
    }

    /// Registers an app at Microsoft, or replaces it.
    ///
    /// # Errors
    /// Invalid when its audience is none.
    fn register_app(&self, _new: NewApp) -> Result<AppRecord, Refusal> {
        Err(Refusal::NotFound("there is no Microsoft here".to_owned()))
    }

    /// Graph's meter, in a world that has Microsoft.
    fn graph_meter(&self) -> Option<Arc<GraphMeter>> {
        None
    }

    /// Who has subscribed to changes at Graph.
    fn graph_subscriptions(&self) -> Vec<GraphSubscription> {
        Vec::new()
    }

    /// Tells a subscription's owner what becomes of it: `reauthorizationRequired`, `subscriptionRemoved` or `missed`.
    ///
    /// # Errors
    /// Invalid when there is no such event; not found when there is no such subscription, or no address for it.
    fn tell_subscription(&self, id: &str, _event: &str) -> Result<(), Refusal> {
        Err(Refusal::NotFound(format!("id: there is no subscription {id}")))
    }

    /// Loses the changes of a subscription on their way, or tells them again.
    ///
    /// # Errors
    /// Not found when there is no such subscription.
    fn silence_subscription(&self, id: &str, _silent: bool) -> Result<(), Refusal> {
        Err(Refusal::NotFound(format!("id: there is no subscription {id}")))
    }

    /// All push subscriptions.
    fn push_subscriptions(&self) -> Vec<PushSubscription>;

    /// Says where notifications of a topic are posted; without an endpoint the topic's subscription ends.
    ///
    /// # Errors
    /// Invalid when the topic or the endpoint cannot be used.
    fn set_push(&self, subscription: PushSubscription) -> Result<(), Refusal>;
}

/// Whose mailbox it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Gmail.
    #[default]
    Google,
    /// Exchange Online, through Microsoft Graph.
    Microsoft,
}

impl Provider {
    /// As people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
        }
    }
}

/// A mailbox and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSummary {
    /// Its address.
    pub email: String,
    /// Name of its owner.
    pub name: String,
    /// Whose it is.
    #[serde(default)]
    pub provider: Provider,
    /// How many messages it holds, spam and trash included.
    pub messages: u64,
    /// How many threads.
    pub threads: u64,
    /// How many messages are unread.
    pub unread: u64,
    /// Its current history id; at Microsoft's the number of its latest change.
    pub history_id: u64,
}

/// A mailbox to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMailbox {
    /// Its address.
    pub email: String,
    /// Name of its owner; the part before the `@` when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Whose it is to be; Google's when left out.
    #[serde(default)]
    pub provider: Provider,
}

/// How a raw message is put into a mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Label ids, or names of user labels (made when missing). Without any, `INBOX` and `UNREAD`.
    pub labels: Vec<String>,
    /// When it arrived, milliseconds since 1970; the `Date` header when left out.
    pub internal_date_ms: Option<i64>,
    /// The thread to put it in; found by its references when left out.
    pub thread_id: Option<String>,
}

/// Where an imported message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedMessage {
    /// Message id.
    pub id: String,
    /// Thread id.
    pub thread_id: String,
}

/// Mail arriving from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The envelope sender; empty for a bounce.
    pub from: String,
    /// The envelope recipients.
    pub to: Vec<String>,
    /// The message, byte for byte.
    pub raw: Vec<u8>,
}

/// One delivery into one mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The mailbox.
    pub email: String,
    /// Message id there.
    pub id: String,
    /// Thread id there.
    pub thread_id: String,
}

/// What the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockReading {
    /// The sandbox's time.
    pub now: Timestamp,
    /// Whether it stands still until told otherwise.
    pub frozen: bool,
    /// How many times as fast as the machine's clock it runs.
    pub speed: u32,
}

/// One accepted mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Counted from one since the sandbox began.
    pub number: u64,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The mailbox that sent it.
    pub mailbox: String,
    /// Method that accepted it: `gmail.messages.send`, `gmail.drafts.send`.
    pub method: String,
    /// Message id in the sender's mailbox.
    pub id: String,
    /// Message-ID as rewritten, with brackets.
    pub message_id: String,
    /// Message-ID as the caller wrote it, if any.
    pub original_message_id: Option<String>,
    /// All recipients, Bcc included.
    pub recipients: Vec<String>,
    /// Subject, decoded.
    pub subject: String,
    /// Size in bytes.
    pub size: u64,
}

/// Tokens to issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The mailbox.
    pub email: String,
    /// The OAuth client; the sandbox's own when left out.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Scopes; the full mail scope when left out.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Life of the access token in seconds; Google's 3599 when left out.
    #[serde(default)]
    pub expires_in: Option<u64>,
}

/// Tokens issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedToken {
    /// `ya29.…`
    pub access_token: String,
    /// `1//…`
    pub refresh_token: String,
    /// Life of the access token in seconds.
    pub expires_in: u64,
    /// Scopes, separated by blanks.
    pub scope: String,
    /// `Bearer`.
    pub token_type: String,
}

/// An OAuth client to register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// Its id; made when left out.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Its secret; made when left out.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Where it may be redirected to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Name on the consent page.
    #[serde(default)]
    pub name: Option<String>,
}

/// An OAuth client. The secret is shown: the sandbox keeps none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRecord {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where it may be redirected to.
    pub redirect_uris: Vec<String>,
    /// Name on the consent page.
    pub name: String,
}

/// Where notifications of a topic go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSubscription {
    /// `projects/<project>/topics/<topic>`.
    pub topic: String,
    /// Where to post; `null` ends the subscription.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Name sent along as `subscription`; made from the topic when left out.
    #[serde(default)]
    pub subscription: Option<String>,
}

/// Somebody who hears of changes at Graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphSubscription {
    /// Its id.
    pub id: String,
    /// The app.
    pub app: String,
    /// The mailbox.
    pub mailbox: String,
    /// What of it, as the caller wrote it.
    pub resource: String,
    /// `created,updated,deleted`.
    pub change_type: String,
    /// Where notifications go.
    pub notification_url: String,
    /// Where news of the subscription itself goes.
    pub lifecycle_url: Option<String>,
    /// Whether changes are lost on their way.
    pub silent: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}
