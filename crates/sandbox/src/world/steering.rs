//! The world as the control API steers it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::mailbox::{Arrival, Mailbox};
use super::permits::Access;
use super::push::Subscription;
use super::{NoSuchMailbox, World, chance, ids::Id};
use crate::control::{
    AccountChange, AccountRecord, AppRecord, ClientRecord, ClockReading, ControlWorld, Delivered, Delivery,
    GraphSubscription, ImportOptions, ImportedMessage, IssuedToken, LedgerEntry, MailboxSummary, NewApp, NewClient,
    NewMailbox, Provider, PushSubscription, Refusal, TenantRule, TokenRequest,
};
use crate::microsoft::limits::GraphMeter;
use crate::microsoft::news::Lifecycle;
use crate::options::DEFAULT_CLIENT_ID;

/// What a token may do when nothing else is asked.
const FULL_SCOPE: &str = "https://mail.google.com/";

impl From<NoSuchMailbox> for Refusal {
    fn from(missing: NoSuchMailbox) -> Self {
        Self::NotFound(missing.to_string())
    }
}

impl ControlWorld for World {
    fn mailboxes(&self) -> Vec<MailboxSummary> {
        let google = self.all().into_iter().map(|mailbox| summary(&mailbox));
        let microsoft = self.all_exchange().into_iter().map(|mailbox| super::exchange::summary(&mailbox));
        google.chain(microsoft).collect()
    }

    fn add_mailbox(&self, new: NewMailbox) -> Result<MailboxSummary, Refusal> {
        if !new.email.contains('@') || new.email.contains(char::is_whitespace) {
            return Err(Refusal::Invalid(format!("email: {:?} is no address; write local@domain", new.email)));
        }
        if self.mailbox(&new.email).is_ok() || self.exchange(&new.email).is_some() {
            return Err(Refusal::Conflict(format!("email: the mailbox {} is there already", new.email)));
        }
        let name = new.name.unwrap_or_else(|| new.email.split('@').next().unwrap_or_default().to_owned());
        if new.provider == Provider::Microsoft {
            return Ok(super::exchange::summary(&self.open_exchange(&new.email, &name)));
        }
        Self::add_mailbox(self, &new.email, &name);
        Ok(summary(&*self.mailbox(&new.email)?))
    }

    fn import(&self, email: &str, raw: Vec<u8>, options: ImportOptions) -> Result<ImportedMessage, Refusal> {
        if let Some(mailbox) = self.exchange(email) {
            let (labels, internal_date_ms) = (options.labels, options.internal_date_ms);
            let options = super::ImportOptions { labels, internal_date_ms, thread_id: None };
            let id = super::exchange::import(&mailbox, raw.into(), &options, Self::clock(self).now_ms());
            let thread_id = super::exchange::conversation_of(&mailbox, &id);
            return Ok(ImportedMessage { id, thread_id });
        }
        let thread = match &options.thread_id {
            Some(text) => Some(text.parse::<Id>().map_err(|error| Refusal::Invalid(format!("thread_id: {error}")))?),
            None => None,
        };
        let mailbox = self.mailbox(email)?;
        if let Some(unknown) = thread.filter(|thread| mailbox.read().threads.members(*thread).is_none()) {
            return Err(Refusal::NotFound(format!("thread_id: the mailbox has no thread {unknown}; leave it out")));
        }
        let names = if options.labels.is_empty() { vec!["INBOX".into(), "UNREAD".into()] } else { options.labels };
        let now_ms = self.clock().now_ms();
        let internal_date_ms = options.internal_date_ms.or_else(|| super::date_of(&raw)).unwrap_or(now_ms);
        let content = super::message::Content::new(raw.into());
        let id = mailbox.change(|state| {
            let labels = names.iter().map(|name| state.labels.id_for(name)).collect();
            state.add(Arrival { content, labels, internal_date_ms, thread }, now_ms)
        });
        Ok(ImportedMessage { id: id.to_string(), thread_id: thread_of(&mailbox, id) })
    }

    fn deliver(&self, delivery: Delivery) -> Result<Vec<Delivered>, Refusal> {
        let mut delivered = Vec::new();
        for recipient in &delivery.to {
            if let Some(mailbox) = self.exchange_for(recipient) {
                let id = Self::deliver(self, &delivery.from, recipient, &delivery.raw)?;
                let thread_id = super::exchange::conversation_of(&mailbox, &id);
                delivered.push(Delivered { email: mailbox.email.clone(), id, thread_id });
                continue;
            }
            let Some(mailbox) = self.mailbox_for(recipient) else { continue };
            let id = Self::deliver(self, &delivery.from, recipient, &delivery.raw)?;
            let thread_id = id.parse().map_or_else(|_| id.clone(), |id| thread_of(&mailbox, id));
            delivered.push(Delivered { email: mailbox.email.clone(), id, thread_id });
        }
        if delivered.is_empty() {
            return Err(Refusal::NotFound("to: none of the recipients has a mailbox here; add one first".to_owned()));
        }
        Ok(delivered)
    }

    fn expire_tokens(&self, email: Option<&str>) -> usize {
        self.identity().expire(email) + self.permits().expire_access(email.map(str::to_lowercase).as_deref())
    }

    fn revoke(&self, email: &str, client_id: Option<&str>) -> usize {
        self.identity().revoke(email, client_id) + self.permits().revoke_account(&email.to_lowercase(), client_id)
    }

    fn expire_history(&self, email: Option<&str>) -> usize {
        let concerned = self
            .all()
            .into_iter()
            .filter(|mailbox| email.is_none_or(|email| mailbox.email.eq_ignore_ascii_case(email)));
        let google = concerned.map(|mailbox| mailbox.change(|state| state.history.expire_all())).count();
        let concerned = self
            .all_exchange()
            .into_iter()
            .filter(|mailbox| email.is_none_or(|email| mailbox.email.eq_ignore_ascii_case(email)));
        google + concerned.map(|mailbox| mailbox.change(|state| state.rounds.forget())).count()
    }

    fn index_delay_ms(&self) -> u64 {
        Self::index_delay_ms(self)
    }

    fn set_index_delay_ms(&self, delay_ms: u64) {
        Self::set_index_delay_ms(self, delay_ms);
    }

    fn clock(&self) -> ClockReading {
        let clock = Self::clock(self);
        ClockReading { now: clock.now(), frozen: clock.is_frozen(), speed: clock.speed() }
    }

    fn advance_clock(&self, milliseconds: u64) {
        Self::clock(self).advance(Duration::from_millis(milliseconds));
    }

    fn set_clock(&self, now: Timestamp, frozen: bool) {
        Self::clock(self).freeze(Some(now));
        if !frozen {
            Self::clock(self).run();
        }
    }

    fn set_clock_speed(&self, speed: u32) {
        Self::clock(self).set_speed(speed);
    }

    fn reset_clock(&self) {
        Self::clock(self).reset();
    }

    fn ledger(&self) -> Vec<LedgerEntry> {
        self.accepted().into_iter().map(entry).collect()
    }

    fn outbound(&self) -> Vec<super::Outbound> {
        Self::outbound(self)
    }

    fn clear_ledger(&self) -> usize {
        let mut ledger = Self::ledger(self);
        ledger.outbound.clear();
        std::mem::take(&mut ledger.accepted).len()
    }

    fn issue_token(&self, request: TokenRequest) -> Result<IssuedToken, Refusal> {
        if let Some(issued) = self.issue_to_account(&request) {
            return issued;
        }
        let email = self.mailbox(&request.email)?.email.clone();
        let client_id = request.client_id.unwrap_or_else(|| DEFAULT_CLIENT_ID.to_owned());
        if self.permits().clients.get(&client_id).is_none() {
            return Err(Refusal::NotFound(format!(
                "client_id: there is no OAuth client {client_id}; register it first"
            )));
        }
        let scopes = request.scopes.unwrap_or_else(|| vec![FULL_SCOPE.to_owned()]);
        let scopes = crate::google::scopes_in_full(scopes.iter().map(String::as_str));
        let lifetime = request.expires_in.map_or(self.access_token_lifetime(), Duration::from_secs);
        let mut permits = self.permits();
        permits.consent_to(&email, &client_id, &scopes);
        let refresh_token = permits.issue_refresh(&email, &client_id, &scopes);
        let now_ms = Self::clock(self).now_ms();
        let expires_ms = now_ms.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX));
        let issued = permits.issue_access(Access { email, client_id, scopes, expires_ms, offline: true }, now_ms);
        Ok(IssuedToken {
            access_token: issued.access_token,
            refresh_token,
            expires_in: issued.expires_in.unsigned_abs(),
            scope: issued.access.scopes.join(" "),
            token_type: "Bearer".to_owned(),
        })
    }

    fn clients(&self) -> Vec<ClientRecord> {
        self.permits().clients.all().map(ClientRecord::from).collect()
    }

    fn register_client(&self, new: NewClient) -> Result<ClientRecord, Refusal> {
        let id = new.client_id.unwrap_or_else(|| format!("{}.apps.googleusercontent.com", chance::secret(12)));
        let secret = new.client_secret.unwrap_or_else(|| format!("GOCSPX-{}", chance::secret(28)));
        let mut permits = self.permits();
        if permits.clients.get(&id).is_some() {
            return Err(Refusal::Conflict(format!("client_id: the OAuth client {id} is there already")));
        }
        let client = permits.clients.register(&id, Some(&secret), &new.redirect_uris, new.name.as_deref());
        Ok(ClientRecord::from(client))
    }

    fn accounts(&self) -> Vec<AccountRecord> {
        Self::accounts(self)
    }

    fn add_account(&self, email: &str, name: &str) -> Result<AccountRecord, Refusal> {
        Ok(AccountRecord::from(&self.identity().add_account(email, name)))
    }

    fn change_account(&self, account: &str, change: AccountChange) -> Result<AccountRecord, Refusal> {
        Self::change_account(self, account, change)
    }

    fn set_tenant(&self, tenant: &str, rule: &TenantRule) -> Result<(), Refusal> {
        Self::set_tenant(self, tenant, rule)
    }

    fn apps(&self) -> Vec<AppRecord> {
        Self::apps(self)
    }

    fn register_app(&self, new: NewApp) -> Result<AppRecord, Refusal> {
        Self::register_app(self, new)
    }

    fn graph_meter(&self) -> Option<Arc<GraphMeter>> {
        Some(Self::graph_meter(self).clone())
    }

    fn graph_subscriptions(&self) -> Vec<GraphSubscription> {
        self.news().all().into_iter().map(GraphSubscription::from).collect()
    }

    fn tell_subscription(&self, id: &str, event: &str) -> Result<(), Refusal> {
        let event = Lifecycle::named(event).ok_or_else(|| {
            Refusal::Invalid("event: one of reauthorizationRequired, subscriptionRemoved, missed".to_owned())
        })?;
        match self.news().lifecycle(id, event) {
            true => Ok(()),
            false => Err(Refusal::NotFound(format!(
                "id: there is no subscription {id}, or it has no lifecycleNotificationUrl"
            ))),
        }
    }

    fn silence_subscription(&self, id: &str, silent: bool) -> Result<(), Refusal> {
        match self.news().silence(id, silent) {
            true => Ok(()),
            false => Err(Refusal::NotFound(format!("id: there is no subscription {id}"))),
        }
    }

    fn push_subscriptions(&self) -> Vec<PushSubscription> {
        let told = |(topic, it): (String, Subscription)| PushSubscription {
            topic,
            endpoint: Some(it.url),
            subscription: Some(it.name),
        };
        self.push().subscriptions().into_iter().map(told).collect()
    }

    fn set_push(&self, subscription: PushSubscription) -> Result<(), Refusal> {
        let PushSubscription { topic, endpoint, subscription } = subscription;
        if !topic.starts_with("projects/") || !topic.contains("/topics/") {
            return Err(Refusal::Invalid(format!("topic: {topic:?} is no topic; write projects/PROJECT/topics/TOPIC")));
        }
        if let Some(url) = endpoint.as_deref().filter(|url| url::Url::parse(url).is_err()) {
            return Err(Refusal::Invalid(format!("endpoint: {url:?} is no URL; write http://host:port/path")));
        }
        let name = subscription.unwrap_or_else(|| Subscription::name_for(&topic));
        self.push().subscribe(&topic, endpoint.map(|url| Subscription { url, name }));
        Ok(())
    }
}

fn summary(mailbox: &Mailbox) -> MailboxSummary {
    let state = mailbox.read();
    MailboxSummary {
        email: mailbox.email.clone(),
        name: mailbox.name.clone(),
        provider: Provider::Google,
        messages: state.len() as u64,
        threads: state.threads.count() as u64,
        unread: state.messages.values().filter(|message| message.has("UNREAD")).count() as u64,
        history_id: state.history.current(),
    }
}

fn thread_of(mailbox: &Mailbox, id: Id) -> String {
    mailbox.read().get(id).map_or(id, |message| message.thread).to_string()
}

fn entry(accepted: super::Accepted) -> LedgerEntry {
    LedgerEntry {
        number: accepted.number,
        accepted_at: Timestamp::from_millisecond(accepted.at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
        mailbox: accepted.mailbox,
        method: accepted.method,
        id: accepted.id,
        message_id: format!("<{}>", accepted.message_id),
        original_message_id: accepted.original_message_id.map(|id| format!("<{id}>")),
        recipients: accepted.recipients,
        subject: accepted.subject,
        size: accepted.size,
    }
}
