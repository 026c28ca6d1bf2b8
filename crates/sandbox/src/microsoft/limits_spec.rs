//! Exchange Online's limits in one line, as the command line takes them: `published`, `concurrency=2,latency_ms=80`.

use std::str::FromStr;

use serde_json::Map;

use super::limits::GraphQuotas;
use crate::quotas::setting;

/// A line that says nothing the sandbox understands.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "{0}; write `published`, or settings as NAME=VALUE with commas between, for example `concurrency=2,latency_ms=80`; what \
     is left out is as published, and 0 is no limit"
)]
pub struct BadGraphSpec(String);

impl FromStr for GraphQuotas {
    type Err = BadGraphSpec;

    /// Reads `published`, or settings, or both.
    fn from_str(text: &str) -> Result<Self, BadGraphSpec> {
        let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty()).peekable();
        let nothing = parts.peek().is_none();
        let published = parts.next_if(|part| *part == "published").is_some();
        if nothing && !published {
            return Err(BadGraphSpec("nothing is said".to_owned()));
        }
        let settings: Result<Map<_, _>, _> = parts.map(setting).collect();
        let changed = settings.and_then(|settings| Self::default().changed(settings));
        changed.map_err(BadGraphSpec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_change_what_is_published() {
        assert_eq!("published".parse(), Ok(GraphQuotas::default()));
        let fewer = GraphQuotas { concurrency: 2, requests: 0, ..GraphQuotas::default() };
        assert_eq!(" concurrency = 2, requests=0 ".parse(), Ok(fewer.clone()));
        assert_eq!("published,requests=0,concurrency=2".parse(), Ok(fewer));
    }

    #[test]
    fn what_is_not_understood_is_named_with_what_would_be() {
        let refused = |text: &str| text.parse::<GraphQuotas>().unwrap_err().to_string();
        for (text, part) in [
            ("", "nothing is said"),
            ("strict", "\"strict\" is no NAME=VALUE"),
            ("concurrency=many", "concurrency: invalid type"),
            ("units=3", "unknown field `units`, expected one of `concurrency`"),
        ] {
            assert!(refused(text).contains(part) && refused(text).contains("`published`"), "{}", refused(text));
        }
    }
}
