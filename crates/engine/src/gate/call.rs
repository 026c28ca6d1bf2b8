//! One call, from the first station of the gate to its answer.

use std::sync::Arc;
use std::time::Duration;

use model::grant::{Grant, GrantStatus};
use model::{Fault, FaultKind, Timestamp, Verdict};

use super::holds::Leave;
use super::permits::{Permit, Place};
use super::tokens::{Access, Serial};
use super::{Class, Core, Mailbox, ends_grant, expired, is_throttle, is_transient};
use crate::timer::later;
use crate::{Result, random};

/// What is called for.
pub(super) struct Errand<'a> {
    pub(super) grant: &'a Grant,
    pub(super) class: Class,
    /// It comes to the same when made twice.
    pub(super) repeatable: bool,
}

/// Tries of one call, the first included.
const TRIES: u32 = 3;
/// How long background work waits for a permit.
const BACKGROUND_DEADLINE: Duration = Duration::from_secs(600);

/// How far a call has come.
struct Progress {
    tries: u32,
    deadline: Timestamp,
    /// The access token the provider would not take, once one was refused.
    refused: Option<Serial>,
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
        let mut progress = Progress { tries: 0, deadline: self.deadline(errand.class), refused: None };
        loop {
            let (used, answer) = self.try_once(&errand, &progress, &work).await;
            let fault = match answer {
                Ok(value) => {
                    self.holds.went_well(errand.grant, errand.class, self.now());
                    self.ledger.went_well(errand.grant);
                    return Ok(value);
                }
                Err(fault) => fault,
            };
            self.heed(errand.grant, &fault).await;
            self.prepare_again(&errand, &mut progress, used, fault).await?;
        }
    }

    /// One pass through the stations. Tells which token was used, if it came so far.
    async fn try_once<T, F, W>(
        self: &Arc<Self>,
        errand: &Errand<'_>,
        progress: &Progress,
        work: &F,
    ) -> (Option<Serial>, Result<T>)
    where
        F: Fn(Mailbox) -> W + Send + Sync,
        W: Future<Output = Result<T>> + Send,
        T: Send,
    {
        let (access, _permit) = match self.enter(errand, progress).await {
            Ok(entered) => entered,
            Err(fault) => return (None, Err(fault)),
        };
        match self.doors.mailbox(errand.grant.provider, access.token.clone()) {
            Ok(client) => (Some(access.serial), work(client.into()).await),
            Err(fault) => (None, Err(fault)),
        }
    }

    /// Passes holds, token and permit. Holds are looked at again after every wait.
    async fn enter(self: &Arc<Self>, errand: &Errand<'_>, progress: &Progress) -> Result<(Access, Permit)> {
        loop {
            self.pass_holds(errand, progress.deadline).await?;
            let access = self.access(errand.grant, progress.refused).await?;
            let permit = self.permit(errand, progress.deadline).await?;
            if let Leave::Go = self.holds.leave(errand.grant, errand.class, self.now()) {
                return Ok((access, permit));
            }
        }
    }

    async fn pass_holds(&self, errand: &Errand<'_>, deadline: Timestamp) -> Result<()> {
        loop {
            match self.holds.leave(errand.grant, errand.class, self.now()) {
                Leave::Go => return Ok(()),
                Leave::Wait(until) if until <= deadline => self.timer.until(until).await,
                Leave::Wait(_) => return Err(too_late(errand.grant)),
                Leave::Refused(fault) => return Err(*fault),
            }
        }
    }

    async fn permit(&self, errand: &Errand<'_>, deadline: Timestamp) -> Result<Permit> {
        let receiver = match self.permits.ask(errand.grant.id, errand.class) {
            Place::Now(permit) => return Ok(permit),
            Place::InLine(receiver) => receiver,
        };
        tokio::select! {
            permit = receiver => permit.map_err(|_| Fault::internal("a permit's line was dropped")),
            () = self.timer.until(deadline) => Err(too_late(errand.grant)),
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
        if let (Verdict::AfterRefresh, Some(used), None) = (&fault.verdict, used, progress.refused) {
            // A refused token means that nothing was done, so this holds for sends too.
            progress.refused = Some(used);
            return Ok(());
        }
        progress.tries += 1;
        if !errand.repeatable || progress.tries >= TRIES || !is_transient(&fault) {
            return Err(fault);
        }
        if is_throttle(&fault) {
            // The hold just written decides how long, at the first station.
            return Ok(());
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
        self.ledger.met(grant, fault, self.now());
        if is_throttle(fault) {
            self.holds.close(grant, fault, self.now());
        }
        if ends_grant(fault) {
            self.retire(grant).await;
        }
    }

    fn deadline(&self, class: Class) -> Timestamp {
        let patience = if class.is_awaited() { self.patience } else { BACKGROUND_DEADLINE.max(self.patience) };
        later(self.now(), patience)
    }
}

/// Full jitter above a floor of one second (gmail.md section 2: first wait at least 1 s): 1-2 s, 1-3 s.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(1000 + random::up_to(1000 * u64::from(tries)))
}

fn too_late(grant: &Grant) -> Fault {
    let message = "The provider could not be asked in time because too many calls for this mailbox were under way.";
    Fault { provider: Some(grant.provider), ..Fault::new(FaultKind::GatewayTimeout, message) }
}
