//! Which protocol an error comes from, when nobody says: people paste what a log line, a bounce or a support ticket holds.
//!
//! Clues are independent and each names a protocol with a weight; a protocol is as likely as its strongest clue. What is
//! left open is left open: the caller is told how close the next one came.

mod fields;
mod text;

use super::{Observation, Protocol};

/// A protocol an error may come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess {
    /// The protocol.
    pub protocol: Protocol,
    /// How much speaks for it, from 0 to 100.
    pub weight: u8,
    /// What speaks for it most.
    pub because: &'static str,
}

/// Weight from which on a guess stands by itself.
const CONVINCING: u8 = 60;
/// Lead that the first guess needs over the second.
const LEAD: u8 = 20;

impl Guess {
    /// Whether the first of some guesses stands out from the others.
    pub fn is_sure(guesses: &[Guess]) -> bool {
        match guesses {
            [] => false,
            [only] => only.weight >= CONVINCING,
            [first, second, ..] => first.weight >= CONVINCING && first.weight - second.weight >= LEAD,
        }
    }
}

/// The protocols that something speaks for, the likeliest first.
pub fn guess(seen: &Observation<'_>) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = Vec::new();
    for clue in fields::clues(seen).into_iter().chain(text::clues(seen)) {
        match guesses.iter_mut().find(|guess| guess.protocol == clue.protocol) {
            Some(known) if known.weight >= clue.weight => {}
            Some(known) => *known = clue,
            None => guesses.push(clue),
        }
    }
    guesses.sort_by_key(|guess| std::cmp::Reverse(guess.weight));
    guesses
}

const fn clue(protocol: Protocol, weight: u8, because: &'static str) -> Guess {
    Guess { protocol, weight, because }
}

#[cfg(test)]
mod tests;
