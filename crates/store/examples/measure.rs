//! Measures the store alone: applying a first sync, then lists, reads and searches by eight callers at once.
//!
//! `cargo run --release -p postroad-store --example measure -- [MESSAGES] [BATCH] [fill]`; `fill` stops after applying.
#![allow(clippy::disallowed_macros, reason = "a measurement tells its figures")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use model::application::Application;
use model::grant::{Credential, Grant, GrantStatus};
use model::message::{Body, Message, Placement};
use model::secret::Sealed;
use model::sync::{Announce, MirrorBatch, Mirrored, Moment};
use model::*;
use store::filter::{MessageFilter, PageRequest, ThreadFilter};
use store::{GrantUpsert, Options, Store};

const CALLERS: usize = 8;
const DAY: i64 = 86_400;

/// A small generator with a fixed seed: the same mail in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    /// Small numbers are common and large ones rare, as words are in a language.
    fn zipf(&mut self, sides: usize) -> usize {
        let share = (self.roll(1 << 24) as f64 + 1.0) / f64::from(1 << 24);
        (((sides as f64).powf(share) - 1.0) as usize).min(sides - 1)
    }
}

fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ko", "ri", "te", "mu", "lo", "san", "ver", "in", "du", "pe", "qua", "ly", "or", "ni", "ga"];
    let mut rest = number + 1;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word
}

/// Some five kilobytes, put together as mail is: headers of the way it took, a text part, the same as HTML.
fn mirrored(number: usize, dice: &mut Dice) -> Mirrored {
    let text: Vec<String> = (0..100 + dice.roll(300)).map(|_| word(dice.zipf(30_000))).collect();
    let text = text.join(" ");
    let subject: Vec<String> = (0..6).map(|_| word(dice.zipf(30_000))).collect();
    let sender = format!("person{}@example.com", dice.zipf(2000));
    let lines: Vec<String> = text.split(' ').collect::<Vec<_>>().chunks(12).map(|line| line.join(" ")).collect();
    let body = format!("<html><body><p>{}</p></body></html>", lines.join("</p>\n<p style=\"margin: 0\">"));
    let mut headers = String::new();
    for hop in 0..4 {
        let id = dice.roll(usize::MAX);
        headers += &format!("Received: from mx{hop}.example.com by mail.example.com with ESMTPS id {id:016x}\r\n");
        headers += &format!("X-Signature-{hop}: {:016x}{id:016x}{number:016x}{:016x}\r\n", id ^ 0x55, id ^ 0x77);
    }
    headers += &format!("From: {sender}\r\nSubject: {}\r\n\r\n", subject.join(" "));
    let mut folders: Vec<FolderId> = vec!["INBOX".into(), "CATEGORY_UPDATES".into()];
    if dice.roll(10) == 0 {
        folders = vec!["SENT".into()];
    }
    let message = Message {
        id: format!("{number:016x}").into(),
        thread_id: format!("t{:015x}", number / 2).into(),
        draft_id: None,
        subject: subject.join(" "),
        from: vec![Address::named("Some Person", sender)],
        to: vec![Address::named("Ada", "ada@example.com"), Address::bare(format!("list{}@example.com", number % 50))],
        cc: vec![],
        bcc: vec![],
        reply_to: vec![],
        date: Timestamp::from_second(1_700_000_000 - number as i64 * DAY / 10).unwrap_or(Timestamp::UNIX_EPOCH),
        snippet: text.chars().take(100).collect(),
        attachments: vec![],
        rfc_message_id: Some(format!("<{number}@example.com>")),
        in_reply_to: None,
        size: (headers.len() + body.len()) as u64,
        placement: Placement { folders, unread: dice.roll(5) == 0, ..Placement::default() },
        metadata: None,
    };
    let raw = format!("{headers}{}\r\n{body}", lines.join("\r\n")).into_bytes();
    Mirrored { message, search_text: text, body: Body { text: body, html: true }, raw, as_of: Moment::default() }
}

async fn open(folder: &std::path::Path) -> store::Result<(Store, GrantId)> {
    let store = Store::open(Options::at(folder.join("measure.db"))).await?;
    let (app, now) = (ApplicationId(uuid::Uuid::from_u128(1)), Timestamp::UNIX_EPOCH);
    let presentation = serde_json::json!({});
    let application = Application { id: app, name: "a".into(), presentation, created_at: now, updated_at: now };
    store.add_application(application).await?;
    let grant = Grant {
        id: GrantId(uuid::Uuid::from_u128(2)),
        application_id: app,
        provider: Provider::Google,
        email: "ada@example.com".into(),
        name: None,
        provider_user_id: None,
        status: GrantStatus::Valid,
        scopes: vec![],
        state: None,
        ip: None,
        user_agent: None,
        created_at: now,
        updated_at: now,
    };
    let refresh_token = Sealed { key_id: "k".into(), bytes: vec![0] };
    let credential = Credential { refresh_token, access_token: None, access_expires_at: None };
    let id = store.upsert_grant(GrantUpsert { grant, credential }).await?.grant.id;
    Ok((store, id))
}

fn resident_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

/// Processor time of the process and of its writing thread so far, in hundredths of a second.
fn ticks() -> (u64, u64) {
    let of = |path: &std::path::Path| {
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        let (name, rest) = stat.rsplit_once(')').unwrap_or_default();
        let fields: Vec<u64> = rest.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
        (name.to_owned(), fields.iter().sum::<u64>())
    };
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let threads = threads.map(|thread| of(&thread.path().join("stat")));
    let writer = threads.filter(|(name, _)| name.ends_with("(store-writer")).map(|(_, ticks)| ticks).sum();
    (of(std::path::Path::new("/proc/self/stat")).1, writer)
}

async fn fill(store: &Store, grant: GrantId, messages: usize, size: usize) {
    let mut dice = Dice(7);
    let (mut done, mut bytes, mut spent) = (0, 0, Duration::ZERO);
    let (mut all, mut writing) = (0, 0);
    while done < messages {
        let count = size.min(messages - done);
        let upserts: Vec<Mirrored> = (done..done + count).map(|number| mirrored(number, &mut dice)).collect();
        bytes += upserts.iter().map(|each| each.raw.len()).sum::<usize>();
        let batch = MirrorBatch { upserts, ..MirrorBatch::empty(Announce::Silent, Timestamp::UNIX_EPOCH) };
        let (start, before) = (Instant::now(), ticks());
        store.apply(grant, batch).await.expect("the batch applies");
        spent += start.elapsed();
        let after = ticks();
        (all, writing) = (all + after.0 - before.0, writing + after.1 - before.1);
        done += count;
    }
    let rate = messages as f64 / spent.as_secs_f64();
    println!("apply, {size} a batch, one at a time: {rate:.0} messages/s ({} bytes each)", bytes / messages);
    let each = |ticks: u64| ticks as f64 * 10_000.0 / messages as f64;
    println!("  processor time: {:.0} us a message, of it {:.0} us in the writer", each(all), each(writing));
}

/// Runs `work` from several callers for a while and tells the rate and how long one takes.
async fn measure<F, W>(name: &str, callers: usize, work: W)
where
    W: Fn(usize) -> F + Send + Sync + 'static,
    F: Future<Output = usize> + Send,
{
    let (work, length) = (Arc::new(work), Duration::from_millis(1500));
    let start = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let work = work.clone();
            tokio::spawn(async move {
                let (mut times, mut found) = (Vec::new(), 0);
                while start.elapsed() < length {
                    let begun = Instant::now();
                    found += work(caller * 7919 + times.len()).await;
                    times.push(begun.elapsed());
                }
                (times, found)
            })
        })
        .collect();
    let (mut times, mut found) = (Vec::new(), 0);
    for task in tasks {
        let (theirs, count) = task.await.expect("the task ends");
        times.extend(theirs);
        found += count;
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let (mean, p50, p99) = (found as f64 / times.len() as f64, at(0.5), at(0.99));
    println!("{name}, {callers} callers: {rate:.0}/s, p50 {p50:.2} ms, p99 {p99:.2} ms, {mean:.1} items each");
}

async fn lists(store: &Store, grant: GrantId) {
    let page = PageRequest { after: None, limit: 50 };
    let inbox = || MessageFilter { folder: Some("INBOX".into()), ..MessageFilter::default() };
    let cases = [
        ("list 50", MessageFilter { drafts: Some(false), ..MessageFilter::default() }),
        ("list 50 of a folder", inbox()),
        ("list 50 unread of a folder", MessageFilter { unread: Some(true), ..inbox() }),
        (
            "list 50 from a sender",
            MessageFilter { from: Some("person3@example.com".into()), ..MessageFilter::default() },
        ),
        ("list 50 by subject", MessageFilter { subject: Some("verquasan".into()), ..MessageFilter::default() }),
    ];
    for (name, filter) in cases {
        let store = store.clone();
        measure(name, CALLERS, move |_| {
            let (store, filter) = (store.clone(), filter.clone());
            async move { store.messages(grant, filter, page).await.expect("a list").items.len() }
        })
        .await;
    }
    let threads = store.clone();
    measure("list 20 threads", CALLERS, move |_| {
        let store = threads.clone();
        async move {
            let page = PageRequest { limit: 20, ..page };
            store.threads(grant, ThreadFilter::default(), page).await.expect("a list").items.len()
        }
    })
    .await;
    let folders = store.clone();
    measure("folders", CALLERS, move |_| {
        let store = folders.clone();
        async move { store.folders(grant).await.expect("folders").len() }
    })
    .await;
}

async fn points(store: &Store, grant: GrantId, messages: usize) {
    for callers in [1, CALLERS] {
        let store = store.clone();
        measure("one message with body", callers, move |turn| {
            let (store, id) = (store.clone(), MessageId(format!("{:016x}", turn * 31 % messages)));
            async move { usize::from(store.full_message(grant, &id).await.expect("a message").is_some()) }
        })
        .await;
    }
    for callers in [1, CALLERS, 256] {
        let metadata = store.clone();
        measure("set metadata (durable)", callers, move |turn| {
            let (store, id) = (metadata.clone(), MessageId(format!("{:016x}", turn * 31 % messages)));
            async move {
                let pairs = serde_json::json!({ "key1": format!("turn {turn}") }).as_object().cloned();
                store.set_metadata(grant, &id, pairs).await.expect("metadata is set");
                1
            }
        })
        .await;
    }
}

async fn searches(store: &Store, grant: GrantId) {
    let (common, middle, rare) = (word(0), word(300), word(20_000));
    let cases = [
        ("search, a word of every message", common.clone()),
        ("search, a rare word", rare.clone()),
        ("search, two common words", format!("{common} {}", word(1))),
        ("search, common and rare", format!("{common} {rare}")),
        ("search, a phrase", format!("\"{common} {}\"", word(1))),
        ("search, common without another", format!("{middle} -{}", word(5))),
        ("search, a short prefix", "v*".to_owned()),
        ("search, an address", "person3@example.com".to_owned()),
    ];
    for (name, query) in cases {
        let store = store.clone();
        measure(name, CALLERS, move |_| {
            let store = store.clone();
            let filter = MessageFilter { search: Some(query.clone()), ..MessageFilter::default() };
            async move {
                let page = PageRequest { after: None, limit: 50 };
                store.messages(grant, filter, page).await.expect("a search").items.len()
            }
        })
        .await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).take(2).map(|text| text.parse::<usize>());
    let messages = arguments.next().transpose()?.unwrap_or(10_000);
    let size = arguments.next().transpose()?.unwrap_or(200);
    let folder = tempfile::tempdir()?;
    let (store, grant) = open(folder.path()).await?;
    println!("resident before: {}", resident_kib());
    fill(&store, grant, messages, size).await;
    println!("resident after filling: {}", resident_kib());
    if std::env::args().nth(3).is_some() {
        return Ok(());
    }
    lists(&store, grant).await;
    points(&store, grant, messages).await;
    searches(&store, grant).await;
    println!("resident at the end: {}", resident_kib());
    for (name, figure) in store.statistics().await?.iter().filter(|(name, _)| name.ends_with("bytes")) {
        println!("{name}: {figure}");
    }
    let start = Instant::now();
    store.close().await?;
    println!("closed in {:?}", start.elapsed());
    Ok(())
}
