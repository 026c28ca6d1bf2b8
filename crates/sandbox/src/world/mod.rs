//! The world behind the wire: mailboxes, the mail between them, and who was given leave to look.

pub(crate) mod address;
mod bounce;
pub(crate) mod chance;
mod exchange;
pub(crate) mod headers;
pub(crate) mod history;
mod ids;
pub(crate) mod labels;
mod ledger;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod permits;
mod push;
pub(crate) mod rewrite;
mod seed;
pub(crate) mod send_as;
mod sign_in;
mod steering;
pub(crate) mod submit;
pub(crate) mod threads;
pub(crate) mod watch;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Clock;
use crate::microsoft::identity::Identity;
use crate::microsoft::limits::GraphMeter;
use crate::microsoft::mail::ExchangeMailbox;
use crate::microsoft::news::NewsDesk;
use crate::options::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_NAME, DEFAULT_CLIENT_SECRET, Options};
use crate::quotas::Meter;
use ledger::Ledger;
use mailbox::Mailbox;
use permits::{Access, Issued, Permits};
use push::{PushDesk, Subscription};
use send_as::SendAs;

pub use ids::{Id, NotAnId};
pub use ledger::{Accepted, Outbound};
pub(crate) use seed::date_of;
pub use seed::{ImportOptions, SeedMessage};

/// A handle on the sandbox's world; cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    seed: u64,
    access_token_lifetime: Duration,
    history_retention: Duration,
    /// By address in lower case.
    mailboxes: RwLock<BTreeMap<String, Arc<Mailbox>>>,
    /// Microsoft's, by address in lower case.
    exchange: RwLock<BTreeMap<String, Arc<ExchangeMailbox>>>,
    permits: Mutex<Permits>,
    identity: Identity,
    ledger: Mutex<Ledger>,
    push: PushDesk,
    meter: Arc<Meter>,
    graph_meter: Arc<GraphMeter>,
    news: NewsDesk,
    /// Milliseconds until listings show what a mailbox saved or sent itself.
    index_delay_ms: AtomicU64,
}

/// There is no mailbox with this address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the sandbox has no mailbox {0}; add it first")]
pub struct NoSuchMailbox(pub String);

/// Who a mailbox belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The primary address.
    pub email: String,
    /// The person's name.
    pub name: String,
}

/// A message as a test compares it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Message id.
    pub id: String,
    /// Thread id.
    pub thread_id: String,
    /// Label ids, sorted.
    pub labels: Vec<String>,
    /// Milliseconds since the epoch.
    pub internal_date_ms: i64,
    /// The whole message.
    pub raw: Bytes,
}

impl World {
    /// An empty world that knows only the default OAuth client.
    pub fn new(options: &Options) -> Self {
        let world = Self(Arc::new(Inner {
            clock: options.clock.clone(),
            seed: options.seed,
            access_token_lifetime: options.access_token_lifetime,
            history_retention: options.history_retention,
            mailboxes: RwLock::default(),
            exchange: RwLock::default(),
            permits: Mutex::default(),
            identity: Identity::new(options.clock.clone(), options.access_token_lifetime),
            ledger: Mutex::default(),
            push: PushDesk::new(options.clock.clone(), options.push_interval),
            meter: Arc::new(Meter::new(&options.quotas, options.seed, options.clock.clone())),
            graph_meter: Arc::new(GraphMeter::new(options.graph_quotas.clone(), options.clock.clone())),
            news: NewsDesk::new(options.clock.clone()),
            index_delay_ms: AtomicU64::new(0),
        }));
        world.register_client(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, &[]);
        world.name_client(DEFAULT_CLIENT_ID, DEFAULT_CLIENT_NAME);
        world
    }

    /// The time this world lives in.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What is counted of the calls to this world, and refused.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.0.meter
    }

    /// What is counted of the calls to Graph, and refused.
    pub fn graph_meter(&self) -> &Arc<GraphMeter> {
        &self.0.graph_meter
    }

    /// Who hears of changes in Microsoft's mailboxes.
    pub(crate) fn news(&self) -> &NewsDesk {
        &self.0.news
    }

    /// How long listings and searches take to show what a mailbox saved or sent itself, in milliseconds.
    pub fn index_delay_ms(&self) -> u64 {
        self.0.index_delay_ms.load(Ordering::Relaxed)
    }

    /// Lets listings and searches lag so many milliseconds behind drafts and sent mail; 0 is not at all.
    pub fn set_index_delay_ms(&self, delay_ms: u64) {
        self.0.index_delay_ms.store(delay_ms, Ordering::Relaxed);
    }

    /// Opens an account with an empty mailbox; an existing one stays as it is.
    pub fn add_mailbox(&self, email: &str, name: &str) {
        let mailbox =
            || Arc::new(Mailbox::new(email, name, self.0.seed, self.0.history_retention, self.0.push.clone()));
        let mut mailboxes = self.0.mailboxes.write().unwrap_or_else(PoisonError::into_inner);
        mailboxes.entry(email.to_lowercase()).or_insert_with(mailbox);
    }

    /// Lets a mailbox send from, and receive at, another address.
    pub fn add_alias(&self, email: &str, alias: &str, name: &str) -> Result<(), NoSuchMailbox> {
        self.mailbox(email)?.change(|state| state.send_as.push(SendAs::alias(alias, name)));
        Ok(())
    }

    /// All of Google's accounts, by address.
    pub fn mailboxes(&self) -> Vec<Account> {
        self.all().iter().map(|mailbox| Account { email: mailbox.email.clone(), name: mailbox.name.clone() }).collect()
    }

    /// How many messages a mailbox holds, trash and spam included.
    pub fn message_count(&self, email: &str) -> Result<usize, NoSuchMailbox> {
        match self.exchange(email) {
            Some(mailbox) => Ok(mailbox.read().newest_first(None).len()),
            None => Ok(self.mailbox(email)?.read().len()),
        }
    }

    /// Every message of a mailbox, newest first.
    pub fn snapshot(&self, email: &str) -> Result<Vec<Kept>, NoSuchMailbox> {
        if let Some(mailbox) = self.exchange(email) {
            return Ok(exchange::snapshot(&mailbox));
        }
        let mailbox = self.mailbox(email)?;
        let state = mailbox.read();
        Ok(state.newest_first(None).map(Kept::of).collect())
    }

    /// Deletes a message for good, as the mailbox's owner could; false when there is none with this id.
    pub fn remove(&self, email: &str, id: &str) -> Result<bool, NoSuchMailbox> {
        if let Some(mailbox) = self.exchange(email) {
            return Ok(exchange::remove(&mailbox, id));
        }
        let now_ms = self.clock().now_ms();
        let mailbox = self.mailbox(email)?;
        Ok(id.parse().is_ok_and(|id| mailbox.change(|state| state.delete(id, now_ms)).is_some()))
    }

    /// Puts and takes labels (ids), as the mailbox's owner could; false when there is no such message. At Microsoft `UNREAD`
    /// and `STARRED` are marks, putting `TRASH` moves the message there, and taking `INBOX` alone archives it; other names are
    /// categories.
    pub fn relabel(&self, email: &str, id: &str, add: &[&str], remove: &[&str]) -> Result<bool, NoSuchMailbox> {
        let owned = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        let change = mailbox::LabelChange { add: owned(add), remove: owned(remove) };
        let now_ms = self.clock().now_ms();
        if let Some(mailbox) = self.exchange(email) {
            return Ok(exchange::relabel(&mailbox, id, (add, remove), now_ms));
        }
        let mailbox = self.mailbox(email)?;
        Ok(id.parse().is_ok_and(|id| mailbox.change(|state| state.relabel(id, &change, now_ms)).is_some()))
    }

    /// Makes every history id given out so far too old for `history.list`; at Microsoft's every delta link.
    pub fn expire_history(&self, email: &str) -> Result<(), NoSuchMailbox> {
        if let Some(mailbox) = self.exchange(email) {
            mailbox.change(|state| state.rounds.forget());
            return Ok(());
        }
        self.mailbox(email)?.change(|state| state.history.expire_all());
        Ok(())
    }

    /// Registers an OAuth client, or replaces it. Without redirect URIs every loopback one is allowed.
    pub fn register_client(&self, client_id: &str, client_secret: &str, redirect_uris: &[String]) {
        self.permits().clients.register(client_id, Some(client_secret), redirect_uris, None);
    }

    /// Says what the consent page calls a client, or an app of Microsoft's; nothing happens where there is none.
    pub fn name_client(&self, client_id: &str, name: &str) {
        self.permits().clients.rename(client_id, name);
        self.identity().state().apps.rename(client_id, name);
    }

    /// Grants a client access to a mailbox without a browser and returns the refresh token. An app of Microsoft's gets
    /// one of Microsoft's.
    pub fn issue_refresh_token(&self, email: &str, client_id: &str, scopes: &[&str]) -> String {
        // The guard must be gone before the directory is asked again.
        let is_app = self.identity().state().apps.get(client_id).is_some();
        if let Some(token) = is_app.then(|| self.identity().issue_refresh(email, client_id, scopes)).flatten() {
            return token;
        }
        let email = email.to_lowercase();
        let scopes = crate::google::scopes_in_full(scopes.iter().copied());
        let mut permits = self.permits();
        permits.consent_to(&email, client_id, &scopes);
        permits.issue_refresh(&email, client_id, &scopes)
    }

    /// Lets every access token die now, or one account's; refresh tokens stay.
    pub fn expire_access_tokens(&self, email: Option<&str>) {
        self.identity().expire(email);
        self.permits().expire_access(email.map(str::to_lowercase).as_deref());
    }

    /// Ends every grant of an account, as a changed password does.
    pub fn revoke_account(&self, email: &str) {
        self.identity().revoke(email, None);
        self.permits().revoke_account(&email.to_lowercase(), None);
    }

    /// Pushes a topic (`projects/P/topics/T`) to this URL, as a Pub/Sub push subscription does.
    pub fn set_push_endpoint(&self, topic: &str, url: &str) {
        let name = Subscription::name_for(topic);
        self.0.push.subscribe(topic, Some(Subscription { url: url.to_owned(), name }));
    }

    /// Ends the push of a topic.
    pub fn clear_push_endpoint(&self, topic: &str) {
        self.0.push.subscribe(topic, None);
    }

    /// Every message accepted for sending, oldest first.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.ledger().accepted.clone()
    }

    /// Every copy that left for addresses outside, oldest first.
    pub fn outbound(&self) -> Vec<Outbound> {
        self.ledger().outbound.clone()
    }

    pub(crate) fn mailbox(&self, email: &str) -> Result<Arc<Mailbox>, NoSuchMailbox> {
        let mailboxes = self.0.mailboxes.read().unwrap_or_else(PoisonError::into_inner);
        mailboxes.get(&email.to_lowercase()).cloned().ok_or_else(|| NoSuchMailbox(email.to_owned()))
    }

    /// The mailbox that mail to this address goes to.
    pub(crate) fn mailbox_for(&self, address: &str) -> Option<Arc<Mailbox>> {
        self.mailbox(address).ok().or_else(|| self.all().into_iter().find(|mailbox| mailbox.answers_to(address)))
    }

    /// Whether the sandbox itself is responsible for the address's domain.
    pub(crate) fn is_local_domain(&self, address: &str) -> bool {
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        self.all().iter().any(|mailbox| domain(&mailbox.email) == domain(address))
            || self.identity().state().directory.all().any(|account| domain(&account.upn) == domain(address))
    }

    /// Whether a magic address of this domain is one: in every domain of the sandbox, and in its own.
    pub(crate) fn is_sandbox_address(&self, address: &str) -> bool {
        let own = address.rsplit_once('@').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case("sandbox.test"));
        own || (address.contains('@') && self.is_local_domain(address))
    }

    /// Microsoft's identity platform: accounts, apps and tokens.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(crate) fn permits(&self) -> MutexGuard<'_, Permits> {
        self.0.permits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives out an access token that lives as long as the options say.
    pub(crate) fn issue_access_token(&self, access: Access) -> Issued {
        let lifetime_ms = i64::try_from(self.0.access_token_lifetime.as_millis()).unwrap_or(i64::MAX);
        let now_ms = self.clock().now_ms();
        self.permits().issue_access(Access { expires_ms: now_ms.saturating_add(lifetime_ms), ..access }, now_ms)
    }

    pub(crate) fn access_token_lifetime(&self) -> Duration {
        self.0.access_token_lifetime
    }

    pub(crate) fn push(&self) -> &PushDesk {
        &self.0.push
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> Vec<Arc<Mailbox>> {
        self.0.mailboxes.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl Kept {
    fn of(message: &message::Message) -> Self {
        let mut labels = message.labels.clone();
        labels.sort();
        Self {
            id: message.id.to_string(),
            thread_id: message.thread.to_string(),
            labels,
            internal_date_ms: message.internal_date_ms,
            raw: message.content.raw().clone(),
        }
    }
}
