//! Reading a FaultPlan from a file: TOML or JSON.

use super::rule::{BadRule, RuleSpec};
use serde::{Deserialize, Serialize};

/// A plan as written in a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Seed for rules with a probability; zero when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The rules in order: `[[rule]]` in TOML, `"rule": [...]` in JSON.
    #[serde(default, rename = "rule", alias = "rules")]
    pub rules: Vec<RuleSpec>,
}

/// A plan that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPlan {
    /// The text is not TOML of this shape.
    #[error("the fault plan cannot be read as TOML: {0}")]
    Toml(String),
    /// The text is not JSON of this shape.
    #[error("the fault plan cannot be read as JSON: {0}")]
    Json(String),
    /// A rule is refused.
    #[error("rule {number} of the fault plan: {reason}")]
    Rule {
        /// Which rule, from one.
        number: usize,
        /// Why.
        reason: BadRule,
    },
}

impl PlanFile {
    /// Reads a plan and checks every rule. A text that begins with `{` is JSON, anything else TOML.
    ///
    /// # Errors
    /// [`BadPlan`], naming the rule, the field and the remedy.
    pub fn parse(text: &str) -> Result<PlanFile, BadPlan> {
        let file: PlanFile = match text.trim_start().starts_with('{') {
            true => serde_json::from_str(text).map_err(|error| BadPlan::Json(error.to_string()))?,
            false => toml::from_str(text).map_err(|error| BadPlan::Toml(error.to_string()))?,
        };
        for (at, rule) in file.rules.iter().enumerate() {
            let checked = rule.check(super::Catalogue::standard());
            checked.map_err(|reason| BadPlan::Rule { number: at + 1, reason })?;
        }
        Ok(file)
    }
}
