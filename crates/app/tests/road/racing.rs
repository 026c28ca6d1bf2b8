//! Changes while the first sync runs, and after it, are not lost.

use sandbox::world::ImportOptions;

use crate::harness::Road;
use crate::mirror::{assert_same, fill, in_mirror, in_sandbox};
use crate::{over_all, provider};

/// A small deterministic source of choices (SplitMix64, Steele et al. 2014), so that a failing seed repeats.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("smaller than a usize")
    }
}

/// One change somebody makes in the mailbox with another program.
fn change(road: &Road, email: &str, choices: &mut Choices, step: usize) {
    let world = road.sandbox.world();
    let held = world.snapshot(email).unwrap();
    let chosen = held[choices.below(held.len())].id.clone();
    match choices.below(6) {
        0 => {
            let raw = format!("From: a@b.example\r\nTo: {email}\r\nSubject: new {step}\r\n\r\nHello {step}\r\n");
            let options = ImportOptions { labels: vec!["INBOX".into(), "UNREAD".into()], ..ImportOptions::default() };
            world.import(email, raw.into_bytes(), options).unwrap();
        }
        1 => {
            world.remove(email, &chosen).unwrap();
        }
        2 => {
            world.relabel(email, &chosen, &["STARRED"], &["UNREAD"]).unwrap();
        }
        3 => {
            world.relabel(email, &chosen, &["UNREAD"], &["STARRED", "INBOX"]).unwrap();
        }
        4 => {
            let tag = provider::tag(road.provider);
            let tagged = held.iter().any(|kept| kept.id == chosen && kept.labels.iter().any(|label| label == tag));
            let (add, remove): (&[&str], &[&str]) = if tagged { (&[], &[tag]) } else { (&[tag], &[]) };
            world.relabel(email, &chosen, add, remove).unwrap();
        }
        _ => {
            world.relabel(email, &chosen, &["TRASH"], &["INBOX"]).unwrap();
        }
    }
}

async fn race(road: &Road, seed: u64) {
    let email = &road.mailbox(&format!("racing{seed}"));
    fill(road, email, seed, 1_500);
    let mut choices = Choices(seed);
    let grant = road.connect(email).await;
    for step in 0..300 {
        change(road, email, &mut choices, step);
        tokio::task::yield_now().await;
        if step % 10 == 0 {
            // Spread the changes over the whole first sync: go on once it has come further.
            road.get(&format!("/v3/grants/{}/messages?limit=1", grant.id)).await;
        }
    }
    road.live(&grant).await;
    for step in 300..400 {
        change(road, email, &mut choices, step);
    }
    road.engine().sync_now(grant.id).await.unwrap();
    road.patiently(async || in_sandbox(road, email) == in_mirror(road, &grant).await).await;
    assert_same(&in_sandbox(road, email), &in_mirror(road, &grant).await);
}

over_all!(changes_during_the_first_sync_are_not_lost, a_lost_cursor_is_reconciled);

async fn changes_during_the_first_sync_are_not_lost(road: Road) {
    for seed in [1, 2, 3] {
        race(&road, seed).await;
    }
    road.end().await;
}

async fn a_lost_cursor_is_reconciled(road: Road) {
    let email = &road.mailbox("racing");
    fill(&road, email, 11, 400);
    let grant = road.connect(email).await;
    road.live(&grant).await;
    let mut choices = Choices(11);
    for step in 0..60 {
        change(&road, email, &mut choices, step);
    }
    road.sandbox.world().expire_history(email).unwrap();
    road.engine().sync_now(grant.id).await.unwrap();
    road.until("the mirror equals the mailbox", async || in_sandbox(&road, email) == in_mirror(&road, &grant).await)
        .await;
    road.end().await;
}
