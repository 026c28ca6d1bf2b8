//! A mailbox against a mirror that knows only its history.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::{Arrival, LabelChange, Mailbox, State};
use crate::clock::Clock;
use crate::world::history::Change;
use crate::world::ids::Id;
use crate::world::message::Content;
use crate::world::push::PushDesk;

/// Something that happens to a mailbox; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Add(Vec<&'static str>),
    Relabel(usize, Vec<&'static str>, Vec<&'static str>),
    Delete(usize),
    Save,
    SaveAgain(usize),
    TakeDraft(usize),
    DropLabel,
}

const LABELS: [&str; 5] = ["INBOX", "UNREAD", "SPAM", "TRASH", "Label_1"];

fn labels() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(LABELS.to_vec(), 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => labels().prop_map(Step::Add),
        4 => (any::<usize>(), labels(), labels()).prop_map(|(at, add, remove)| Step::Relabel(at, add, remove)),
        1 => any::<usize>().prop_map(Step::Delete),
        1 => Just(Step::Save),
        1 => any::<usize>().prop_map(Step::SaveAgain),
        1 => any::<usize>().prop_map(Step::TakeDraft),
        1 => Just(Step::DropLabel),
    ]
}

fn owned(labels: &[&str]) -> Vec<String> {
    labels.iter().map(|label| (*label).to_owned()).collect()
}

fn content() -> std::sync::Arc<Content> {
    Content::new(bytes::Bytes::from_static(b"Subject: s\r\n\r\n"))
}

fn take(state: &mut State, step: &Step, now_ms: i64) {
    let ids: Vec<Id> = state.newest_first(None).map(|message| message.id).collect();
    let drafts: Vec<String> = state.drafts.keys().cloned().collect();
    match step {
        Step::Add(labels) => {
            let arrival = Arrival { content: content(), labels: owned(labels), internal_date_ms: now_ms, thread: None };
            state.add(arrival, now_ms);
        }
        Step::Relabel(at, add, remove) if !ids.is_empty() => {
            let change = LabelChange { add: owned(add), remove: owned(remove) };
            state.relabel(ids[at % ids.len()], &change, now_ms);
        }
        Step::Delete(at) if !ids.is_empty() => {
            state.delete(ids[at % ids.len()], now_ms);
        }
        Step::Save => {
            state.create_draft(content(), None, now_ms);
        }
        Step::SaveAgain(at) if !drafts.is_empty() => {
            state.update_draft(&drafts[at % drafts.len()], content(), None, now_ms);
        }
        Step::TakeDraft(at) if !drafts.is_empty() => {
            state.take_draft(&drafts[at % drafts.len()], now_ms);
        }
        Step::DropLabel => state.delete_label("Label_1", now_ms),
        _ => {}
    }
}

/// Messages and their labels as a client that follows the history knows them.
type Mirror = BTreeMap<Id, Vec<String>>;

fn sorted(labels: &[String]) -> Vec<String> {
    let mut labels = labels.to_vec();
    labels.sort();
    labels
}

fn follow(mirror: &mut Mirror, state: &State, from: u64) {
    for record in state.history.since(from).expect("nothing has expired") {
        let labels = mirror.entry(record.message).or_default();
        match &record.change {
            Change::MessageAdded => labels.clone_from(&record.labels),
            Change::LabelsAdded(added) => labels.extend(added.iter().cloned()),
            Change::LabelsRemoved(removed) => labels.retain(|label| !removed.contains(label)),
            Change::MessageDeleted => drop(mirror.remove(&record.message)),
        }
    }
}

proptest! {
    #[test]
    fn following_the_history_from_any_point_leads_to_the_mailbox(steps in proptest::collection::vec(step(), 1..60), pause in 0..60_usize) {
        let push = PushDesk::new(Clock::frozen(jiff::Timestamp::UNIX_EPOCH), Duration::ZERO);
        let mailbox = Mailbox::new("a@x.test", "A", 7, Duration::from_secs(3600), push);
        let truth = |state: &State| -> Mirror { state.messages.values().map(|message| (message.id, sorted(&message.labels))).collect() };
        let pause = pause.min(steps.len());
        let (mut mirror, mut from) = (Mirror::new(), 0);
        for (at, step) in steps.iter().enumerate() {
            if at == pause {
                (mirror, from) = (truth(&mailbox.read()), mailbox.read().history.current());
            }
            mailbox.change(|state| take(state, step, at as i64));
        }
        let state = mailbox.read();
        follow(&mut mirror, &state, from);
        let mirror: Mirror = mirror.into_iter().map(|(id, labels)| (id, sorted(&labels))).collect();
        prop_assert_eq!(mirror, truth(&state));
        prop_assert!(state.drafts.values().all(|message| state.get(*message).is_some_and(|message| message.has("DRAFT"))));
        let members: usize = state.messages.values().filter(|m| state.threads.members(m.thread).is_some_and(|all| all.contains(&m.id))).count();
        prop_assert_eq!(members, state.len());
    }
}
