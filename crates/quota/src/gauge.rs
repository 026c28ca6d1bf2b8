//! One allowance of one key: its window, what background work leaves of it, and the learned pace.

use crate::adaptive::Pace;
use crate::key::{Wish, per};
use crate::reserve::Reserve;
use crate::window::Window;
use crate::{Allowance, Because};

#[derive(Debug)]
pub(crate) struct Gauge {
    pub(crate) window: Window,
    pub(crate) reserve: Reserve,
}

impl Gauge {
    pub(crate) fn new(now: i64) -> Self {
        Self { window: Window::default(), reserve: Reserve::new(now) }
    }

    /// How many calls of a price may go, or what is in the way and until when.
    pub(crate) fn room(
        &mut self,
        now: i64,
        allowance: &Allowance,
        pace: Option<&mut Pace>,
        price: u64,
        wish: Wish,
    ) -> Result<u32, (Because, Option<i64>)> {
        let length = per(allowance);
        let terms = (allowance.amount, length);
        self.window.expire(now, length);
        let because = Because::Window(allowance.dimension);
        let free = self.in_window(now, terms, price, wish.awaited).map_err(|until| (because, until))?;
        let want = wish.want.min(u32::try_from(free).unwrap_or(u32::MAX));
        match pace {
            None => Ok(want),
            Some(pace) => {
                let paced = pace.room(now, terms, wish.awaited, price, want);
                paced.map_err(|until| (Because::Pace(allowance.dimension), Some(until)))
            }
        }
    }

    /// How many calls fit into the window, or when the first may.
    fn in_window(&mut self, now: i64, terms: (u64, i64), price: u64, awaited: bool) -> Result<u64, Option<i64>> {
        let used = self.window.used();
        let share = self.reserve.share(now, terms, used, self.window.awaited());
        let (cap, grows) = if awaited { (terms.0, None) } else { (share.cap, share.grows) };
        match cap.saturating_sub(used) / price {
            // What is dearer than the whole window goes when the window is empty, not never.
            0 if used == 0 => Ok(1),
            0 => Err(self.when(terms.1, cap, price, grows)),
            calls => Ok(calls),
        }
    }

    fn when(&self, per: i64, cap: u64, price: u64, grows: Option<i64>) -> Option<i64> {
        let need = (self.window.used().saturating_add(price)).saturating_sub(cap).min(self.window.used());
        match grows {
            // Growth and letting go add up: look again at whichever comes first.
            Some(grows) => Some(self.window.next_expiry(per).map_or(grows, |expiry| expiry.min(grows))),
            None => self.window.freed(need, per),
        }
    }
}
