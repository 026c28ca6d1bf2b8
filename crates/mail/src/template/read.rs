//! Reading a template into its parts.

use super::Flaw;

/// Sections inside one another at most.
const MAX_DEPTH: usize = 32;
/// Longest name of a variable, in bytes.
const MAX_NAME: usize = 256;

/// A template that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Template {
    pub(super) nodes: Vec<Node>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Node {
    Text(String),
    Variable { name: String, raw: bool },
    Section { name: String, inverted: bool, nodes: Vec<Node> },
}

impl Template {
    /// Reads a template.
    pub fn read(source: &str) -> Result<Self, Flaw> {
        let mut reader = Reader { source, at: 0, open: Vec::new(), nodes: Vec::new() };
        while let Some(start) = source[reader.at..].find("{{") {
            let start = reader.at + start;
            reader.text(start);
            reader.tag(start)?;
        }
        reader.text(source.len());
        match reader.open.pop() {
            Some(open) => Err(reader.flaw(
                open.start,
                format!("the section `{}` is not closed; write `{{{{/{}}}}}`", open.name, open.name),
            )),
            None => Ok(Self { nodes: reader.nodes }),
        }
    }
}

struct Reader<'x> {
    source: &'x str,
    at: usize,
    open: Vec<Open>,
    /// Of the innermost open section.
    nodes: Vec<Node>,
}

/// A section under way, and the nodes before it.
struct Open {
    name: String,
    inverted: bool,
    start: usize,
    before: Vec<Node>,
}

impl Reader<'_> {
    fn flaw(&self, at: usize, reason: impl Into<String>) -> Flaw {
        Flaw::Unreadable { line: self.source[..at].matches('\n').count() + 1, reason: reason.into() }
    }

    fn text(&mut self, end: usize) {
        if self.at < end {
            self.nodes.push(Node::Text(self.source[self.at..end].to_owned()));
        }
    }

    fn tag(&mut self, start: usize) -> Result<(), Flaw> {
        let triple = self.source[start..].starts_with("{{{");
        let (inside, close) = if triple { (start + 3, "}}}") } else { (start + 2, "}}") };
        let unclosed = || self.flaw(start, format!("a tag is not closed; `{close}` is missing"));
        let length = self.source[inside..].find(close).ok_or_else(unclosed)?;
        let tag = &self.source[inside..inside + length];
        self.at = inside + length + close.len();
        if triple {
            return self.variable(start, tag, true);
        }
        let rest = tag.get(1..).unwrap_or_default();
        match tag.as_bytes().first() {
            Some(b'!') => self.alone(start),
            Some(b'#' | b'^') => self.begin(start, rest, tag.starts_with('^'))?,
            Some(b'/') => self.end(start, rest)?,
            Some(b'&') => return self.variable(start, rest, true),
            Some(b'>') => return Err(self.flaw(start, "partials (`{{> ...}}`) are not offered; write the text itself")),
            Some(b'=') => return Err(self.flaw(start, "delimiters cannot be changed; tags are `{{...}}`")),
            _ => return self.variable(start, tag, false),
        }
        Ok(())
    }

    fn name(&self, start: usize, text: &str) -> Result<String, Flaw> {
        let name = text.trim();
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"{}#^/&>=!\"'()".contains(c);
        let good = name == "." || name.split('.').all(|part| !part.is_empty() && part.chars().all(plain));
        match good && name.len() <= MAX_NAME {
            true => Ok(name.to_owned()),
            false => Err(self.flaw(
                start,
                format!("`{name}` is not the name of a variable; names have letters, digits, `_` and `.`"),
            )),
        }
    }

    fn variable(&mut self, start: usize, text: &str, raw: bool) -> Result<(), Flaw> {
        let name = self.name(start, text)?;
        self.nodes.push(Node::Variable { name, raw });
        Ok(())
    }

    fn begin(&mut self, start: usize, text: &str, inverted: bool) -> Result<(), Flaw> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.flaw(start, format!("more than {MAX_DEPTH} sections stand in one another")));
        }
        let name = self.name(start, text)?;
        self.alone(start);
        let before = std::mem::take(&mut self.nodes);
        self.open.push(Open { name, inverted, start, before });
        Ok(())
    }

    fn end(&mut self, start: usize, text: &str) -> Result<(), Flaw> {
        let name = text.trim();
        self.alone(start);
        match self.open.pop() {
            Some(open) if open.name == name => {
                let nodes = std::mem::replace(&mut self.nodes, open.before);
                self.nodes.push(Node::Section { name: open.name, inverted: open.inverted, nodes });
                Ok(())
            }
            Some(open) => Err(self.flaw(start, format!("`{name}` is closed while `{}` is open", open.name))),
            None => Err(self.flaw(start, format!("`{name}` is closed and was not opened"))),
        }
    }

    /// A section tag or comment that has a line to itself takes the line away with it.
    fn alone(&mut self, start: usize) {
        let line = self.source[..start].rfind('\n').map_or(0, |at| at + 1);
        let before = &self.source[line..start];
        let after = &self.source[self.at..];
        let end = after.find('\n').map_or(after.len(), |at| at + 1);
        if !before.trim().is_empty() || !after[..end].trim().is_empty() {
            return;
        }
        if !before.is_empty()
            && let Some(Node::Text(text)) = self.nodes.last_mut()
        {
            text.truncate(text.len() - before.len());
        }
        self.at += end;
    }
}
