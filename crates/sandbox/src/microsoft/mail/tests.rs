//! A mailbox against a mirror that knows only its journals.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::folder::{self, Entry};
use super::item::Marks;
use super::{Arrival, ExchangeMailbox, State};
use crate::world::message::Content;

/// Something that happens to a mailbox; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Add,
    Read(usize),
    Move(usize, u64),
    Copy(usize, u64),
    Discard(usize),
    Remove(usize),
    SendAway(usize),
}

const PLACES: [u64; 3] = [folder::INBOX, folder::ARCHIVE, folder::DELETED];

fn step() -> impl Strategy<Value = Step> {
    let place = || proptest::sample::select(PLACES.to_vec());
    prop_oneof![
        4 => Just(Step::Add),
        2 => any::<usize>().prop_map(Step::Read),
        4 => (any::<usize>(), place()).prop_map(|(at, to)| Step::Move(at, to)),
        1 => (any::<usize>(), place()).prop_map(|(at, to)| Step::Copy(at, to)),
        1 => any::<usize>().prop_map(Step::Discard),
        1 => any::<usize>().prop_map(Step::Remove),
        1 => any::<usize>().prop_map(Step::SendAway),
    ]
}

fn take(state: &mut State, step: &Step, now_ms: i64) {
    let mut keys: Vec<u64> = state.items.keys().copied().collect();
    keys.sort_unstable();
    let pick = |at: usize| (!keys.is_empty()).then(|| keys[at % keys.len()]);
    match *step {
        Step::Add => {
            let content = Content::new(bytes::Bytes::from_static(b"Subject: s\r\n\r\n"));
            let (folder, marks) = (folder::INBOX, Marks::default());
            let arrival = Arrival { content, folder, marks, conversation: None, received_ms: now_ms, sent_ms: now_ms };
            state.add(arrival, now_ms);
        }
        Step::Read(at) => {
            if let Some(key) = pick(at) {
                state.edit(key, now_ms, false, |item| item.marks.is_read = true);
            }
        }
        Step::Move(at, to) => {
            if let Some(key) = pick(at) {
                state.move_to(key, to, now_ms);
            }
        }
        Step::Copy(at, to) => {
            if let Some(key) = pick(at) {
                state.copy_to(key, to, now_ms);
            }
        }
        Step::Discard(at) => drop(pick(at).map(|key| state.discard(key, now_ms))),
        Step::Remove(at) => drop(pick(at).map(|key| state.remove(key))),
        Step::SendAway(at) => {
            if let Some(item) = pick(at).and_then(|key| state.take_out(key)) {
                state.put_back(item, folder::SENT, now_ms, |item| item.received_ms = now_ms);
            }
        }
    }
}

/// Which messages a folder holds, and under which ordinary ids, by its journal alone.
fn follow(mirror: &mut BTreeSet<u64>, state: &State, folder: u64, since: u64) {
    for entry in state.folders[&folder].journal.0.range(since + 1..).map(|(_, entry)| entry) {
        match *entry {
            Entry::Here { key } => drop(mirror.insert(key)),
            Entry::Gone { key, .. } => drop(mirror.remove(&key)),
        }
    }
}

proptest! {
    #[test]
    fn following_the_journals_from_any_point_leads_to_the_folders(steps in proptest::collection::vec(step(), 1..60), pause in 0..60_usize) {
        let mailbox = ExchangeMailbox::new("a@x.test", "A", 7);
        let pause = pause.min(steps.len());
        let folders = [&PLACES[..], &[folder::SENT, folder::RECOVERABLE]].concat();
        let truth = |state: &State, folder: u64| -> BTreeSet<u64> {
            state.items.values().filter(|item| item.folder == folder).map(|item| item.key).collect()
        };
        let mut since = 0;
        let mut mirrors: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); folders.len()];
        for (at, step) in steps.iter().enumerate() {
            if at == pause {
                let state = mailbox.read();
                since = state.change();
                mirrors = folders.iter().map(|folder| truth(&state, *folder)).collect();
            }
            mailbox.change(|state| take(state, step, at as i64));
        }
        let state = mailbox.read();
        for (folder, mirror) in folders.iter().zip(&mut mirrors) {
            follow(mirror, &state, *folder, since);
            prop_assert_eq!(&*mirror, &truth(&state, *folder));
            let ordered: BTreeSet<u64> = state.folders[folder].order.iter().map(|(_, key)| *key).collect();
            prop_assert_eq!(ordered, truth(&state, *folder));
        }
        for item in state.items.values() {
            prop_assert_eq!(state.by_place(item.place).map(|found| found.key), Some(item.key));
            prop_assert!(state.conversations.members(item.conversation).is_some_and(|all| all.contains(&crate::world::Id(item.key))));
        }
    }
}

#[test]
fn a_move_changes_the_place_and_keeps_the_key() {
    let mailbox = ExchangeMailbox::new("a@x.test", "A", 7);
    let mut state = mailbox.write();
    take(&mut state, &Step::Add, 0);
    let (key, place) = state.items.values().map(|item| (item.key, item.place)).next().unwrap();
    assert_ne!(state.move_to(key, folder::ARCHIVE, 1).unwrap().place, place);
    assert!(state.by_place(place).is_none() && state.by_key(key).is_some());
    state.discard(key, 2).unwrap();
    assert_eq!(state.by_key(key).unwrap().folder, folder::DELETED);
    state.discard(key, 3).unwrap();
    assert_eq!(state.by_key(key).unwrap().folder, folder::RECOVERABLE);
    assert!(state.newest_first(None).is_empty(), "what is only recoverable is in no listing");
}
