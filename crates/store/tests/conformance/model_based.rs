//! A mailbox kept twice: in the store, and as a plain list of messages. Whatever happens to both, they agree.

use std::collections::BTreeMap;

use model::MessageId;
use model::message::{Message, Placement};
use model::sync::{Announce, MirrorBatch};
use proptest::prelude::*;
use store::filter::{MessageFilter, ThreadFilter};

use crate::house::{House, Mail, all, batch, folder, mail};

const FOLDERS: [&str; 4] = ["INBOX", "WORK", "SENT", "TRASH"];
const WORDS: [&str; 5] = ["apple", "banana", "cherry", "东京都", "apple pie"];

/// Something a sync step learns.
#[derive(Clone, Debug)]
enum Step {
    Upsert(Box<Sketch>),
    Place(u8, Placement),
    Delete(u8),
}

/// A message in few numbers, so that failures shrink.
#[derive(Clone, Debug)]
struct Sketch {
    id: u8,
    second: i64,
    thread: u8,
    word: usize,
    from: u8,
    placement: Placement,
}

impl Sketch {
    fn mail(&self) -> Mail {
        mail(&format!("m{}", self.id), self.second)
            .thread(&format!("t{}", self.thread))
            .subject(WORDS[self.word])
            .text(WORDS[(self.word + 1) % WORDS.len()])
            .from(&format!("p{}@example.com", self.from))
            .with(|message| {
                message.placement = self.placement.clone();
                message.draft_id = self.placement.draft.then(|| format!("d{}", self.id).as_str().into());
            })
    }
}

fn placement() -> impl Strategy<Value = Placement> {
    let folders = proptest::sample::subsequence(FOLDERS.to_vec(), 0..=3);
    let categories = proptest::option::of(proptest::sample::subsequence(vec!["Red", "To do"], 0..=2));
    (folders, any::<bool>(), any::<bool>(), proptest::bool::weighted(0.2), categories).prop_map(
        |(folders, unread, starred, draft, categories)| {
            let hidden = folders.contains(&"TRASH");
            let folders = folders.into_iter().map(Into::into).collect();
            let categories = categories.map(|names| names.into_iter().map(str::to_owned).collect());
            Placement { folders, unread, starred, draft, hidden, categories }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let upsert = (0..12_u8, 0..4_i64, 0..4_u8, 0..WORDS.len(), 0..3_u8, placement()).prop_map(
        |(id, second, thread, word, from, placement)| {
            Step::Upsert(Box::new(Sketch { id, second, thread, word, from, placement }))
        },
    );
    prop_oneof![
        4 => upsert,
        2 => (0..12_u8, placement()).prop_map(|(id, placement)| Step::Place(id, placement)),
        1 => (0..12_u8).prop_map(Step::Delete),
    ]
}

/// The plain list.
#[derive(Default)]
struct Plain {
    held: BTreeMap<String, Mail>,
    words: BTreeMap<String, usize>,
}

impl Plain {
    /// Takes steps in the order a batch is applied in: upserts, placements, deletions.
    fn take(&mut self, steps: &[Step]) {
        for step in steps {
            if let Step::Upsert(mail) = step {
                let id = format!("m{}", mail.id);
                self.words.insert(id.clone(), mail.word);
                self.held.insert(id, mail.mail());
            }
        }
        for step in steps {
            if let Step::Place(id, placement) = step
                && let Some(mail) = self.held.get_mut(&format!("m{id}"))
            {
                mail.0.message.placement = placement.clone();
            }
        }
        for step in steps {
            if let Step::Delete(id) = step {
                self.held.remove(&format!("m{id}"));
            }
        }
    }

    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.held.values().map(Mail::message)
    }

    fn ids(&self, keep: impl Fn(&Message) -> bool) -> Vec<String> {
        self.messages().filter(|message| keep(message)).map(|message| message.id.0.clone()).collect()
    }
}

fn as_batch(steps: &[Step]) -> MirrorBatch {
    let mut batch = batch(Announce::Live);
    for step in steps {
        match step {
            Step::Upsert(mail) => batch.upserts.push(mail.mail().0),
            Step::Place(id, placement) => batch.placements.push((format!("m{id}").as_str().into(), placement.clone())),
            Step::Delete(id) => batch.deletions.push(MessageId(format!("m{id}"))),
        }
    }
    batch
}

async fn sorted(house: &House, filter: MessageFilter) -> Vec<String> {
    let mut ids = house.lists(filter).await;
    ids.sort();
    ids
}

async fn agree(house: &House, plain: &Plain) {
    for message in plain.messages() {
        assert_eq!(house.message(house.ada, &message.id).await.unwrap().as_ref(), Some(message));
    }
    assert_eq!(house.all_message_ids(house.ada).await.unwrap().len(), plain.held.len());
    let any = MessageFilter::default;
    assert_eq!(sorted(house, any()).await, plain.ids(|m| !m.placement.hidden));
    let dates: Vec<_> = house.messages(house.ada, any(), all()).await.unwrap().items;
    assert!(dates.is_sorted_by(|a, b| a.date >= b.date), "newest first");
    for folder in FOLDERS {
        let inside = |m: &Message| m.placement.folders.contains(&folder.into());
        let filter = MessageFilter { folder: Some(folder.into()), ..any() };
        assert_eq!(sorted(house, filter.clone()).await, plain.ids(inside));
        let counted = house.folder(house.ada, &folder.into()).await.unwrap().unwrap();
        let unread = |m: &Message| inside(m) && m.placement.unread;
        assert_eq!((counted.total, counted.unread), (plain.ids(inside).len() as u64, plain.ids(unread).len() as u64));
        let unread = MessageFilter { unread: Some(true), ..filter };
        assert_eq!(sorted(house, unread).await, plain.ids(|m| inside(m) && m.placement.unread));
    }
    let starred = MessageFilter { starred: Some(true), ..any() };
    assert_eq!(sorted(house, starred).await, plain.ids(|m| m.placement.starred && !m.placement.hidden));
    let drafts = MessageFilter { drafts: Some(true), ..any() };
    assert_eq!(sorted(house, drafts).await, plain.ids(|m| m.placement.draft && !m.placement.hidden));
    for from in 0..3 {
        let email = format!("p{from}@example.com");
        let theirs = |m: &Message| m.from[0].email == email && !m.placement.hidden;
        let filter = MessageFilter { from: Some(email.clone()), ..any() };
        assert_eq!(sorted(house, filter).await, plain.ids(theirs));
    }
    words_agree(house, plain).await;
    threads_agree(house, plain).await;
}

async fn words_agree(house: &House, plain: &Plain) {
    for word in ["apple", "\"apple pie\"", "东京", "-cherry"] {
        let texts = |id: &str| format!("{} {}", WORDS[plain.words[id]], WORDS[(plain.words[id] + 1) % WORDS.len()]);
        let matches = |m: &Message| {
            let text = texts(m.id.as_str());
            match word.strip_prefix('-') {
                Some(excluded) => !text.contains(excluded),
                None => text.contains(word.trim_matches('"')),
            }
        };
        let filter = MessageFilter { search: Some(word.into()), ..MessageFilter::default() };
        assert_eq!(sorted(house, filter).await, plain.ids(|m| matches(m) && !m.placement.hidden), "{word}");
    }
}

async fn threads_agree(house: &House, plain: &Plain) {
    let mut threads: BTreeMap<&str, Vec<&Message>> = BTreeMap::new();
    for message in plain.messages() {
        threads.entry(message.thread_id.as_str()).or_default().push(message);
    }
    for number in 0..4 {
        let id = format!("t{number}");
        let held = house.thread(house.ada, &id.as_str().into()).await.unwrap();
        let messages = threads.get(id.as_str());
        assert_eq!(held.is_some(), messages.is_some());
        let Some((held, messages)) = held.zip(messages) else { continue };
        let count = |keep: fn(&Message) -> bool| messages.iter().filter(|m| keep(m)).count();
        assert_eq!(held.message_ids.len(), count(|m| !m.placement.draft));
        assert_eq!(held.draft_ids.len(), count(|m| m.placement.draft && m.draft_id.is_some()));
        assert_eq!(held.unread, count(|m| m.placement.unread) > 0);
        assert_eq!(held.starred, count(|m| m.placement.starred) > 0);
        assert_eq!(Some(held.earliest_message_date), messages.iter().map(|m| m.date).min());
    }
    let visible = threads.values().filter(|messages| messages.iter().any(|m| !m.placement.hidden)).count();
    let listed = house.threads(house.ada, ThreadFilter::default(), all()).await.unwrap();
    assert_eq!(listed.items.len(), visible);
    for folder in FOLDERS {
        let filter = ThreadFilter { folder: Some(folder.into()), ..ThreadFilter::default() };
        let listed = house.threads(house.ada, filter, all()).await.unwrap().items.len();
        let inside = |m: &&&Message| m.placement.folders.contains(&folder.into());
        assert_eq!(listed, threads.values().filter(|messages| messages.iter().find(inside).is_some()).count());
    }
}

#[test]
fn the_store_agrees_with_a_plain_list_whatever_happens() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let batches = proptest::collection::vec(proptest::collection::vec(step(), 0..10), 1..8);
    proptest!(config, |(batches in batches)| {
        runtime.block_on(async {
            let house = House::new().await;
            let folders = Some(FOLDERS.iter().map(|id| folder(id, None)).collect());
            house.apply(house.ada, MirrorBatch { folders, ..batch(Announce::Silent) }).await.unwrap();
            let mut plain = Plain::default();
            for steps in &batches {
                house.apply(house.ada, as_batch(steps)).await.unwrap();
                plain.take(steps);
                agree(&house, &plain).await;
                // What is held, given again, is no news.
                let upserts = plain.held.values().map(|mail| mail.0.clone()).collect();
                let again = house.apply(house.ada, MirrorBatch { upserts, ..batch(Announce::Live) }).await.unwrap();
                assert_eq!((again.created, again.updated, again.deleted, again.deliveries), (0, 0, 0, 0));
            }
        });
    });
}
