//! Filling in.

use serde_json::{Map, Value};

use super::read::Node;
use super::{Escape, Flaw, Template};

/// Longest result, in bytes.
const MAX_LENGTH: usize = 5 * 1024 * 1024;
/// Nodes and items visited at most: lists inside lists multiply.
const MAX_STEPS: usize = 1_000_000;

pub(super) fn render(
    template: &Template,
    variables: &Map<String, Value>,
    strict: bool,
    escape: Escape,
) -> Result<String, Flaw> {
    let mut writer = Writer { variables, items: Vec::new(), strict, escape, out: String::new(), steps: 0 };
    writer.nodes(&template.nodes)?;
    Ok(writer.out)
}

struct Writer<'v> {
    variables: &'v Map<String, Value>,
    /// The items of the sections under way, innermost last.
    items: Vec<&'v Value>,
    strict: bool,
    escape: Escape,
    out: String,
    steps: usize,
}

impl<'v> Writer<'v> {
    fn nodes(&mut self, nodes: &[Node]) -> Result<(), Flaw> {
        for node in nodes {
            self.step()?;
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Variable { name, raw } => self.variable(name, *raw)?,
                Node::Section { name, inverted, nodes } => self.section(name, *inverted, nodes)?,
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Flaw> {
        self.steps += 1;
        match self.out.len() > MAX_LENGTH || self.steps > MAX_STEPS {
            true => Err(Flaw::TooLong(MAX_LENGTH)),
            false => Ok(()),
        }
    }

    fn variable(&mut self, name: &str, raw: bool) -> Result<(), Flaw> {
        let text = match self.find(name) {
            None if self.strict => return Err(Flaw::Missing(name.to_owned())),
            Some(Value::Array(_) | Value::Object(_)) if self.strict => return Err(Flaw::NotText(name.to_owned())),
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => return Ok(()),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        if self.out.len() + text.len() > MAX_LENGTH {
            return Err(Flaw::TooLong(MAX_LENGTH));
        }
        match self.escape {
            Escape::Html if !raw => text.chars().for_each(|c| escaped(c, &mut self.out)),
            _ => self.out.push_str(&text),
        }
        Ok(())
    }

    fn section(&mut self, name: &str, inverted: bool, nodes: &[Node]) -> Result<(), Flaw> {
        let found = self.find(name).filter(|value| holds(value));
        match (found, inverted) {
            (None, true) => self.nodes(nodes),
            (None, false) | (Some(_), true) => Ok(()),
            (Some(Value::Array(items)), false) => items.iter().try_for_each(|item| self.inside(item, nodes)),
            (Some(value), false) => self.inside(value, nodes),
        }
    }

    fn inside(&mut self, item: &'v Value, nodes: &[Node]) -> Result<(), Flaw> {
        self.step()?;
        self.items.push(item);
        let written = self.nodes(nodes);
        self.items.pop();
        written
    }

    /// The first part of a name is looked for from the innermost item outwards, the others below what was found.
    fn find(&self, name: &str) -> Option<&'v Value> {
        if name == "." {
            return self.items.last().copied();
        }
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        let inner = self.items.iter().rev().filter_map(|item| item.as_object());
        let found = inner.chain([self.variables]).find_map(|map| named(map, first))?;
        rest.map_or(Some(found), |rest| rest.split('.').try_fold(found, |value, part| named(value.as_object()?, part)))
    }
}

/// A variable by its name, or by its name in snake case: an official SDK converts the keys it sends (contract facts, 7.1).
fn named<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    map.get(name).or_else(|| map.get(&snake(name)))
}

fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for c in name.chars() {
        let joint = c.is_ascii_uppercase() || (c.is_ascii_digit() && !before.is_ascii_digit());
        if joint && before != '_' {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
        before = c;
    }
    out
}

/// Whether a section about the value is written.
fn holds(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn escaped(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        c => out.push(c),
    }
}
