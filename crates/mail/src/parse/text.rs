//! Bodies as plain text: for snippets and full-text search, and for the text part of what is sent.

use super::html::{self, Token};

/// Characters of a snippet.
const SNIPPET: usize = 100;

/// HTML as text with its lines kept: block elements and `<br>` break lines, list items get a dash. With `links`, the
/// target of a link is written behind its text.
pub(crate) fn from_html(document: &str, links: bool) -> String {
    let mut writer = Writer { out: String::with_capacity(document.len() / 4), link: None, links, pre: 0 };
    let mut skip = 0u32;
    for token in html::scan(document) {
        match token {
            // The document head holds no text; a head that never closes is ended by the body.
            Token::Open(_, name) if name == "head" => skip += 1,
            Token::Close(_, name) if name == "head" => skip = 0,
            Token::Open(range, name) => {
                if name == "body" {
                    skip = 0;
                }
                writer.open(&document[range], &name);
            }
            Token::Close(_, name) => writer.close(&name),
            Token::Text(range) if skip == 0 => writer.text(&document[range]),
            Token::Text(_) | Token::Hidden(_) => {}
        }
    }
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

/// What to write of a link's target: a web address, or the address of a `mailto:`.
fn target(href: &str) -> Option<String> {
    let mut target = String::new();
    html::decode_entities(href.trim(), &mut target);
    let scheme = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => Some(target),
        "mailto" => target.get(7..)?.split('?').next().filter(|address| address.contains('@')).map(str::to_owned),
        _ => None,
    }
}

struct Writer<'x> {
    out: String,
    /// Target of the link under way and where its text began.
    link: Option<(&'x str, usize)>,
    links: bool,
    /// Depth of `<pre>`.
    pre: u32,
}

impl<'x> Writer<'x> {
    fn open(&mut self, tag: &'x str, name: &str) {
        match name {
            "br" => self.out.push('\n'),
            "li" => {
                self.line();
                self.out.push_str("- ");
            }
            "td" | "th" => self.space(),
            "pre" => {
                self.line();
                self.pre += 1;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" => self.paragraph(),
            // What a picture shows is the caller's word for it; without one it is decoration.
            "img" if self.links => self.text(html::attribute(tag, "alt").unwrap_or_default()),
            "a" if self.links => {
                let href = html::attribute(tag, "href").unwrap_or_default();
                self.link = Some((href, self.out.len()));
            }
            name if is_inline(name) => {}
            _ => self.line(),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "pre" => {
                self.pre = self.pre.saturating_sub(1);
                self.line();
            }
            "td" | "th" => self.space(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" => self.paragraph(),
            name if is_inline(name) => {}
            _ => self.line(),
        }
    }

    fn end_link(&mut self) {
        if let Some((href, start)) = self.link.take()
            && let Some(target) = target(href)
        {
            let shown = self.out.get(start..).unwrap_or_default().trim();
            if !shown.is_empty() && !target.trim_end_matches('/').ends_with(shown.trim_end_matches('/')) {
                self.out.push_str(&format!(" <{target}>"));
            }
        }
    }

    fn text(&mut self, text: &str) {
        let mut decoded = String::with_capacity(text.len());
        html::decode_entities(text, &mut decoded);
        if self.pre > 0 {
            self.out.push_str(&decoded);
            return;
        }
        for c in decoded.chars() {
            if matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}') {
                self.space();
            } else {
                self.out.push(c);
            }
        }
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }

    fn line(&mut self) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }
}

/// Elements that do not break the line they stand in.
pub(crate) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "o:p"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "tt"
            | "u"
            | "var"
            | "wbr"
            | "html"
            | "body"
    )
}

/// White space runs become one space; invisible filler, with which newsletters pad their previews, is dropped.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            space = true;
        } else if is_filler(c) || (is_joiner(c) && (space || out.is_empty())) {
            // Joiners matter inside words of some scripts and inside emoji, and nowhere else.
        } else {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
        }
    }
    out
}

fn is_filler(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{200e}' | '\u{200f}')
}

/// The first 100 characters.
pub(crate) fn snippet(text: &str) -> String {
    text.chars().take(SNIPPET).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines_of_text() {
        let html = "<html><head><title>no</title><style>p{}</style></head><body><p>Hello&nbsp;<b>W</b>orld</p>\
            <ul><li>one</li><li>two</li></ul>a<br>b<script>x</script><table><tr><td>1</td><td>2</td></tr></table></body>";
        assert_eq!(from_html(html, false), "Hello\u{a0}World\n\n- one\n- two\n\na\nb\n\n1 2");
    }

    #[test]
    fn link_targets_are_shown_where_the_text_does_not_show_them() {
        let html = "<a href=\"https://x.test/?a=1&amp;b=2\">here</a> <a href='https://y.test/'>https://y.test</a>";
        assert_eq!(from_html(html, true), "here <https://x.test/?a=1&b=2> https://y.test");
    }

    #[test]
    fn folding_drops_filler_and_keeps_scripts_intact() {
        assert_eq!(fold(" a\u{a0}\r\n b\u{200b}\u{34f} \u{200c} \u{200c}c "), "a b c");
        assert_eq!(fold("می\u{200c}خواهم 👩\u{200d}💻"), "می\u{200c}خواهم 👩\u{200d}💻");
    }

    #[test]
    fn snippets_end_at_characters() {
        let text = "é".repeat(150);
        assert_eq!(snippet(&text).chars().count(), 100);
        assert_eq!(snippet("short"), "short");
    }
}
