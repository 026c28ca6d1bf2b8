//! What people write: a greeting, some paragraphs, a closing.

use super::lang::{Language, Slots, Topic, fill};
use super::rng::Rng;

/// A letter without its quotation.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub greeting: String,
    pub paragraphs: Vec<String>,
    pub closing: String,
}

const EMOJI: [&str; 8] = ["🙂", "🎉", "👍", "❤️", "🚆", "☕", "🏔️", "👩‍👧‍👦"];

/// The sentences of one conversation in an order of its own, so that its letters do not repeat each other.
#[derive(Debug)]
pub(super) struct Sentences {
    says: Vec<&'static str>,
    answers: Vec<&'static str>,
}

impl Sentences {
    pub(super) fn new(topic: &Topic, rng: &mut Rng) -> Sentences {
        Sentences { says: rng.shuffled(topic.says), answers: rng.shuffled(topic.answers) }
    }
}

/// The letter at `position` of a conversation: the first tells, the others answer first.
pub(super) fn write(
    language: &Language,
    sentences: &Sentences,
    position: usize,
    slots: &Slots<'_>,
    rng: &mut Rng,
) -> Letter {
    let answers = if position == 0 { 0 } else { 1 + rng.below(2) };
    let says = if position == 0 { 3 + rng.below(6) } else { rng.below(4) };
    // Each letter goes on where the one before may have stopped.
    let answers = sentences.answers.iter().cycle().skip(position * 2).take(answers.min(sentences.answers.len()));
    let says = sentences.says.iter().cycle().skip(position * 4).take(says.min(sentences.says.len()));
    let joint = if matches!(language.code, "zh" | "ja") { "" } else { " " };
    let mut paragraphs: Vec<String> = Vec::new();
    for (at, template) in answers.chain(says).enumerate() {
        let sentence = fill(template, language, slots, rng);
        match paragraphs.last_mut() {
            Some(last) if at % 4 != 0 && !rng.chance(22) => last.extend([joint, &sentence]),
            _ => paragraphs.push(sentence),
        }
    }
    if let (true, Some(last)) = (rng.chance(8), paragraphs.last_mut()) {
        last.extend([" ", rng.pick(&EMOJI)]);
    }
    let greeting = fill(rng.pick(language.greetings), language, slots, rng);
    let closing = fill(rng.pick(language.closings), language, slots, rng);
    Letter { greeting, paragraphs, closing }
}

impl Letter {
    /// As plain text, with the lines cut at `width` characters where the script has blanks.
    pub(super) fn text(&self, width: usize, flowed: bool) -> String {
        let mut text = format!("{}\r\n\r\n", self.greeting);
        for paragraph in &self.paragraphs {
            text.push_str(&wrap(paragraph, width, flowed));
            text.push_str("\r\n\r\n");
        }
        text + &self.closing.replace('\n', "\r\n") + "\r\n"
    }

    /// As HTML.
    pub(super) fn html(&self, rtl: bool) -> String {
        let dir = if rtl { "rtl" } else { "ltr" };
        let mut html = format!("<div dir=\"{dir}\"><p>{}</p>\r\n", escape(&self.greeting));
        for paragraph in &self.paragraphs {
            html.push_str(&format!("<p>{}</p>\r\n", escape(paragraph)));
        }
        html + &format!("<p>{}</p></div>\r\n", escape(&self.closing).replace('\n', "<br>"))
    }
}

/// Lines of at most `width` characters; zero leaves a paragraph in one line. A flowed line ends in a blank (RFC 3676).
pub(super) fn wrap(paragraph: &str, width: usize, flowed: bool) -> String {
    if width == 0 {
        return paragraph.to_owned();
    }
    let (mut text, mut column) = (String::with_capacity(paragraph.len() + 32), 0);
    for word in paragraph.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            text.push_str(if flowed { " \r\n" } else { "\r\n" });
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

/// Every line behind a `>`; an already quoted line gains one more.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + text.len() / 20);
    for line in text.trim_end().split("\r\n") {
        quoted.push('>');
        if !line.starts_with('>') && !line.is_empty() {
            quoted.push(' ');
        }
        quoted.push_str(line);
        quoted.push_str("\r\n");
    }
    quoted
}

/// Text inside HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
