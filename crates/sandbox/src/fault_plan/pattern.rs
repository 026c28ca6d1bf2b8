//! Patterns with `*`, which stands for any run of characters (also none).

/// Whether a pattern fits a method. A narrower name (`oauth.token.refresh`) also fits where its endpoint's does.
pub(super) fn fits_method(pattern: &str, method: &str) -> bool {
    Pattern::new(pattern).matches_method(method)
}

/// A compiled pattern. Matching ignores ASCII case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<String>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Pattern {
        Pattern { pieces: text.to_ascii_lowercase().split('*').map(str::to_owned).collect() }
    }

    pub(super) fn matches_method(&self, method: &str) -> bool {
        let mut endpoints = ["oauth.token", "identity.token"].into_iter();
        let endpoint = endpoints.find(|endpoint| method.strip_prefix(endpoint).is_some_and(|it| it.starts_with('.')));
        self.matches(method) || endpoint.is_some_and(|endpoint| self.matches(endpoint))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let [first, middle @ .., last] = self.pieces.as_slice() else {
            return self.pieces.first().is_some_and(|only| *only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_run() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "anything", true),
            ("gmail.messages.*", "gmail.messages.list", true),
            ("gmail.messages.*", "gmail.threads.list", false),
            ("gmail.*.list", "gmail.settings.sendAs.list", true),
            ("gmail.messages.get", "Gmail.Messages.Get", true),
            ("gmail.messages.get", "gmail.messages.get2", false),
            ("a*a", "a", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} on {text}");
        }
    }
}
