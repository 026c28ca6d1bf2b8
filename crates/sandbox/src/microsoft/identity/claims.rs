//! The `claims` parameter (OpenID Connect Core section 5.5): what a token has to be able to say of how its owner signed in.

use serde_json::{Map, Value};

/// Claims that are asked for, each with what is asked of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Claims(Vec<(String, Value)>);

impl Claims {
    /// Reads the parameter; `None` for what is no JSON object. Kept is what only a person can meet, at the sign-in page:
    /// what is essential in the access token, without what every new token has (`nbf`, when it began to be good) and what
    /// applications say of themselves (`xms_cc`).
    pub(super) fn read(text: &str, now_s: i64) -> Option<Self> {
        let claims: Map<String, Value> = serde_json::from_str(text).ok()?;
        let asked = claims.get("access_token").and_then(Value::as_object).cloned().unwrap_or_default();
        Some(Self(asked.into_iter().filter(|(name, wanted)| is_a_persons(name, wanted, now_s)).collect()))
    }

    /// What is asked for here and is not there.
    pub(super) fn without(&self, met: &Self) -> Self {
        Self(self.0.iter().filter(|claim| !met.0.contains(claim)).cloned().collect())
    }

    /// Takes these in too.
    pub(super) fn join(&mut self, more: &Self) {
        self.0.extend(more.without(self).0);
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_a_persons(name: &str, wanted: &Value, now_s: i64) -> bool {
    let value = || wanted.get("value").and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    match name {
        "xms_cc" => false,
        "nbf" => value().is_some_and(|from_s: i64| from_s > now_s),
        _ => wanted.get("essential") == Some(&Value::Bool(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Claims {
        Claims::read(text, 100).unwrap()
    }

    #[test]
    fn only_a_person_meets_what_every_new_token_does_not_have() {
        let easy = r#"{"access_token":{"nbf":{"essential":true,"value":"100"},"xms_cc":{"values":["cp1"]},"x":null}}"#;
        assert!(read(easy).is_empty() && read("{}").is_empty());
        assert!(!read(r#"{"access_token":{"nbf":{"essential":true,"value":"101"}}}"#).is_empty());
        for bad in ["", "[]", "x"] {
            assert_eq!(Claims::read(bad, 100), None, "{bad}");
        }
    }

    #[test]
    fn each_claim_is_met_by_itself() {
        let one = read(r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#);
        let both = read(
            r#"{"access_token":{"acrs":{"value":"c1","essential":true},"polids":{"essential":true,"values":["p"]}}}"#,
        );
        assert!(one.without(&both).is_empty() && !both.without(&one).is_empty());
        let mut met = one;
        met.join(&read(r#"{"access_token":{"polids":{"values":["p"],"essential":true}}}"#));
        assert!(both.without(&met).is_empty(), "the order of words is no matter");
    }
}
