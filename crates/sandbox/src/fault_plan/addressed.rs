//! What magic addresses make of a call: see [`super::address`].

use super::address::Wish;
use super::catalogue::Catalogue;
use super::effect::{Answer, Effect, Then};
use super::plan::{Call, Plan};
use super::rule::AnswerSpec;
use serde_json::{Map, json};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// How many addresses are counted; beyond that counting begins anew.
const MOST_ADDRESSES: usize = 10_000;

/// How often each address has hit, per mailbox.
#[derive(Debug, Default)]
pub(super) struct Tally(HashMap<(String, String), u64>);

/// How a call came to be about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    /// It is the call's mailbox, or who is asked to sign in. A fault hits its own methods.
    Mailbox,
    /// The call sends mail to it. Whatever fault it names is the answer.
    Recipient,
}

impl Plan {
    /// What a magic address makes of this call; `None` for any other address, and when it has hit as often as it says.
    pub(crate) fn decide_by_address(&self, call: &Call<'_>, address: &str, through: Through) -> Option<Effect> {
        let (delay, then, times) = match Wish::of(address)? {
            Wish::Bounce | Wish::Delay => return None,
            Wish::Slow(wait) => (wait, Then::Proceed, None),
            Wish::Fault { name, times } => {
                let (delay, then) = fault(&name, call, through)?;
                (delay, then, times)
            }
        };
        let mut inner = self.lock();
        let count = inner.addressed.next(call.mailbox, address, times)?;
        inner.record(address.to_owned(), call, count);
        Some(Effect { rule: address.to_owned(), delay, then })
    }
}

fn fault(name: &str, call: &Call<'_>, through: Through) -> Option<(Duration, Then)> {
    match (Catalogue::standard().get(name), through) {
        (Some(fault), Through::Mailbox) => fault.applies_to(call.method).then(|| fault.effect(&Map::new(), false)),
        (Some(fault), Through::Recipient) if can_hit(name, call) => Some(fault.effect(&Map::new(), false)),
        (_, Through::Recipient) => Some((Duration::ZERO, explained(name, call))),
        (None, Through::Mailbox) => None,
    }
}

/// Whether a fault can be the answer to this send: one of the provider that is asked, or of the network.
fn can_hit(name: &str, call: &Call<'_>) -> bool {
    let family = |of: &str| of.split('.').next().map(str::to_owned);
    family(name) == family(call.method) || name.starts_with("network.")
}

/// A name that means nothing here must not look like a success. Told in the words of the provider that is asked.
fn explained(name: &str, call: &Call<'_>) -> Then {
    let message = format!(
        "Sandbox: no fault called \"{name}\" can hit a send; `postroad sandbox faults` and GET /_sandbox/faults/catalogue list the names"
    );
    let body = if call.method.starts_with("graph.") {
        json!({"error": {"code": "BadRequest", "message": message}})
    } else {
        let first = json!({"message": message, "domain": "global", "reason": "invalidArgument"});
        json!({"error": {"code": 400, "message": message, "errors": [first], "status": "INVALID_ARGUMENT"}})
    };
    let answer = AnswerSpec { status: 400, headers: BTreeMap::new(), body };
    Then::Answer { answer: Answer::Literal(answer), after_effect: false }
}

impl Tally {
    /// Counts a hit, unless the address is spent.
    fn next(&mut self, mailbox: &str, address: &str, times: Option<u64>) -> Option<u64> {
        if self.0.len() >= MOST_ADDRESSES {
            self.0.clear();
        }
        let count = self.0.entry((mailbox.to_owned(), address.to_owned())).or_default();
        if times.is_some_and(|times| *count >= times) {
            return None;
        }
        *count += 1;
        Some(*count)
    }
}
