//! One key: what it has counted, what it has learned, and whether a call may pass.

use std::sync::Arc;

use crate::adaptive::Pace;
use crate::concurrency::Places;
use crate::gauge::Gauge;
use crate::jitter::Jitter;
use crate::line::Line;
use crate::throttle::{Passage, Stage, Throttle, Told};
use crate::{Allowance, Because, Cost, Dimension, Level, Limits};

/// What stands in the way of a call, as a bit, so that whoever needs the same can be passed over.
pub(crate) const BIT_CONCURRENCY: u64 = 1 << 6;
pub(crate) const BIT_CLOSED: u64 = 1 << 7;
pub(crate) const BIT_SENDING_CLOSED: u64 = 1 << 8;
/// Bits per level.
pub(crate) const BITS: usize = 9;
/// Windows from this length on are of hours or days: their counters survive restarts.
pub(crate) const LONG: i64 = 60 * 60_000;

/// When a refusal was not of a call of ours: it closes a key and teaches nothing about its pace.
pub(crate) const UNASKED: i64 = i64::MIN;

/// A call does not pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) bit: u64,
    pub(crate) because: Because,
    pub(crate) until: Option<i64>,
}

/// What is asked of a key.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) awaited: bool,
    pub(crate) cost: Cost,
    pub(crate) want: u32,
}

/// What is only kept where a key differs from a fresh one.
#[derive(Default)]
pub(crate) struct Learned {
    pub(crate) paces: Vec<(Dimension, i64, Pace)>,
    /// Of everything, and of sending alone.
    pub(crate) throttles: [Option<Throttle>; 2],
}

pub(crate) struct Key<K> {
    pub(crate) name: K,
    pub(crate) level: Level,
    pub(crate) limits: Arc<Limits>,
    pub(crate) places: Option<Places>,
    pub(crate) in_flight: u32,
    /// Waiters and tickets that name this key.
    pub(crate) refs: u32,
    pub(crate) calls: u64,
    pub(crate) refusals: u64,
    /// One per allowance of the level, while something is counted.
    pub(crate) gauges: Option<Box<[Gauge]>>,
    pub(crate) learned: Option<Box<Learned>>,
    /// The flows that wait for this key.
    pub(crate) line: Option<Box<Line>>,
}

/// Length of an allowance's window in milliseconds.
pub(crate) fn per(allowance: &Allowance) -> i64 {
    i64::try_from(allowance.per.as_millis()).unwrap_or(i64::MAX / 8).clamp(1, i64::MAX / 8)
}

/// The allowances of a level, in the order of its gauges.
pub(crate) fn at_level(limits: &Limits, level: Level) -> impl Iterator<Item = &Allowance> {
    limits.allowances.iter().filter(move |allowance| allowance.level == level)
}

impl<K> Key<K> {
    pub(crate) fn new(name: K, level: Level, limits: Arc<Limits>) -> Self {
        let places = limits.concurrency.filter(|_| level == Level::Mailbox).map(Places::new);
        Self {
            name,
            level,
            limits,
            places,
            in_flight: 0,
            refs: 0,
            calls: 0,
            refusals: 0,
            gauges: None,
            learned: None,
            line: None,
        }
    }

    /// Another price list is in force. Counters of the same windows are kept; what was learned of other amounts is not.
    /// Tells whether it differs.
    pub(crate) fn adopt(&mut self, now: i64, limits: &Arc<Limits>) -> bool {
        let differs = *self.limits != **limits;
        if differs {
            let old = std::mem::replace(&mut self.limits, limits.clone());
            if let Some(gauges) = self.gauges.take() {
                let mut kept: Vec<_> = at_level(&old, self.level).zip(gauges.into_vec()).map(Some).collect();
                let same = |a: &Allowance, b: &Allowance| a.dimension == b.dimension && a.per == b.per;
                let matching = at_level(limits, self.level).map(|new| {
                    let found = kept.iter_mut().find(|old| old.as_ref().is_some_and(|(old, _)| same(old, new)));
                    found.and_then(Option::take).map_or_else(|| Gauge::new(now), |(_, gauge)| gauge)
                });
                self.gauges = Some(matching.collect());
            }
            if let Some(learned) = &mut self.learned {
                let unchanged = |dimension, length| {
                    at_level(limits, self.level)
                        .any(|new| new.dimension == dimension && per(new) == length && old.allowances.contains(new))
                };
                learned.paces.retain(|(dimension, length, _)| unchanged(*dimension, *length));
            }
            if old.concurrency != limits.concurrency {
                self.places = limits.concurrency.filter(|_| self.level == Level::Mailbox).map(Places::new);
            }
        } else {
            self.limits = limits.clone();
        }
        differs
    }

    /// How many calls may pass, or what is in the way.
    pub(crate) fn room(&mut self, now: i64, wish: Wish) -> Result<u32, Block> {
        let mut granted = self.past_throttles(now, wish)?;
        granted = granted.min(self.past_places(now, wish)?);
        if at_level(&self.limits, self.level).next().is_none() {
            return Ok(granted);
        }
        let Key { gauges, limits, level, learned, .. } = self;
        let gauges = gauges.get_or_insert_with(|| at_level(limits, *level).map(|_| Gauge::new(now)).collect());
        for (gauge, allowance) in gauges.iter_mut().zip(at_level(limits, *level)) {
            let price = wish.cost.of(allowance.dimension);
            if price == 0 {
                continue;
            }
            let pace = learned.as_deref_mut().and_then(|learned| learned.pace(allowance));
            let asked = Wish { want: granted, ..wish };
            let answer = gauge.room(now, allowance, pace, price, asked);
            granted =
                answer.map_err(|(because, until)| Block { bit: 1 << allowance.dimension as u32, because, until })?;
        }
        Ok(granted)
    }

    fn past_throttles(&self, now: i64, wish: Wish) -> Result<u32, Block> {
        let mut granted = wish.want;
        for (slot, throttle) in self.throttles() {
            if slot == 1 && !wish.cost.is_sending() {
                continue;
            }
            match throttle.passage(now) {
                Passage::Free => {}
                Passage::Probe => granted = 1,
                Passage::Shut(until) => {
                    let bit = if slot == 0 { BIT_CLOSED } else { BIT_SENDING_CLOSED };
                    return Err(Block { bit, because: Because::Throttled, until });
                }
            }
        }
        Ok(granted)
    }

    fn past_places(&self, now: i64, wish: Wish) -> Result<u32, Block> {
        let mut count = self.places.as_ref().map_or(u32::MAX, Places::count);
        let mut grows = None;
        if let Some(throttle) = self.throttles().find(|(slot, _)| *slot == 0).map(|(_, throttle)| throttle) {
            // Where nothing bounds the calls under way, a lockout does for a while.
            let (open, when) = throttle.ramp(now, count.min(20));
            if when.is_some() {
                (count, grows) = (open, when);
            }
        }
        if count == u32::MAX {
            return Ok(wish.want);
        }
        let kept = if wish.awaited { 0 } else { Places::kept_free(count) };
        match count.saturating_sub(kept).max(1).saturating_sub(self.in_flight) {
            0 => Err(Block { bit: BIT_CONCURRENCY, because: Because::Concurrency, until: grows }),
            free => Ok(free.min(wish.want)),
        }
    }

    pub(crate) fn throttles(&self) -> impl Iterator<Item = (usize, &Throttle)> {
        let all = self.learned.iter().flat_map(|learned| learned.throttles.iter().enumerate());
        all.filter_map(|(slot, throttle)| throttle.as_ref().map(|throttle| (slot, throttle)))
    }

    /// Calls depart. Tells which throttles this is the probe of, as bits.
    pub(crate) fn depart(&mut self, now: i64, wish: Wish, granted: u32) -> u8 {
        self.in_flight += granted;
        self.calls += u64::from(granted);
        let Key { gauges, limits, level, learned, .. } = self;
        for (gauge, allowance) in gauges.iter_mut().flat_map(|all| all.iter_mut()).zip(at_level(limits, *level)) {
            let spent = wish.cost.of(allowance.dimension).saturating_mul(u64::from(granted));
            if spent > 0 {
                gauge.window.depart(spent, wish.awaited);
                if let Some(pace) = learned.as_deref_mut().and_then(|learned| learned.pace(allowance)) {
                    pace.spend(now, (allowance.amount, per(allowance)), spent);
                }
            }
        }
        let mut probes = 0;
        for (slot, throttle) in learned.iter_mut().flat_map(|learned| learned.throttles.iter_mut().enumerate()) {
            let concerned = slot == 0 || wish.cost.is_sending();
            if let Some(throttle) = throttle.as_mut().filter(|throttle| concerned && throttle.stage == Stage::Closed) {
                throttle.stage = Stage::Probing;
                probes |= 1 << slot;
            }
        }
        probes
    }

    /// Calls came back, having moved so many bytes up and down.
    pub(crate) fn land(&mut self, now: i64, wish: Wish, granted: u32, moved: Option<(u64, u64)>) {
        self.in_flight = self.in_flight.saturating_sub(granted);
        let Key { gauges, limits, level, .. } = self;
        for (gauge, allowance) in gauges.iter_mut().flat_map(|all| all.iter_mut()).zip(at_level(limits, *level)) {
            let amount = wish.cost.of(allowance.dimension).saturating_mul(u64::from(granted));
            let actual = match (allowance.dimension, moved) {
                (Dimension::BytesUp, Some((up, _))) => up,
                (Dimension::BytesDown, Some((_, down))) => down,
                _ => amount,
            };
            gauge.window.land(now, per(allowance), amount, actual, wish.awaited);
        }
    }

    /// The key is closed. `admitted`: when the refused call was let through.
    pub(crate) fn close(&mut self, now: i64, mut told: Told, admitted: i64, jitter: &mut Jitter) {
        told.window = self.longest_window(told.what);
        let slot = usize::from(matches!(told.what, crate::Limited::By(dimension) if dimension.is_sending()));
        let learned = self.learned.get_or_insert_default();
        let mut until = None;
        if let crate::Limited::By(dimension) = told.what {
            for allowance in at_level(&self.limits, self.level).filter(|one| one.dimension == dimension) {
                told.long |= per(allowance) >= LONG;
                if per(allowance) < LONG && admitted > UNASKED {
                    learned.refuse(now, admitted, allowance);
                }
            }
        }
        let before = learned.throttles[slot].as_ref();
        // Stragglers of an episode that is over do not begin another.
        let stale = before.is_some_and(|old| old.stage == Stage::Open && admitted < old.until && told.until.is_none());
        if !stale {
            let throttle = Throttle::after(before, now, told, jitter);
            until = Some(throttle.until);
            learned.throttles[slot] = Some(throttle);
        }
        if let Some(until) = until.filter(|_| slot == 0) {
            for allowance in at_level(&self.limits, self.level) {
                if let Some(pace) = learned.pace(allowance) {
                    pace.rest(now, until, (allowance.amount, per(allowance)));
                }
            }
        }
    }

    /// The longest window of minutes that a refusal may be about.
    fn longest_window(&self, what: crate::Limited) -> i64 {
        let concerned = |one: &&Allowance| match what {
            crate::Limited::By(dimension) => one.dimension == dimension,
            _ => !one.dimension.is_sending(),
        };
        at_level(&self.limits, self.level).filter(concerned).map(per).filter(|per| *per < LONG).max().unwrap_or(0)
    }

    /// Frees what an idle key does not need. Cheap; called now and then.
    pub(crate) fn tidy(&mut self, now: i64) {
        if self.in_flight > 0 {
            return;
        }
        if let Some(gauges) = &mut self.gauges {
            let mut empty = true;
            for (gauge, allowance) in gauges.iter_mut().zip(at_level(&self.limits, self.level)) {
                gauge.window.expire(now, per(allowance));
                empty &= gauge.window.is_empty();
            }
            if empty {
                self.gauges = None;
            }
        }
        if let Some(learned) = &mut self.learned {
            learned.paces.retain(|(_, _, pace)| !pace.is_over());
            for throttle in &mut learned.throttles {
                throttle.take_if(|throttle| throttle.is_over(now));
            }
            if learned.paces.is_empty() && learned.throttles.iter().all(Option::is_none) {
                self.learned = None;
            }
        }
    }
}

impl Learned {
    pub(crate) fn pace(&mut self, allowance: &Allowance) -> Option<&mut Pace> {
        let length = per(allowance);
        let found = self.paces.iter_mut().find(|(one, per, _)| *one == allowance.dimension && *per == length);
        found.map(|(_, _, pace)| pace)
    }

    fn refuse(&mut self, now: i64, admitted: i64, allowance: &Allowance) {
        match self.pace(allowance) {
            Some(pace) => pace.refuse(now, admitted, per(allowance)),
            None => self.paces.push((allowance.dimension, per(allowance), Pace::after_refusal(now))),
        }
    }
}
