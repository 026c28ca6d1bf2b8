//! The engine: which rule hits a call.

use super::addressed::Tally;
use super::catalogue::Catalogue;
use super::effect::{Answer, Effect, Then};
use super::file::PlanFile;
use super::pattern::Pattern;
use super::rule::{BadRule, Cut, Per, RuleSpec};
use serde::Serialize;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many rules a plan may hold.
const MOST_RULES: usize = 1_000;
/// How many hits are remembered; the oldest are forgotten first.
const MOST_HITS: usize = 10_000;

/// A call on its way into the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// Method name: `gmail.messages.list`, `oauth.token`.
    pub method: &'a str,
    /// The mailbox it is about; empty when not known (yet).
    pub mailbox: &'a str,
    /// The URL path, without query.
    pub path: &'a str,
}

/// The rules in force, their counters, and what they have hit.
#[derive(Debug, Default)]
pub struct Plan {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    seed: u64,
    named: u64,
    rules: Vec<Rule>,
    hits: VecDeque<Hit>,
    pub(super) addressed: Tally,
}

#[derive(Debug)]
struct Rule {
    id: String,
    spec: RuleSpec,
    /// None fits every method.
    methods: Vec<Pattern>,
    mailbox: Option<Pattern>,
    path: Option<Pattern>,
    seen: u64,
    seen_per_mailbox: HashMap<String, u64>,
    fired: u64,
}

/// A rule and where its counters stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleState {
    /// Its id, given or made.
    pub id: String,
    /// Calls that matched, hit or not.
    pub seen: u64,
    /// Calls that were hit.
    pub fired: u64,
    /// How often it may still fire; absent without `times`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// The rule as written.
    pub rule: RuleSpec,
}

/// A call that was hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Id of the rule.
    pub rule: String,
    /// Method of the call.
    pub method: String,
    /// Mailbox of the call.
    pub mailbox: String,
    /// Path of the call.
    pub path: String,
    /// Which hit of its rule this was, from one.
    pub count: u64,
}

impl Plan {
    /// No rules, seed zero.
    #[must_use]
    pub fn new() -> Plan {
        Plan::default()
    }

    /// The rules of a file.
    ///
    /// # Errors
    /// The first rule that is refused.
    pub fn from_file(file: PlanFile) -> Result<Plan, BadRule> {
        let plan = Plan::new();
        plan.load(file)?;
        Ok(plan)
    }

    /// Adds all rules of a file and takes over its seed; adds none if one is refused.
    ///
    /// # Errors
    /// The first rule that is refused.
    pub fn load(&self, file: PlanFile) -> Result<Vec<String>, BadRule> {
        let mut inner = self.lock();
        let (before, named) = (inner.rules.len(), inner.named);
        let added: Result<Vec<String>, BadRule> = file.rules.into_iter().map(|spec| inner.add(spec)).collect();
        match (&added, file.seed) {
            (Err(_), _) => {
                inner.rules.truncate(before);
                inner.named = named;
            }
            (Ok(_), Some(seed)) => inner.seed = seed,
            (Ok(_), None) => {}
        }
        added
    }

    /// Adds a rule behind the others and returns its id.
    ///
    /// # Errors
    /// [`BadRule`], naming the field and the remedy.
    pub fn add(&self, spec: RuleSpec) -> Result<String, BadRule> {
        self.lock().add(spec)
    }

    /// Takes a rule away. Says whether it was there.
    pub fn remove(&self, id: &str) -> bool {
        let mut inner = self.lock();
        let before = inner.rules.len();
        inner.rules.retain(|rule| rule.id != id);
        inner.rules.len() < before
    }

    /// Takes all rules away and forgets the hits. Returns how many rules there were.
    pub fn clear(&self) -> usize {
        let mut inner = self.lock();
        inner.hits.clear();
        inner.addressed = Tally::default();
        std::mem::take(&mut inner.rules).len()
    }

    /// The rules in order, with their counters.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleState> {
        self.lock().rules.iter().map(Rule::state).collect()
    }

    /// The calls that were hit, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn hits(&self) -> Vec<Hit> {
        self.lock().hits.iter().cloned().collect()
    }

    /// Sets the seed for rules with a probability.
    pub fn set_seed(&self, seed: u64) {
        self.lock().seed = seed;
    }

    /// What is to happen to this call. The first rule that fires decides; rules behind it do not see the call.
    pub fn decide(&self, call: &Call<'_>) -> Option<Effect> {
        let mut inner = self.lock();
        let seed = inner.seed;
        let rule = inner.rules.iter_mut().find_map(|rule| rule.fires(call, seed).then_some(rule))?;
        let effect = rule.effect();
        let (id, count) = (rule.id.clone(), rule.fired);
        inner.record(id, call, count);
        Some(effect)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    pub(super) fn record(&mut self, rule: String, call: &Call<'_>, count: u64) {
        let (method, mailbox, path) = (call.method.to_owned(), call.mailbox.to_owned(), call.path.to_owned());
        if self.hits.len() == MOST_HITS {
            self.hits.pop_front();
        }
        self.hits.push_back(Hit { rule, method, mailbox, path, count });
    }

    fn add(&mut self, spec: RuleSpec) -> Result<String, BadRule> {
        spec.check(Catalogue::standard())?;
        if self.rules.len() >= MOST_RULES {
            return Err(BadRule::TooManyRules(MOST_RULES));
        }
        let id = match &spec.id {
            Some(id) if self.has(id) => return Err(BadRule::DuplicateId(id.clone())),
            Some(id) => id.clone(),
            None => self.fresh_id(),
        };
        self.rules.push(Rule::new(id.clone(), spec));
        Ok(id)
    }

    fn fresh_id(&mut self) -> String {
        loop {
            self.named += 1;
            let id = format!("rule-{}", self.named);
            if !self.has(&id) {
                return id;
            }
        }
    }

    fn has(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule.id == id)
    }
}

impl Rule {
    fn new(id: String, spec: RuleSpec) -> Rule {
        let pattern = |text: &Option<String>| text.as_deref().map(Pattern::new);
        let (mailbox, path) = (pattern(&spec.mailbox), pattern(&spec.path));
        let methods = methods(&spec).into_iter().map(Pattern::new).collect();
        Rule { id, spec, methods, mailbox, path, seen: 0, seen_per_mailbox: HashMap::new(), fired: 0 }
    }

    /// Counts the call if it matches, and says whether it is hit. A spent rule does not count on.
    fn fires(&mut self, call: &Call<'_>, seed: u64) -> bool {
        if self.remaining() == Some(0) || !self.matches(call) {
            return false;
        }
        self.seen += 1;
        let n = match self.spec.when.per {
            Per::All => self.seen,
            Per::Mailbox => {
                let count = self.seen_per_mailbox.entry(call.mailbox.to_owned()).or_default();
                *count += 1;
                *count
            }
        };
        let hit = self.is_due(n, call.mailbox, seed);
        self.fired += u64::from(hit);
        hit
    }

    fn matches(&self, call: &Call<'_>) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|p| p.matches(text));
        let method = self.methods.is_empty() || self.methods.iter().any(|p| p.matches_method(call.method));
        method && fits(&self.mailbox, call.mailbox) && fits(&self.path, call.path)
    }

    fn is_due(&self, n: u64, mailbox: &str, seed: u64) -> bool {
        let when = &self.spec.when;
        let chance = |p: f64| {
            let mailbox = if when.per == Per::Mailbox { mailbox } else { "" };
            draw(when.seed.unwrap_or(seed), &self.id, mailbox, n) < p
        };
        when.nth.is_none_or(|nth| n == nth)
            && when.first.is_none_or(|first| n <= first)
            && when.after.is_none_or(|after| n > after)
            && when.every.is_none_or(|every| n.is_multiple_of(every))
            && when.probability.is_none_or(chance)
    }

    fn remaining(&self) -> Option<u64> {
        self.spec.times.map(|times| times.saturating_sub(self.fired))
    }

    fn effect(&self) -> Effect {
        let spec = &self.spec;
        let after_effect = spec.after_effect;
        let named = spec.name.as_deref().and_then(|name| Catalogue::standard().get(name));
        let (wait, then) = match (named, &spec.answer, spec.cut) {
            (Some(fault), _, _) => fault.effect(&spec.settings, after_effect),
            (_, Some(answer), _) => {
                (Duration::ZERO, Then::Answer { answer: Answer::Literal(answer.clone()), after_effect })
            }
            (_, _, Some(cut)) => (Duration::ZERO, Then::Cut { after_effect: cut == Cut::After }),
            _ => (Duration::ZERO, Then::Proceed),
        };
        Effect { rule: self.id.clone(), delay: Duration::from_millis(spec.delay_ms.unwrap_or(0)) + wait, then }
    }

    fn state(&self) -> RuleState {
        let (id, rule) = (self.id.clone(), self.spec.clone());
        RuleState { id, seen: self.seen, fired: self.fired, remaining: self.remaining(), rule }
    }
}

/// The method patterns of a rule: its own, or those of the fault it names.
fn methods(spec: &RuleSpec) -> Vec<&str> {
    match (&spec.method, &spec.name) {
        (Some(method), _) => vec![method],
        (None, Some(name)) => Catalogue::standard().get(name).map_or_else(Vec::new, |fault| fault.methods.to_vec()),
        (None, None) => Vec::new(),
    }
}

/// A number in 0..1 that depends only on its arguments: FNV-1a over them, mixed by the finaliser of SplitMix64.
fn draw(seed: u64, id: &str, mailbox: &str, n: u64) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let bytes =
        seed.to_le_bytes().into_iter().chain(n.to_le_bytes()).chain(id.bytes()).chain([0]).chain(mailbox.bytes());
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    // 53 bits fit a float exactly.
    #[allow(clippy::cast_precision_loss)]
    let unit = (hash >> 11) as f64 / (1u64 << 53) as f64;
    unit
}
