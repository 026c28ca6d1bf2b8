//! A sandbox with mail in it, its clock at the beginning of a minute, and nothing used yet.

use std::sync::Arc;

use anyhow::Context as _;
use model::Timestamp;
use sandbox::clock::Clock;
use sandbox::generate::{Mailbox, Person};
use sandbox::quotas::{LockoutOrder, MailboxReport};
use sandbox::world::SeedMessage;
use sandbox::{Options, Sandbox};

use crate::cell::Cell;

/// What clients may do.
pub const SCOPES: [&str; 4] = [
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
    "https://mail.google.com/",
];
const MINUTE: i64 = 60_000;
/// After a lockout began, what was under way when it began has been answered.
const TOLD: i64 = 3_000;

/// The provider of one run.
pub struct Stage {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub mailboxes: Vec<String>,
    /// Ids to be read, each once: from the oldest on, which a backfill reaches last.
    pub reads: Vec<(i64, String)>,
    /// When the clients began, in milliseconds since the epoch.
    began: std::sync::atomic::AtomicI64,
}

impl Stage {
    /// Starts a sandbox and fills it.
    pub async fn set(cell: &Cell) -> anyhow::Result<Arc<Self>> {
        let clock = Clock::running_at(cell.workload.speed);
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            seed: cell.seed,
            access_token_lifetime: std::time::Duration::from_secs(24 * 3600),
            quotas: cell.quotas(),
            clock: clock.clone(),
            ..Options::default()
        };
        let sandbox = sandbox::start(options).await.context("starting the sandbox")?;
        let mailboxes: Vec<String> = (0..cell.workload.mailboxes).map(|n| format!("m{n}@sandbox.test")).collect();
        let world = sandbox.world().clone();
        let (filled, count, seed) = (mailboxes.clone(), cell.workload.messages, cell.seed);
        let fill = move || filled.iter().try_for_each(|email| world.seed(email, mail(&world, email, seed, count)));
        tokio::task::spawn_blocking(fill).await??;
        let oldest = sandbox.world().snapshot(&mailboxes[0])?.into_iter().rev().map(|kept| kept.id);
        let reads = cell.reads().into_iter().zip(oldest).collect();
        Ok(Arc::new(Self { sandbox, clock, mailboxes, reads, began: 0.into() }))
    }

    /// Lets the clients begin: at the beginning of a minute, with nothing used.
    pub fn go(&self) {
        let minute = (self.clock.now_ms() / MINUTE + 1) * MINUTE;
        self.clock.freeze(Timestamp::from_millisecond(minute).ok());
        self.sandbox.world().meter().forget_all();
        self.sandbox.world().meter().forget_counts();
        self.began.store(minute, std::sync::atomic::Ordering::Relaxed);
        self.clock.run();
    }

    /// Milliseconds since the clients began.
    pub fn now(&self) -> i64 {
        self.clock.now_ms() - self.began.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Returns when so many milliseconds have passed since the clients began.
    pub async fn until(&self, at: i64) {
        self.clock.sleep_until_ms(self.began.load(std::sync::atomic::Ordering::Relaxed) + at).await;
    }

    /// Locks the first mailbox out when it is time; returns the calls before an instant that their sender knew of.
    pub async fn lock_out(&self, cell: &Cell) -> u64 {
        let (mut early, email) = (0, &self.mailboxes[0]);
        for lockout in &cell.workload.lockouts {
            self.until(lockout.at).await;
            let seconds = u32::try_from(lockout.long / 1000).ok();
            let order = LockoutOrder {
                mailbox: email.clone(),
                until: None,
                seconds,
                tag: String::new(),
                early: None,
                refused_probes: 0,
                again_seconds: seconds,
            };
            self.sandbox.world().meter().lock_out(order);
            self.until(lockout.at + TOLD).await;
            let told = self.violations();
            self.until(lockout.at + lockout.long).await;
            early += self.violations() - told;
        }
        early
    }

    /// The ids in a mailbox.
    pub fn ids(&self, email: &str) -> anyhow::Result<Vec<String>> {
        Ok(self.sandbox.world().snapshot(email)?.into_iter().map(|kept| kept.id).collect())
    }

    /// What the sandbox counted, by mailbox.
    pub fn counted(&self) -> Vec<MailboxReport> {
        self.sandbox.world().meter().report().mailboxes
    }

    fn violations(&self) -> u64 {
        self.counted().iter().map(|mailbox| mailbox.lockout_violations).sum()
    }
}

fn mail(world: &sandbox::World, email: &str, seed: u64, count: u32) -> Vec<SeedMessage> {
    world.add_mailbox(email, "Bench");
    letters(email, seed, count)
}

/// Mail for a mailbox.
pub fn letters(email: &str, seed: u64, count: u32) -> Vec<SeedMessage> {
    let mailbox = Mailbox::new(seed, Person { name: "Bench".into(), email: email.into() }, &[]);
    let message = |index| {
        let made = mailbox.message(u64::from(index));
        SeedMessage { raw: made.raw.into(), labels: made.labels, internal_date_ms: made.internal_date_ms }
    };
    // Mail arrives in the order of time.
    (0..count).rev().map(message).collect()
}
