//! The `fields=` parameter: partial responses.
//!
//! Grammar (Google API guide, "Partial response"): `a,b/c,d(e,f/g),*`. A comma separates selections, `/` steps into an
//! object, parentheses select several fields below one, and `*` stands for every name at its level. Lists are looked
//! through: a mask below a list applies to each element.

use serde_json::{Map, Value};

/// How deep a mask may nest; real masks stay below ten.
const DEEPEST: usize = 32;

/// A parsed field mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    root: Node,
}

/// Either everything below a point, or the named things below it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All,
    Only(Vec<(String, Node)>),
}

/// The mask could not be read. Google answers 400 with `reason: invalidParameter` and `location: fields`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Invalid field selection {selection}")]
pub struct BadMask {
    /// The text at which reading stopped, as Google quotes it back.
    pub selection: String,
}

impl Mask {
    /// Reads a mask. An empty (or blank) text selects everything, as if the parameter were absent.
    ///
    /// # Errors
    /// [`BadMask`] when a name is missing, a parenthesis is not matched, or the nesting is deeper than 32.
    pub fn parse(text: &str) -> Result<Mask, BadMask> {
        if text.trim().is_empty() {
            return Ok(Mask { root: Node::All });
        }
        let mut reader = Reader { rest: text, whole: text };
        let root = reader.list(0)?;
        if reader.rest.is_empty() { Ok(Mask { root }) } else { Err(reader.bad()) }
    }

    /// Keeps what the mask selects and drops the rest. Selecting a name that is not there is not an error here; see
    /// [`Mask::first_unknown`].
    #[must_use]
    pub fn apply(&self, value: Value) -> Value {
        keep(&self.root, value)
    }

    /// The first name in the mask that `known` does not list. Google refuses such a mask with 400.
    #[must_use]
    pub fn first_unknown(&self, known: &dyn Fn(&str) -> bool) -> Option<&str> {
        self.root.first_unknown(known)
    }

    /// Whether the mask selects everything, so that applying it can be skipped.
    #[must_use]
    pub fn selects_all(&self) -> bool {
        self.root == Node::All
    }
}

impl Node {
    fn first_unknown(&self, known: &dyn Fn(&str) -> bool) -> Option<&str> {
        let Node::Only(children) = self else { return None };
        children.iter().find_map(|(name, below)| {
            if name != "*" && !known(name) { Some(name.as_str()) } else { below.first_unknown(known) }
        })
    }

    /// What either selects.
    fn or(&self, other: &Node) -> Node {
        match (self, other) {
            (Node::Only(one), Node::Only(other)) => {
                let mut both = one.clone();
                other.iter().cloned().for_each(|(name, below)| Node::add(&mut both, name, below));
                Node::Only(both)
            }
            _ => Node::All,
        }
    }

    /// Adds a selection; `a,a/b` selects all of `a`, and `a/b,a/c` selects both.
    fn add(children: &mut Vec<(String, Node)>, name: String, below: Node) {
        let Some((_, there)) = children.iter_mut().find(|(n, _)| *n == name) else {
            children.push((name, below));
            return;
        };
        match (&mut *there, below) {
            (Node::All, _) => {}
            (_, Node::All) => *there = Node::All,
            (Node::Only(old), Node::Only(new)) => new.into_iter().for_each(|(n, b)| Node::add(old, n, b)),
        }
    }
}

fn keep(node: &Node, value: Value) -> Value {
    let Node::Only(children) = node else { return value };
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| keep(node, item)).collect()),
        Value::Object(map) => Value::Object(keep_named(children, map)),
        other => other,
    }
}

fn keep_named(children: &[(String, Node)], map: Map<String, Value>) -> Map<String, Value> {
    let star = children.iter().find(|(name, _)| name == "*").map(|(_, below)| below);
    map.into_iter()
        .filter_map(|(name, value)| {
            let named = children.iter().find(|(n, _)| *n == name).map(|(_, below)| below);
            let kept = match (named, star) {
                (Some(named), Some(star)) => keep(&named.or(star), value),
                (Some(one), None) | (None, Some(one)) => keep(one, value),
                (None, None) => return None,
            };
            Some((name, kept))
        })
        .collect()
}

struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Reader<'_> {
    fn list(&mut self, depth: usize) -> Result<Node, BadMask> {
        if depth > DEEPEST {
            return Err(self.bad());
        }
        let mut children = Vec::new();
        loop {
            let (name, below) = self.selection(depth)?;
            Node::add(&mut children, name, below);
            if !self.eat(',') {
                return Ok(Node::Only(children));
            }
        }
    }

    fn selection(&mut self, depth: usize) -> Result<(String, Node), BadMask> {
        let name = self.name()?;
        if self.eat('/') {
            if depth >= DEEPEST {
                return Err(self.bad());
            }
            let (next, below) = self.selection(depth + 1)?;
            return Ok((name, Node::Only(vec![(next, below)])));
        }
        if self.eat('(') {
            let below = self.list(depth + 1)?;
            return if self.eat(')') { Ok((name, below)) } else { Err(self.bad()) };
        }
        Ok((name, Node::All))
    }

    fn name(&mut self) -> Result<String, BadMask> {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-*.$@".contains(c)));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if name.is_empty() || (name.contains('*') && name != "*") {
            return Err(self.bad());
        }
        self.rest = rest;
        Ok(name.to_owned())
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn bad(&self) -> BadMask {
        let selection = if self.rest.is_empty() { self.whole } else { self.rest };
        BadMask { selection: selection.chars().take(100).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn masked(mask: &str, value: Value) -> Value {
        Mask::parse(mask).unwrap().apply(value)
    }

    fn message() -> Value {
        json!({"id": "1", "threadId": "2", "payload": {"mimeType": "text/plain", "headers": [
            {"name": "From", "value": "a@sandbox.test"}, {"name": "To", "value": "b@sandbox.test"}],
            "body": {"size": 3, "data": "YWJj"}}})
    }

    #[test]
    fn a_list_page_keeps_ids_and_the_token() {
        let page = json!({"messages": [message(), message()], "nextPageToken": "9", "resultSizeEstimate": 2});
        let kept = masked("messages(id,threadId),nextPageToken", page);
        let one = json!({"id": "1", "threadId": "2"});
        assert_eq!(kept, json!({"messages": [one, one], "nextPageToken": "9"}));
    }

    #[test]
    fn a_slash_steps_in_and_looks_through_lists() {
        assert_eq!(
            masked("payload/headers/name", message()),
            json!({"payload": {"headers": [{"name": "From"}, {"name": "To"}]}})
        );
        assert_eq!(masked("id,payload/body/size", message()), json!({"id": "1", "payload": {"body": {"size": 3}}}));
    }

    #[test]
    fn groups_and_slashes_mix() {
        let kept = masked("payload(mimeType,body/size)", message());
        assert_eq!(kept, json!({"payload": {"mimeType": "text/plain", "body": {"size": 3}}}));
    }

    #[test]
    fn a_star_selects_every_name_at_its_level() {
        assert_eq!(masked("*", message()), message());
        let kept = masked("payload/*/size", message());
        assert_eq!(kept["payload"]["body"], json!({"size": 3}));
        assert_eq!(masked("*,id", message()), message());
        let kept = masked("payload(*/size,body/data)", message());
        assert_eq!(kept["payload"]["body"], json!({"size": 3, "data": "YWJj"}));
    }

    #[test]
    fn selecting_twice_merges() {
        assert_eq!(masked("payload/mimeType,payload/body/size", message())["payload"]["body"], json!({"size": 3}));
        assert_eq!(masked("payload/mimeType,payload", message()), json!({"payload": message()["payload"]}));
    }

    #[test]
    fn an_absent_name_selects_nothing_and_can_be_found_out() {
        assert_eq!(masked("nothing", message()), json!({}));
        let mask = Mask::parse("messages(id,colour)").unwrap();
        assert_eq!(mask.first_unknown(&|name| name != "colour"), Some("colour"));
        assert_eq!(mask.first_unknown(&|_| true), None);
    }

    #[test]
    fn an_empty_mask_is_no_mask() {
        assert!(Mask::parse("").unwrap().selects_all());
        assert_eq!(masked(" ", message()), message());
    }

    #[test]
    fn broken_masks_are_refused_with_the_text_that_broke() {
        for bad in [",", "a,", "a(", "a(b", "a)", "a(b))", "a//b", "/a", "a()", "a b", "a*", "é"] {
            assert!(Mask::parse(bad).is_err(), "{bad} was taken");
        }
        assert_eq!(Mask::parse("a,(b)").unwrap_err().to_string(), "Invalid field selection (b)");
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        assert!(Mask::parse(&"a(".repeat(5_000)).is_err());
        assert!(Mask::parse(&"a/".repeat(50_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "[a-c*/(), ]{0,40}|\\PC{0,40}") {
            if let Ok(mask) = Mask::parse(&text) {
                let _ = mask.apply(message());
            }
        }
    }
}
