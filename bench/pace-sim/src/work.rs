//! The messages still to be fetched. A page has to be listed before its messages can be read.

use crate::regime::Regime;
use crate::time::Millis;
use crate::workload::Workload;

/// One call's purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Lists the next page.
    List,
    /// Fetches one message.
    Get,
    /// Reads one message for somebody who waits.
    Read,
}

/// One call to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Job {
    /// Numbers the reads; 0 for everything else.
    pub id: u32,
    /// Whose.
    pub mailbox: u16,
    /// What for.
    pub kind: Kind,
    /// What the provider charges for it.
    pub units: u32,
    /// When it was asked for.
    pub asked: Millis,
}

#[derive(Clone, Debug)]
struct Mailbox {
    unlisted: u32,
    listing: bool,
    ready: u32,
    done: u32,
}

/// The backfill of all mailboxes.
#[derive(Clone, Debug)]
pub struct Work {
    regime: Regime,
    messages: u32,
    mailboxes: Vec<Mailbox>,
    left: u64,
}

impl Work {
    /// Nothing done yet.
    pub fn new(workload: &Workload, regime: Regime) -> Self {
        let mailbox = Mailbox { unlisted: workload.messages, listing: false, ready: 0, done: 0 };
        Self {
            regime,
            messages: workload.messages,
            mailboxes: vec![mailbox; usize::from(workload.mailboxes)],
            left: u64::from(workload.mailboxes) * u64::from(workload.messages),
        }
    }

    /// The next call of a mailbox's backfill. A page is listed while the one before is being fetched.
    pub fn take(&mut self, mailbox: u16, now: Millis) -> Option<Job> {
        let one = &mut self.mailboxes[usize::from(mailbox)];
        let kind = if one.unlisted > 0 && !one.listing && one.ready < self.regime.page {
            one.listing = true;
            Kind::List
        } else if one.ready > 0 {
            one.ready -= 1;
            Kind::Get
        } else {
            return None;
        };
        let units = if kind == Kind::List { self.regime.list } else { self.regime.get };
        Some(Job { id: 0, mailbox, kind, units, asked: now })
    }

    /// A call that was taken and came to nothing.
    pub fn put_back(&mut self, job: Job) {
        let one = &mut self.mailboxes[usize::from(job.mailbox)];
        match job.kind {
            Kind::List => one.listing = false,
            Kind::Get => one.ready += 1,
            Kind::Read => {}
        }
    }

    /// A call that was taken and succeeded.
    pub fn done(&mut self, job: Job) {
        let one = &mut self.mailboxes[usize::from(job.mailbox)];
        match job.kind {
            Kind::List => {
                let page = one.unlisted.min(self.regime.page);
                one.listing = false;
                one.unlisted -= page;
                one.ready += page;
            }
            Kind::Get => {
                one.done += 1;
                self.left -= 1;
            }
            Kind::Read => {}
        }
    }

    /// How many messages can be fetched now without listing.
    #[cfg(test)]
    fn ready(&self, mailbox: u16) -> u32 {
        self.mailboxes[usize::from(mailbox)].ready
    }

    /// Whether every message was fetched.
    pub fn is_done(&self) -> bool {
        self.left == 0
    }

    /// Messages fetched so far.
    pub fn fetched(&self) -> u64 {
        u64::from(self.messages) * self.mailboxes.len() as u64 - self.left
    }

    /// Fewest and most messages fetched from one mailbox.
    pub fn spread(&self) -> (u32, u32) {
        let done = self.mailboxes.iter().map(|one| one.done);
        (done.clone().min().unwrap_or(0), done.max().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{regime, workload};

    #[test]
    fn a_message_is_fetched_after_its_page_was_listed() {
        let asked = Workload { messages: 501, ..workload::named("backfill", regime::LEGACY).unwrap() };
        let mut work = Work::new(&asked, regime::LEGACY);
        let list = work.take(0, 0).unwrap();
        assert_eq!((list.kind, list.units), (Kind::List, 5));
        assert_eq!(work.take(0, 0), None, "its messages are not known yet");
        work.done(list);
        let get = work.take(0, 1).unwrap();
        assert_eq!((get.kind, work.ready(0)), (Kind::Get, 499));
        let second = work.take(0, 2).unwrap();
        assert_eq!(second.kind, Kind::List, "the next page is asked for ahead");
        work.done(second);
        work.put_back(get);
        assert_eq!(work.ready(0), 501);
        while let Some(job) = work.take(0, 3) {
            work.done(job);
        }
        assert!(work.is_done());
        assert_eq!((work.fetched(), work.spread()), (501, (501, 501)));
    }
}
