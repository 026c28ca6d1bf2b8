//! What the sandbox was told to do wrong: rules that match calls, and what happens to a call that matches.
//!
//! The file format and every field are described in `docs/FAULT_PLANS.md`. A plan is shared by reference; rules can be
//! added and removed while the sandbox runs. Everything is decided from counters and a seed, so the same calls in the
//! same order meet the same faults.

pub(crate) mod address;
mod addressed;
mod catalogue;
mod effect;
mod file;
mod pattern;
mod plan;
mod rule;

pub(crate) use addressed::Through;
pub(crate) use catalogue::{CROWDED, PerMinute, retry_sentence};
pub use catalogue::{Catalogue, Evidence, Moment, NamedFault, Setting};
pub use effect::{Answer, Effect, Rendered, Then};
pub use file::{BadPlan, PlanFile};
pub use plan::{Call, Hit, Plan, RuleState};
pub use rule::{AnswerSpec, BadRule, Cut, Per, RuleSpec, When};

#[cfg(test)]
mod tests;
