//! Cleaning HTML: first a linear pass that leaves out quotes and signatures, then `ammonia`, which mends and sanitises
//! whatever the pass leaves, then Markdown where asked for.

use std::collections::HashSet;

use ammonia::Builder;

use super::{Options, marks};
use crate::parse::html::{self, Token};
use crate::parse::text;
use marks::Mark;

/// A closing is looked for among this many last blocks with text.
const CLOSING_BLOCKS: usize = 8;

/// What the author wrote of an HTML body, as HTML or Markdown.
pub(super) fn clean(document: &str, options: Options) -> String {
    let mut pass = Pass::new(document, options);
    pass.run();
    let kept = pass.finish();
    if is_hostile(&kept) {
        // Text escaped by us is safe as it is.
        let plain = text::from_html(&kept, false);
        return if options.html_as_markdown { plain } else { html::from_text(&plain) };
    }
    let safe = sanitise(&kept, options);
    if options.html_as_markdown { markdown(&safe) } else { safe.trim().to_owned() }
}

/// A stretch of text between block elements.
struct Block {
    /// Where it begins in the output.
    start: usize,
    text: String,
}

struct Pass<'x> {
    document: &'x str,
    options: Options,
    out: String,
    blocks: Vec<Block>,
    /// The element being left out and how often its name is open.
    skipping: Option<(String, u32)>,
    /// Everything that follows is left out.
    done: bool,
}

/// Elements that have no content and no closing tag (HTML 5 section 13.1.2).
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "wbr"
    )
}

impl<'x> Pass<'x> {
    fn new(document: &'x str, options: Options) -> Self {
        let out = String::with_capacity(document.len());
        Self { document, options, out, blocks: Vec::new(), skipping: None, done: false }
    }

    fn run(&mut self) {
        for token in html::scan(self.document) {
            if self.done {
                return;
            }
            if self.skipping.is_some() {
                self.skip(&token);
                continue;
            }
            match token {
                Token::Open(range, name) => self.open(&self.document[range], &name),
                Token::Close(range, name) => self.close(&self.document[range], &name),
                Token::Text(range) => self.text(&self.document[range]),
                Token::Hidden(_) => {}
            }
        }
    }

    fn skip(&mut self, token: &Token) {
        let Some((skipped, depth)) = &mut self.skipping else { return };
        match token {
            Token::Open(_, name) if name == skipped => *depth += 1,
            Token::Close(_, name) if name == skipped => *depth -= 1,
            _ => {}
        }
        if *depth == 0 {
            self.skipping = None;
        }
    }

    fn open(&mut self, tag: &'x str, name: &str) {
        let attribute = |key: &str| html::attribute(tag, key).unwrap_or_default();
        let mark = marks::of_element(name, attribute("class"), attribute("id"), attribute("type"), attribute("style"));
        match mark {
            Some(Mark::Quote) => return self.leave_out(name),
            Some(Mark::QuoteToEnd) => {
                self.drop_attribution();
                self.done = true;
                return;
            }
            Some(Mark::Signature) if self.options.remove_conclusion_phrases => return self.leave_out(name),
            // A quote by another name: introduced as one.
            None if name == "blockquote" && self.blocks.last().is_some_and(|b| marks::is_attribution(&b.text)) => {
                return self.leave_out(name);
            }
            _ => {}
        }
        if name == "img" {
            return self.image(tag);
        }
        self.boundary(name);
        self.out.push_str(tag);
    }

    fn leave_out(&mut self, name: &str) {
        self.drop_attribution();
        if !is_void(name) {
            self.skipping = Some((name.to_owned(), 1));
        }
    }

    /// Drops the paragraph that introduces the quote about to be left out.
    fn drop_attribution(&mut self) {
        let introduces = |b: &Block| marks::is_attribution(&b.text) || marks::is_separator(&b.text);
        if self.blocks.last().is_some_and(introduces)
            && let Some(block) = self.blocks.pop()
        {
            self.out.truncate(block.start);
        }
    }

    fn image(&mut self, tag: &str) {
        if self.options.ignore_images {
            return;
        }
        if self.options.images_as_markdown && !self.options.html_as_markdown {
            let (alt, src) = (html::attribute(tag, "alt"), html::attribute(tag, "src"));
            let clean = |s: Option<&str>| s.unwrap_or_default().replace(['<', '>', '[', ']', '(', ')'], "");
            self.out.push_str(&format!("![{}]({})", clean(alt), clean(src)));
        } else {
            self.out.push_str(tag);
        }
    }

    fn close(&mut self, tag: &str, name: &str) {
        if self.options.ignore_tables && matches!(name, "td" | "th") {
            self.out.push(' ');
        } else if self.options.ignore_tables && name == "tr" {
            self.out.push_str("<br>");
        }
        self.boundary(name);
        self.out.push_str(tag);
    }

    fn text(&mut self, text: &str) {
        let mut decoded = String::new();
        html::decode_entities(text, &mut decoded);
        if !decoded.trim().is_empty() {
            let line = decoded.replace(['\r', '\n'], " ");
            match self.blocks.last_mut() {
                // Once too long to be a mark, a block need not grow further.
                Some(block) if !block.text.ends_with('\n') && block.text.len() > marks::MAX_LINE => {}
                Some(block) if !block.text.ends_with('\n') => block.text.push_str(&line),
                _ => self.blocks.push(Block { start: self.out.len(), text: line }),
            }
            if self.ends_here() {
                self.done = true;
                return;
            }
        }
        // Written anew, with as few entities as can be: each costs the tree builder a walk over the text before it.
        for c in decoded.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }

    /// Whether the block under way is a line after which everything is quoted.
    fn ends_here(&mut self) -> bool {
        let Some(block) = self.blocks.last() else { return false };
        let separator = marks::is_separator(&block.text);
        let header = self.blocks.len() > 1
            && marks::begins_header_block(self.blocks[self.blocks.len() - 2..].iter().map(|b| b.text.as_str()));
        let cut = match (separator, header) {
            (true, _) => self.blocks.len() - 1,
            (_, true) => self.blocks.len() - 2,
            _ => return false,
        };
        self.out.truncate(self.blocks[cut].start);
        self.blocks.truncate(cut);
        true
    }

    /// Ends the block under way, unless the element stands inside lines.
    fn boundary(&mut self, name: &str) {
        if (!text::is_inline(name) || name == "body" || name == "html")
            && let Some(block) = self.blocks.last_mut()
            && !block.text.ends_with('\n')
        {
            block.text.push('\n');
        }
    }

    fn finish(mut self) -> String {
        if self.options.remove_conclusion_phrases {
            let tail = self.blocks.len().saturating_sub(CLOSING_BLOCKS);
            let ends = |b: &Block| {
                marks::is_closing(&b.text) || marks::is_advert(&b.text) || matches!(b.text.trim(), "--" | "—")
            };
            // A message that is nothing but thanks keeps them.
            if let Some(found) = (tail.max(1)..self.blocks.len()).find(|&i| ends(&self.blocks[i])) {
                self.out.truncate(self.blocks[found].start);
            }
        }
        self.out
    }
}

fn sanitise(document: &str, options: Options) -> String {
    let mut builder = Builder::default();
    let mut removed: HashSet<&str> = HashSet::new();
    if options.ignore_links {
        removed.insert("a");
    }
    if options.ignore_images {
        removed.insert("img");
    }
    if options.ignore_tables {
        removed.extend(["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "col", "colgroup"]);
    }
    builder.rm_tags(removed);
    // Inline images are referred to by `cid:` (RFC 2392).
    builder.add_url_schemes(["cid"]);
    builder.clean(document).to_string()
}

fn markdown(safe: &str) -> String {
    let converted = htmd::convert(safe).unwrap_or_else(|_| text::from_html(safe, false));
    converted.trim().to_owned()
}

/// Deeper documents are taken as text: building their tree takes quadratic time, and the Markdown converter recurses.
const MAX_DEPTH: i64 = 400;
/// More escaped characters between two tags make that text too slow to build.
const MAX_ENTITIES: usize = 5_000;
/// Formatting left open is opened again in every following paragraph (HTML 5, "reconstruct the active formatting
/// elements"): this many elements at most.
const MAX_REOPENED: i64 = 2_000_000;

/// Whether a tree of the document would be too deep or too large to build.
fn is_hostile(document: &str) -> bool {
    let formatting = |name: &str| {
        matches!(
            name,
            "a" | "b"
                | "big"
                | "code"
                | "em"
                | "font"
                | "i"
                | "nobr"
                | "s"
                | "small"
                | "strike"
                | "strong"
                | "tt"
                | "u"
        )
    };
    // Elements whose end tag may be left out do not count.
    let nesting =
        |name: &str| !is_void(name) && !matches!(name, "p" | "li" | "td" | "th" | "tr" | "dt" | "dd" | "option");
    let tags = html::scan(document).filter(|t| matches!(t, Token::Open(..))).count() as i64;
    let escaped = |token: Token| match token {
        Token::Text(range) => memchr::memchr_iter(b'&', &document.as_bytes()[range]).count(),
        _ => 0,
    };
    let entities = html::scan(document).map(escaped).max().unwrap_or(0);
    entities > MAX_ENTITIES || depth(document, nesting) > MAX_DEPTH || depth(document, formatting) * tags > MAX_REOPENED
}

/// How deeply elements that count are nested.
fn depth(document: &str, counts: impl Fn(&str) -> bool) -> i64 {
    let steps = html::scan(document).map(|token| match token {
        Token::Open(_, name) if counts(&name) => 1,
        Token::Close(_, name) if counts(&name) => -1,
        _ => 0,
    });
    let levels = steps.scan(0i64, |level, step| {
        *level = (*level + step).max(0);
        Some(*level)
    });
    levels.max().unwrap_or(0)
}
