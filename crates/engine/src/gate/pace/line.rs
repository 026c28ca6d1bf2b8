//! The line: those who wait for their turn, and the one task that looks at the clock for all of them.

use super::{Because, Estimate, Level, Moment, Outcome, Pace, State, Turn, WaiterId, instant, lock, oneshot};

/// The driver's longest sleep, in milliseconds.
pub(super) const SAFETY_NET: i64 = 3_600_000;

/// A place in line. Dropping it gives the place up, or hands back the leave that nobody takes any more.
pub(super) struct InLine {
    pace: Pace,
    waiter: WaiterId,
    receiver: oneshot::Receiver<Turn>,
    over: bool,
}

impl InLine {
    /// Waits for the turn. The pacer keeps deadlines: a refusal comes the same way.
    pub(super) async fn turn(mut self) -> Turn {
        let turn = (&mut self.receiver).await;
        self.over = true;
        // The sender is dropped only with the pace, which `self` keeps alive; were it lost, nobody may go.
        turn.unwrap_or(Turn::Refused(Estimate { until: None, level: Level::Mailbox, because: Because::Turn }))
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let mut state = lock(&self.pace.inner.state);
        if state.waiting.remove(&self.waiter).is_some() {
            state.pacer.abandon(self.waiter);
        } else if let Ok(Turn::Go(ticket)) = self.receiver.try_recv() {
            state.pacer.finish(self.pace.now(), ticket, Outcome::failed());
        }
        let now = self.pace.now();
        self.pace.wake(&mut state, now);
    }
}

impl Pace {
    pub(super) fn stand_in_line(&self, state: &mut State, waiter: WaiterId, estimate: Estimate, now: Moment) -> InLine {
        let (sender, receiver) = oneshot::channel();
        state.waiting.insert(waiter, sender);
        let look_at = estimate.until.unwrap_or(now).max(now.plus_millis(1));
        match state.driver {
            Some(asleep_until) if asleep_until <= look_at => {}
            Some(_) => self.inner.sooner.notify_one(),
            None => {
                state.driver = Some(now);
                tokio::spawn(self.clone().drive());
            }
        }
        InLine { pace: self.clone(), waiter, receiver, over: false }
    }

    /// Lets go whose turn it is.
    pub(super) fn wake(&self, state: &mut State, now: Moment) {
        if state.waiting.is_empty() {
            return;
        }
        let next = state.let_go(now);
        if let (Some(asleep_until), Some(next)) = (state.driver, next)
            && next < asleep_until
        {
            self.inner.sooner.notify_one();
        }
    }

    /// Polls the pacer whenever it asks for it, while anybody waits.
    async fn drive(self) {
        loop {
            let look_at = {
                let mut state = lock(&self.inner.state);
                let now = self.now();
                let next = state.let_go(now);
                if state.waiting.is_empty() {
                    state.driver = None;
                    return;
                }
                // Without an instant they wait for calls to end, which polls by itself.
                let look_at = next.unwrap_or(now.plus_millis(SAFETY_NET)).max(now.plus_millis(1));
                *state.driver.insert(look_at)
            };
            tokio::select! {
                () = self.inner.timer.until(instant(look_at)) => {}
                () = self.inner.sooner.notified() => {}
            }
        }
    }
}

impl State {
    /// Polls until nobody more goes; returns when to poll again.
    fn let_go(&mut self, now: Moment) -> Option<Moment> {
        loop {
            let polled = self.pacer.poll(now);
            let mut came_back = false;
            for (waiter, ticket) in polled.admitted {
                let turn = Turn::Go(ticket);
                let unheard = match self.waiting.remove(&waiter) {
                    Some(sender) => sender.send(turn).err(),
                    None => Some(turn),
                };
                // Whoever stood there has gone: the leave is for the next.
                if let Some(Turn::Go(ticket)) = unheard {
                    self.pacer.finish(now, ticket, Outcome::failed());
                    came_back = true;
                }
            }
            for (waiter, estimate) in polled.refused {
                if let Some(sender) = self.waiting.remove(&waiter) {
                    let _ = sender.send(Turn::Refused(estimate));
                }
            }
            if !came_back {
                return polled.next;
            }
        }
    }
}
