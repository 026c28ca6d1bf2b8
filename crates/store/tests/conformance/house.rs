//! A store with somebody living in it, and short ways to say things about mail.

use std::ops::Deref;

use model::application::Application;
use model::event::EventType;
use model::folder::{Folder, FolderRole};
use model::grant::{Credential, Grant, GrantStatus};
use model::message::{Attachment, Body, Message, Placement};
use model::secret::Sealed;
use model::sync::{Announce, Applied, MirrorBatch, Mirrored, Moment};
use model::webhook::{Webhook, WebhookStatus};
use model::*;
use serde_json::json;
use store::filter::{MessageFilter, PageRequest};
use store::{GrantUpsert, Options, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty store of the backend under test, and what keeps it on disk.
pub async fn open_fresh() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (reopen(&folder).await, folder)
}

/// The store in a folder that [`open_fresh`] made.
pub async fn reopen(folder: &TempDir) -> Store {
    Store::open(Options::at(folder.path().join("postroad.db"))).await.unwrap()
}

/// A store with one application and Ada's grant.
pub struct House {
    pub store: Store,
    pub folder: TempDir,
    pub app: ApplicationId,
    pub ada: GrantId,
}

impl Deref for House {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl House {
    pub async fn new() -> Self {
        let (store, folder) = open_fresh().await;
        let application = application(1);
        let app = application.id;
        store.add_application(application).await.unwrap();
        let ada = store.upsert_grant(upsert(app, "ada@example.com")).await.unwrap().grant.id;
        Self { store, folder, app, ada }
    }

    pub async fn another(&self, email: &str) -> GrantId {
        self.store.upsert_grant(upsert(self.app, email)).await.unwrap().grant.id
    }

    /// Mirrors messages as the first sync does, without news.
    pub async fn holds(&self, messages: impl IntoIterator<Item = Mail>) -> Applied {
        self.learns(Announce::Silent, messages).await
    }

    /// Mirrors messages that just arrived.
    pub async fn receives(&self, messages: impl IntoIterator<Item = Mail>) -> Applied {
        self.learns(Announce::Live, messages).await
    }

    async fn learns(&self, announce: Announce, messages: impl IntoIterator<Item = Mail>) -> Applied {
        let upserts = messages.into_iter().map(|mail| mail.0).collect();
        self.apply(self.ada, MirrorBatch { upserts, ..batch(announce) }).await.unwrap()
    }

    /// The ids a list shows, in its order.
    pub async fn lists(&self, filter: MessageFilter) -> Vec<String> {
        ids(&self.messages(self.ada, filter, all()).await.unwrap().items)
    }

    /// What a search finds.
    pub async fn finds(&self, query: &str) -> Vec<String> {
        self.lists(MessageFilter { search: Some(query.into()), ..MessageFilter::default() }).await
    }

    /// Adds a webhook that wants everything.
    pub async fn webhook(&self, number: u128) -> WebhookId {
        let webhook = webhook(self.app, number);
        let id = webhook.id;
        self.add_webhook(webhook).await.unwrap();
        id
    }

    /// A webhook as it is kept.
    pub async fn webhook_now(&self, id: WebhookId) -> Webhook {
        self.store.reader().webhook(id).await.unwrap().unwrap()
    }

    /// The kinds and objects of a webhook's deliveries, in event order.
    pub async fn told(&self, webhook: WebhookId) -> Vec<(EventType, String)> {
        let mut deliveries = self.deliveries(webhook, None, 1000).await.unwrap();
        deliveries.reverse();
        deliveries.into_iter().map(|delivery| (delivery.event.kind, delivery.event.object_id)).collect()
    }
}

/// An instant, in seconds of the test's own time.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub fn all() -> PageRequest {
    PageRequest { after: None, limit: 200 }
}

pub fn ids(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.id.0.clone()).collect()
}

pub fn batch(announce: Announce) -> MirrorBatch {
    MirrorBatch::empty(announce, at(1_000_000))
}

pub fn sealed(text: &str) -> Sealed {
    Sealed { key_id: "k1".into(), bytes: text.as_bytes().to_vec() }
}

pub fn application(number: u128) -> Application {
    Application {
        id: ApplicationId(Uuid::from_u128(number)),
        name: format!("Application {number}"),
        presentation: json!({ "branding": { "name": "A" } }),
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

pub fn credential() -> Credential {
    Credential { refresh_token: sealed("refresh"), access_token: None, access_expires_at: None }
}

pub fn upsert(app: ApplicationId, email: &str) -> GrantUpsert {
    let grant = Grant {
        id: GrantId(Uuid::new_v4()),
        application_id: app,
        provider: Provider::Google,
        email: email.into(),
        name: Some("Somebody".into()),
        provider_user_id: Some(format!("account of {}", model::address::lookup_form(email))),
        status: GrantStatus::Valid,
        scopes: vec!["mail".into()],
        state: None,
        ip: Some("192.0.2.1".into()),
        user_agent: None,
        created_at: at(0),
        updated_at: at(0),
    };
    GrantUpsert { grant, credential: credential() }
}

pub fn webhook(app: ApplicationId, number: u128) -> Webhook {
    Webhook {
        id: WebhookId(Uuid::from_u128(number)),
        application_id: app,
        description: Some("all of it".into()),
        trigger_types: EventType::ALL.to_vec(),
        url: "https://example.com/hook".into(),
        secret: sealed("secret"),
        status: WebhookStatus::Active,
        notification_emails: vec!["ops@example.com".into()],
        compressed: true,
        status_updated_at: at(0),
        created_at: at(number as i64),
        updated_at: at(0),
    }
}

pub fn folder(id: &str, role: Option<FolderRole>) -> Folder {
    Folder {
        id: id.into(),
        name: id.to_lowercase(),
        parent_id: None,
        system: role.is_some(),
        role,
        text_color: None,
        background_color: Some("#ffffff".into()),
    }
}

/// A message under construction. It is in the inbox, read, of the second it was made with, and in a thread of its own.
#[derive(Clone)]
pub struct Mail(pub Mirrored);

pub fn mail(id: &str, second: i64) -> Mail {
    let message = Message {
        id: id.into(),
        thread_id: format!("t-{id}").into(),
        draft_id: None,
        subject: format!("About {id}"),
        from: vec![Address::named("Bob", "bob@example.com")],
        to: vec![Address::bare("ada@example.com")],
        cc: vec![],
        bcc: vec![],
        reply_to: vec![],
        date: at(second),
        snippet: "Hello".into(),
        attachments: vec![],
        rfc_message_id: Some(format!("<{id}@example.com>")),
        in_reply_to: None,
        size: 1234,
        placement: Placement { folders: vec!["INBOX".into()], ..Placement::default() },
        metadata: None,
    };
    let body = Body { text: format!("<p>Body of {id}</p>"), html: true };
    let raw = format!("Subject: About {id}\r\n\r\nBody of {id}").into_bytes();
    Mail(Mirrored { message, body, search_text: format!("Body of {id}"), raw, as_of: Moment::default() })
}

impl Mail {
    /// Changes the message in place.
    pub fn with(mut self, change: impl FnOnce(&mut Message)) -> Self {
        change(&mut self.0.message);
        self
    }
    pub fn subject(self, subject: &str) -> Self {
        self.with(|m| m.subject = subject.into())
    }
    pub fn thread(self, id: &str) -> Self {
        self.with(|m| m.thread_id = id.into())
    }
    pub fn from(self, email: &str) -> Self {
        self.with(|m| m.from = vec![Address::bare(email)])
    }
    pub fn unread(self) -> Self {
        self.with(|m| m.placement.unread = true)
    }
    pub fn starred(self) -> Self {
        self.with(|m| m.placement.starred = true)
    }
    pub fn folders(self, folders: &[&str]) -> Self {
        self.with(|m| m.placement.folders = folders.iter().map(|f| FolderId::from(*f)).collect())
    }
    /// In the trash.
    pub fn trashed(self) -> Self {
        self.folders(&["TRASH"]).with(|m| m.placement.hidden = true)
    }
    /// The content of a draft.
    pub fn draft(self, draft: &str) -> Self {
        self.folders(&["DRAFT"]).with(|m| {
            m.placement.draft = true;
            m.draft_id = Some(draft.into());
        })
    }
    pub fn attached(self, filename: &str, inline: bool) -> Self {
        self.with(|m| {
            m.attachments.push(Attachment {
                id: format!("a{}", m.attachments.len()).into(),
                filename: filename.into(),
                content_type: "application/pdf".into(),
                size: 10,
                content_id: None,
                content_disposition: Some("attachment".into()),
                is_inline: inline,
                part: 2,
            });
        })
    }
    /// The body, as text and for search.
    pub fn text(mut self, text: &str) -> Self {
        self.0.body = Body { text: text.into(), html: false };
        self.0.search_text = text.into();
        self
    }
    pub fn message(&self) -> &Message {
        &self.0.message
    }
    pub fn id(&self) -> MessageId {
        self.0.message.id.clone()
    }
    pub fn placement(&self) -> Placement {
        self.0.message.placement.clone()
    }
}
