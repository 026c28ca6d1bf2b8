//! Two accounts of the same calls: what Postroad's meter was told, and what the sandbox counted by arithmetic of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use model::folder::FolderEdit;
use model::message::MessageEdit;
use model::quota::Regime;
use model::sync::NativeQuery;
use model::{Fault, MessageId, ThreadId};
use providers::meter::{Meter, Outcome, Pass, Spend};
use providers::{ProviderClient, Receipt, Wanted};
use serde_json::{Value, json};

use super::wire::House;

/// Calls and units by method, and what was sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Account {
    methods: BTreeMap<String, (u64, u64)>,
    sent: (u64, u64),
    answered: u64,
}

struct Bookkeeper {
    regime: Regime,
    account: Arc<Mutex<Account>>,
}

#[async_trait]
impl Meter for Bookkeeper {
    fn regime(&self) -> Regime {
        self.regime
    }

    async fn enter(&self, spend: Spend) -> Result<Pass, Fault> {
        let mut account = self.account.lock().unwrap();
        let row = account.methods.entry(format!("gmail.{}", spend.operation)).or_default();
        row.0 += u64::from(spend.calls);
        row.1 += u64::from(spend.calls * spend.cost.units);
        account.sent.0 += u64::from(spend.cost.messages);
        account.sent.1 += u64::from(spend.cost.recipients);
        let heard = self.account.clone();
        Ok(Pass::new(spend.calls, move |outcome: Outcome| {
            heard.lock().unwrap().answered += u64::from(outcome.answered)
        }))
    }
}

fn mail(subject: &str) -> Bytes {
    format!(
        "From: alice@sandbox.test\r\nTo: \"Bob, B.\" <bob@sandbox.test>, alice@sandbox.test\r\n\
         Subject: {subject}\r\n\r\nt\r\n"
    )
    .into()
}

fn starring() -> MessageEdit {
    MessageEdit { starred: Some(true), ..MessageEdit::default() }
}

/// A day in a mailbox: every kind of call that the engine makes.
async fn live(client: &dyn ProviderClient) {
    let cursor = client.profile().await.unwrap().cursor;
    client.folders().await.unwrap();
    client.send_as().await.unwrap();
    let named = |name: &str| FolderEdit { name: Some(name.into()), ..FolderEdit::default() };
    let work = client.create_folder(named("Work")).await.unwrap();
    let below = FolderEdit { parent_id: Some(work.id.clone()), ..named("Today") };
    let today = client.create_folder(below).await.unwrap();
    client.update_folder(&today.id, named("Tomorrow")).await.unwrap();
    client.delete_folder(&today.id).await.unwrap();
    let Receipt { thread_id: thread, .. } = client.send(mail("s"), None).await.unwrap();
    for _ in 0..12 {
        client.send(mail("Re: s"), Some(&thread)).await.unwrap();
    }
    follow(client, &thread).await;
    client.changes(&cursor, None).await.unwrap();
    let draft = client.create_draft(mail("d"), Some(&thread)).await.unwrap().draft_id.unwrap();
    edit(client, &thread).await;
    client.drafts().await.unwrap();
    client.update_draft(&draft, mail("d2"), None).await.unwrap();
    client.send_draft(&draft, 2).await.unwrap();
    let another = client.create_draft(mail("e"), None).await.unwrap().draft_id.unwrap();
    client.delete_draft(&another).await.unwrap();
    client.stop_watch(None).await.unwrap();
}

async fn ids(client: &dyn ProviderClient) -> Vec<(MessageId, Option<ThreadId>)> {
    let page = client.list(NativeQuery { include_hidden: true, ..NativeQuery::default() }, None, 500).await.unwrap();
    assert_eq!(page.ids.len(), page.threads.len(), "the listing names threads");
    page.ids.into_iter().zip(page.threads.into_iter().map(Some)).collect()
}

/// Reads everything, and learns the places by thread what they are by message.
async fn follow(client: &dyn ProviderClient, thread: &ThreadId) {
    assert!(client.list_threads(NativeQuery::default(), None, 500).await.unwrap().0.contains(thread));
    let known = ids(client).await;
    let all: Vec<MessageId> = known.iter().map(|(id, _)| id.clone()).collect();
    let wanted: Vec<Wanted> = all.iter().cloned().map(Wanted::from).collect();
    assert!(client.fetch(&wanted).await.unwrap().iter().all(Result::is_ok));
    let by_thread = client.placements(&known).await.unwrap();
    let unknown: Vec<_> = all.into_iter().map(|id| (id, None)).collect();
    assert_eq!(by_thread, client.placements(&unknown).await.unwrap());
}

/// Edits a thread with a draft in it, which Gmail refuses as a whole, and throws the thread away.
async fn edit(client: &dyn ProviderClient, thread: &ThreadId) {
    let known: Vec<_> = ids(client).await.into_iter().filter(|(_, of)| of.as_ref() == Some(thread)).collect();
    let places = client.placements(&known).await.unwrap();
    let current: Vec<_> = known.into_iter().zip(places).map(|((id, _), place)| (id, place.unwrap())).collect();
    let (draft, sent): (Vec<_>, Vec<_>) = current.iter().cloned().partition(|(_, place)| place.draft);
    assert_eq!((draft.len(), sent.len()), (1, 13));
    // More than ten at once, then few, then one.
    let after = client.update_thread(thread, &current, &starring()).await.unwrap();
    let starred: Vec<_> = after.into_iter().filter(|(_, place)| place.starred).collect();
    assert_eq!(starred.len(), 13);
    let mirrored: Vec<_> = starred.iter().map(|(id, _)| (id.clone(), None)).collect();
    let places = client.placements(&mirrored).await.unwrap();
    assert!(starred.iter().zip(places).all(|((_, expected), real)| sorted(expected) == sorted(&real.unwrap())));
    client.update_thread(thread, &[draft, sent[..2].to_vec()].concat(), &starring()).await.unwrap();
    client.update(&sent[0].0, &sent[0].1, &starring()).await.unwrap();
    let read = MessageEdit { unread: Some(false), ..MessageEdit::default() };
    client.update_thread(thread, &current, &read).await.unwrap();
    assert!(client.trash(&sent[0].0, &sent[0].1).await.unwrap().hidden);
}

fn sorted(place: &model::message::Placement) -> Vec<String> {
    let mut folders: Vec<String> = place.folders.iter().map(ToString::to_string).collect();
    folders.sort();
    folders
}

fn theirs(counted: &Value) -> Account {
    let number = |value: &Value| value.as_u64().unwrap();
    let rows = counted["methods"].as_object().unwrap().iter();
    let refused: u64 = counted["refused"].as_object().unwrap().values().map(number).sum();
    Account {
        methods: rows.map(|(name, row)| (name.clone(), (number(&row["calls"]), number(&row["units"])))).collect(),
        sent: (number(&counted["sending"]["messages"]), number(&counted["sending"]["recipients"])),
        answered: number(&counted["calls"]) - refused,
    }
}

#[tokio::test]
async fn both_sides_count_the_same() {
    for (regime, name) in [(Regime::Previous, "legacy"), (Regime::Current, "current")] {
        let house = House::open().await;
        // Room enough that nothing is refused: the sandbox's clock stands still.
        house.quotas(json!({"regime": name, "user_units": 1_000_000})).await;
        let account: Arc<Mutex<Account>> = Arc::default();
        live(&*house.metered(Arc::new(Bookkeeper { regime, account: account.clone() }))).await;
        let ours = account.lock().unwrap().clone();
        assert_eq!(ours, theirs(&house.counted().await), "{name}");
        assert!(ours.methods.len() > 18, "{name}: {:?}", ours.methods.keys());
    }
}
