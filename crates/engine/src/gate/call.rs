//! One call, from the first station of the gate to its answer.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::grant::{Grant, GrantStatus};
use model::{Fault, Timestamp, Verdict};
use quota::Backoff;

use super::meter::GateMeter;
use super::spent::Spent;
use super::tokens::{Access, Refused, Serial};
use super::{Class, Core, LastWord, Mailbox, ends_grant, expired, is_throttle, is_transient};
use crate::timer::later;
use crate::{Result, random};

/// What is called for.
pub(super) struct Errand<'a> {
    pub(super) grant: &'a Grant,
    pub(super) class: Class,
    /// It comes to the same when made twice.
    pub(super) repeatable: bool,
    /// Asked when leave is given.
    pub(super) last_word: Option<LastWord>,
}

/// Tries of one call, the first included.
const TRIES: u32 = 3;
/// How long a call of background work may be tried again; waiting for leave has limits of its own.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(600);

/// How far a call has come.
struct Progress {
    tries: u32,
    begun: Timestamp,
    deadline: Timestamp,
    /// The access token the provider would not take, once one was refused.
    refused: Option<Refused>,
    /// What the provider said last.
    said: Option<Fault>,
}

/// What came of one try.
struct Tried<T> {
    answer: Result<T>,
    /// The token that was used, if it came so far.
    used: Option<Serial>,
    /// The pacer gave no leave: the fault is ours, nothing is concluded from it, and trying again at once is no use.
    held_back: bool,
}

impl Core {
    pub(super) async fn call<T, F, W>(self: &Arc<Self>, errand: Errand<'_>, work: F) -> Result<T>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        if errand.grant.status == GrantStatus::Invalid {
            return Err(expired(errand.grant));
        }
        self.remember().await;
        let (begun, deadline) = (self.now(), self.deadline(errand.class));
        let mut progress = Progress { tries: 0, begun, deadline, refused: None, said: None };
        self.retries.call(errand.grant);
        loop {
            let tried = self.try_once(&errand, &progress, &work).await;
            let fault = match tried.answer {
                Ok(value) => {
                    self.ledger.went_well(errand.grant);
                    return Ok(value);
                }
                Err(fault) if tried.held_back => return Err(in_its_words(progress.said.take(), fault)),
                Err(fault) => fault,
            };
            self.heed(errand.grant, &fault).await;
            let fault = self.with_our_pause(errand.grant, fault);
            self.prepare_again(&errand, &mut progress, tried.used, fault).await?;
        }
    }

    /// One pass through the stations.
    async fn try_once<T, F, W>(self: &Arc<Self>, errand: &Errand<'_>, progress: &Progress, work: &F) -> Tried<T>
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let access = match self.access(errand.grant, progress.refused.as_ref()).await {
            Ok(access) => access,
            Err(fault) => return Tried { answer: Err(fault), used: None, held_back: false },
        };
        let meter = Arc::new(self.meter(errand, progress, &access));
        let answer = match self.doors.mailbox(errand.grant.provider, access.token, meter.clone()) {
            Ok(client) => work(client.into()).await,
            Err(fault) => Err(fault),
        };
        Tried { answer, used: Some(meter.used()), held_back: meter.held_back() }
    }

    fn meter(self: &Arc<Self>, errand: &Errand<'_>, progress: &Progress, access: &Access) -> GateMeter {
        GateMeter {
            core: self.clone(),
            grant: errand.grant.clone(),
            passage: self.pace.passage(errand.grant),
            class: errand.class,
            last_word: errand.last_word.clone(),
            begun: progress.begun,
            deadline: progress.deadline,
            opened_with: access.serial,
            access: Mutex::new(access.clone()),
            refused: progress.refused.clone(),
            spent: Spent::current(),
            held_back: AtomicBool::new(false),
        }
    }

    /// Makes ready for another try and waits for its time, or hands the fault back.
    async fn prepare_again(
        &self,
        errand: &Errand<'_>,
        progress: &mut Progress,
        used: Option<Serial>,
        fault: Fault,
    ) -> Result<()> {
        if let (Verdict::AfterRefresh, Some(serial), None) = (&fault.verdict, used, &progress.refused) {
            // A refused token means that nothing was done, so this holds for sends too.
            progress.refused = Some(Refused { serial, challenge: fault.challenge.map(String::from) });
            return Ok(());
        }
        progress.tries += 1;
        if !errand.repeatable || progress.tries >= TRIES || !is_transient(&fault) {
            return Err(fault);
        }
        progress.said = Some(fault.clone());
        if is_throttle(&fault) && (fault.quota.is_some() || fault.retry_at().is_some()) {
            // The pacer heard of it and decides how long.
            return Ok(());
        }
        if !self.retries.may_retry(errand.grant) {
            tracing::debug!(grant = %errand.grant.id, "not tried again: too many calls of this project fail");
            return Err(fault);
        }
        let again = later(self.now(), pause(progress.tries));
        if again > progress.deadline {
            return Err(fault);
        }
        self.timer.until(again).await;
        Ok(())
    }

    /// Draws the conclusions of a fault for all later calls.
    pub(super) async fn heed(&self, grant: &Grant, fault: &Fault) {
        if fault.held_back {
            // Our own pacing says nothing about the provider; taken for a throttle, it would close the key by itself.
            return;
        }
        self.ledger.met(grant, fault, self.now());
        if is_throttle(fault) {
            // What a request was refused with, its meter has told already; closing a key twice until then is the same.
            self.pace.close(&self.pace.passage(grant), fault);
        }
        if ends_grant(fault) {
            self.retire(grant).await;
        }
    }

    /// A throttle that names no instant, with the end of the pause that the pacer makes of it: until then no call goes.
    fn with_our_pause(&self, grant: &Grant, fault: Fault) -> Fault {
        let untold = fault.verdict == Verdict::Backoff && is_throttle(&fault);
        let until = untold.then(|| self.pace.closed_until(&self.pace.passage(grant), &fault)).flatten();
        match until {
            Some(until) => fault.with_verdict(Verdict::At(until)),
            None => fault,
        }
    }

    fn deadline(&self, class: Class) -> Timestamp {
        let patience = if class.is_awaited() { self.patience } else { BACKGROUND_PATIENCE.max(self.patience) };
        later(self.now(), patience)
    }
}

/// Between two tries the provider's own words say more than that we do not ask again yet; when that ends is for us to say
/// where they do not.
fn in_its_words(said: Option<Fault>, held_back: Fault) -> Fault {
    let Some(said) = said else { return held_back };
    match held_back.retry_at().filter(|_| is_throttle(&said) && said.retry_at().is_none()) {
        Some(at) => said.with_verdict(Verdict::At(at)),
        None => said,
    }
}

/// The pause before a try: full jitter above a floor of one second (gmail.md section 2).
fn pause(tries: u32) -> Duration {
    Backoff::default().pause(tries, random::part())
}
