//! A mailbox at a provider of the sandbox, and our client for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::folder::FolderRole;
use model::secret::SecretString;
use model::sync::{Change, NativeQuery, SyncCursor};
use model::{Clock, FolderId, MessageId, Provider, Timestamp};
use providers::{Endpoints, Glimpses, ProviderClient, RemoteMessage, Unmetered, Wanted};
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

/// What is asked for at Microsoft.
const SCOPES: &[&str] = &["Mail.ReadWrite", "Mail.Send", "User.Read"];

struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        "2026-09-21T12:00:00Z".parse().unwrap()
    }
}

/// The mailbox, somebody to write to at the same provider, and the client.
pub struct Stage {
    pub sandbox: Sandbox,
    pub provider: Provider,
    /// Opens the mailbox.
    pub token: String,
    pub address: &'static str,
    pub friend: &'static str,
    pub client: Box<dyn ProviderClient>,
}

impl Stage {
    pub async fn google() -> Self {
        let sandbox = open().await;
        let (address, friend) = ("ada@sandbox.test", "bob@sandbox.test");
        sandbox.world().add_mailbox(address, "Ada");
        sandbox.world().add_mailbox(friend, "Bob");
        let asked = reqwest::Client::new().post(format!("{}/_sandbox/token", sandbox.url()));
        let told: Value = asked.json(&json!({ "email": address })).send().await.unwrap().json().await.unwrap();
        let token = told["access_token"].as_str().unwrap().to_owned();
        let client = client(Provider::Google, &sandbox, token.clone());
        Self { client, provider: Provider::Google, token, sandbox, address, friend }
    }

    pub async fn microsoft() -> Self {
        Self::microsoft_for(SCOPES).await
    }

    /// With these permissions and no others.
    pub async fn microsoft_for(scopes: &[&str]) -> Self {
        let sandbox = open().await;
        let (address, friend) = ("ada@contoso.test", "bob@contoso.test");
        sandbox.world().add_microsoft_mailbox(address, "Ada");
        sandbox.world().add_microsoft_mailbox(friend, "Bob");
        let token = sandbox.world().issue_graph_token(address, sandbox::DEFAULT_APP_ID, scopes).unwrap();
        let client = client(Provider::Microsoft, &sandbox, token.clone());
        Self { client, provider: Provider::Microsoft, token, sandbox, address, friend }
    }

    /// Lets a message arrive.
    pub fn arrive(&self, subject: &str) -> MessageId {
        let raw = format!(
            "From: ben@example.com\r\nTo: {}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\nHello {subject}\r\n",
            self.address
        );
        MessageId(self.sandbox.world().deliver("ben@example.com", self.address, raw.as_bytes()).unwrap())
    }

    /// The sandbox's bytes by id.
    pub fn held(&self, address: &str) -> BTreeMap<String, Vec<u8>> {
        let kept = self.sandbox.world().snapshot(address).unwrap();
        kept.into_iter().map(|kept| (kept.id, kept.raw.to_vec())).collect()
    }

    /// Everything as the client lists and fetches it, a few at a time.
    pub async fn everything(&self) -> BTreeMap<String, RemoteMessage> {
        let query = NativeQuery { include_hidden: true, ..NativeQuery::default() };
        let (mut all, mut page) = (BTreeMap::new(), None);
        loop {
            let listed = self.client.list(query.clone(), page, 7).await.unwrap();
            all.extend(self.fetch(listed.glimpses.wanted(listed.ids)).await);
            page = listed.next;
            if page.is_none() {
                return all;
            }
        }
    }

    pub async fn fetch(&self, wanted: Vec<Wanted>) -> BTreeMap<String, RemoteMessage> {
        let got = self.client.fetch(&wanted).await.unwrap();
        got.into_iter().map(|one| one.unwrap()).map(|one| (one.id.0.clone(), one)).collect()
    }

    /// All changes since a cursor, with what was shown of them, and the next cursor.
    pub async fn changes(&self, cursor: &SyncCursor) -> (Vec<Change>, Glimpses, SyncCursor) {
        let (mut changes, mut shown, mut page) = (Vec::new(), Glimpses::default(), None);
        loop {
            let told = self.client.changes(cursor, page).await.unwrap();
            changes.extend(told.changes);
            shown.0.extend(told.glimpses.0);
            page = told.next;
            if page.is_none() {
                return (changes, shown, told.cursor);
            }
        }
    }

    pub async fn folder(&self, role: FolderRole) -> FolderId {
        let folders = self.client.folders().await.unwrap();
        folders.into_iter().find(|folder| folder.role == Some(role)).unwrap_or_else(|| panic!("no {role:?}")).id
    }
}

async fn open() -> Sandbox {
    let clock = sandbox::clock::Clock::frozen(Standing.now());
    let listen = "127.0.0.1:0".parse().unwrap();
    sandbox::start(Options { listen, clock, ..Options::default() }).await.unwrap()
}

fn client(provider: Provider, sandbox: &Sandbox, token: String) -> Box<dyn ProviderClient> {
    let mut endpoints = Endpoints::default();
    endpoints.google.gmail = sandbox.url();
    endpoints.microsoft.graph = format!("{}/v1.0", sandbox.url());
    let (http, clock, token) = (reqwest::Client::new(), Arc::new(Standing), SecretString::from(token));
    providers::connect(provider, &http, &endpoints, clock, token, Arc::new(Unmetered::default())).unwrap()
}
