//! "Retry after": times for which a mailbox is told to stay away.

use crate::time::{MINUTE, Millis, SECOND};

/// How far ahead a fresh instant lies: measured as 15 minutes and 56 seconds.
pub const LENGTH: Millis = 15 * MINUTE + 56 * SECOND;

/// The lockouts of one mailbox. Each begins with the first call after its time; a call before the instant arms it anew.
#[derive(Clone, Debug, Default)]
pub struct Lockouts {
    /// Times from which the next call is answered with a lockout, earliest last.
    due: Vec<Millis>,
    until: Option<Millis>,
    /// How often a lockout was armed: by its time, and by calls that came too early.
    pub armed: u32,
}

impl Lockouts {
    /// Lockouts due at these times.
    pub fn at(mut due: Vec<Millis>) -> Self {
        due.sort_unstable_by(|a, b| b.cmp(a));
        Self { due, until: None, armed: 0 }
    }

    /// A call arrives: `Err` is the instant before which the mailbox shall stay away, as this call has moved it.
    pub fn call(&mut self, now: Millis) -> Result<(), Millis> {
        let due = self.due.pop_if(|at| *at <= now).is_some();
        let early = self.until.is_some_and(|until| now < until);
        if !due && !early {
            self.until = None;
            return Ok(());
        }
        self.armed += u32::from(due);
        let until = now + LENGTH;
        self.until = Some(until);
        Err(until)
    }

    /// When a call could pass, for one who knows: a lockout that is due is armed by this look, but never moved by it.
    pub fn look(&mut self, now: Millis) -> Result<(), Millis> {
        match self.until {
            Some(until) if now < until => Err(until),
            _ => self.call(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_before_the_instant_arms_the_lockout_anew() {
        let mut lockouts = Lockouts::at(vec![1_000]);
        assert_eq!(lockouts.call(999), Ok(()));
        assert_eq!(lockouts.call(1_500), Err(1_500 + LENGTH));
        assert_eq!(lockouts.call(2_000), Err(2_000 + LENGTH));
        assert_eq!(lockouts.call(1_999 + LENGTH), Err(1_999 + 2 * LENGTH));
        assert_eq!(lockouts.call(1_999 + 2 * LENGTH), Ok(()));
        assert_eq!(lockouts.armed, 1);
    }

    #[test]
    fn one_who_knows_loses_exactly_the_lockout() {
        let mut lockouts = Lockouts::at(vec![1_000]);
        assert_eq!(lockouts.look(1_000), Err(1_000 + LENGTH));
        assert_eq!(lockouts.look(50_000), Err(1_000 + LENGTH));
        assert_eq!(lockouts.look(1_000 + LENGTH), Ok(()));
    }
}
