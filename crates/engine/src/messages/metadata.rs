//! The caller's own key-value pairs (nylas-v3.md 0.5).

use model::Fault;
use serde_json::{Map, Value};

/// Pairs at most.
const PAIRS: usize = 50;
/// Characters of a key at most.
const KEY: usize = 40;
/// Characters of a value at most.
const VALUE: usize = 500;

/// Refuses what the contract does not allow.
pub(crate) fn check(metadata: &Map<String, Value>) -> crate::Result<()> {
    if metadata.len() > PAIRS {
        return refuse("metadata", format!("`metadata` holds {} pairs; at most {PAIRS} are allowed.", metadata.len()));
    }
    metadata.iter().try_for_each(|(key, value)| check_pair(key, value))
}

fn check_pair(key: &str, value: &Value) -> crate::Result<()> {
    let field = format!("metadata.{}", key.chars().take(KEY).collect::<String>());
    if key.is_empty() || key.chars().count() > KEY {
        return refuse(&field, format!("A metadata key must have 1 to {KEY} characters."));
    }
    match value {
        Value::String(text) if text.chars().count() <= VALUE => Ok(()),
        Value::String(_) => refuse(&field, format!("`{field}` is longer than {VALUE} characters.")),
        _ => refuse(&field, format!("`{field}` must be a string.")),
    }
}

fn refuse(field: &str, message: String) -> crate::Result<()> {
    Err(Fault::invalid(field, message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(value: Value) -> Option<String> {
        check(value.as_object().unwrap()).err().and_then(|fault| fault.field)
    }

    #[test]
    fn strings_within_the_limits_pass() {
        assert_eq!(refused(json!({})), None);
        assert_eq!(refused(json!({ "k".repeat(40): "ü".repeat(500) })), None);
    }

    #[test]
    fn what_is_too_long_too_many_or_no_string_is_refused() {
        assert!(refused(json!({ "k".repeat(41): "v" })).is_some());
        assert_eq!(refused(json!({ "k": "v".repeat(501) })).as_deref(), Some("metadata.k"));
        assert_eq!(refused(json!({ "k": 1 })).as_deref(), Some("metadata.k"));
        assert_eq!(refused(json!({ "k": { "n": "v" } })).as_deref(), Some("metadata.k"));
        let many: Map<String, Value> = (0..51).map(|n| (n.to_string(), json!("v"))).collect();
        assert_eq!(check(&many).unwrap_err().field.as_deref(), Some("metadata"));
    }
}
