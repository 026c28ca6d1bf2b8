//! Phrases: a small grammar of letters for each language.
//!
//! A sentence stands on its own, so that any order of them reads like a letter. Slots: `{to}` and `{me}` given names,
//! `{day}` and `{place}` as adverbs ("on Monday", "at the station"), `{time}`, `{n}` a small number, `{file}` a document.

mod arabic;
mod chinese;
mod english;
mod french;
mod german;
mod greek;
mod hebrew;
mod hindi;
mod japanese;
mod korean;
mod polish;
mod russian;
mod thai;

use super::rng::Rng;

/// One language as its writers use it.
#[derive(Debug)]
pub(super) struct Language {
    /// ISO 639-1 code.
    pub code: &'static str,
    /// Offset of its writers' clocks from UTC, in hours.
    pub offset_hours: i8,
    /// Charsets besides UTF-8 that its writers' programs use.
    pub charsets: &'static [&'static str],
    /// Given names, each with its spelling in an address.
    pub given: &'static [(&'static str, &'static str)],
    /// Family names, likewise.
    pub family: &'static [(&'static str, &'static str)],
    /// Whether the family name comes first.
    pub family_first: bool,
    /// What stands between the names.
    pub name_gap: &'static str,
    pub greetings: &'static [&'static str],
    pub closings: &'static [&'static str],
    /// The line above a quotation, with `{date}` and `{who}`.
    pub attribution: &'static str,
    /// What a reply's subject begins with.
    pub reply_prefix: &'static str,
    /// Monday to Sunday as adverbs.
    pub days: [&'static str; 7],
    pub places: &'static [&'static str],
    /// Names of documents, without extension.
    pub files: &'static [&'static str],
    pub topics: &'static [Topic],
    /// Written from right to left.
    pub rtl: bool,
}

/// Something to write about.
#[derive(Debug)]
pub(super) struct Topic {
    pub subjects: &'static [&'static str],
    /// What the first letter says.
    pub says: &'static [&'static str],
    /// What an answer says.
    pub answers: &'static [&'static str],
}

/// All languages; English first.
pub(super) static LANGUAGES: [&Language; 13] = [
    &english::LANGUAGE,
    &german::LANGUAGE,
    &french::LANGUAGE,
    &polish::LANGUAGE,
    &russian::LANGUAGE,
    &greek::LANGUAGE,
    &arabic::LANGUAGE,
    &hebrew::LANGUAGE,
    &hindi::LANGUAGE,
    &thai::LANGUAGE,
    &chinese::LANGUAGE,
    &japanese::LANGUAGE,
    &korean::LANGUAGE,
];

/// English for somewhat less than half of all mail, the others alike.
pub(super) fn pick(rng: &mut Rng) -> &'static Language {
    if rng.chance(42) { LANGUAGES[0] } else { LANGUAGES[1 + rng.below(LANGUAGES.len() - 1)] }
}

/// What goes into the slots of a letter.
pub(super) struct Slots<'a> {
    pub to: &'a str,
    pub me: &'a str,
}

/// A sentence with its slots filled; two draws for the same slot may differ, as people's letters do.
pub(super) fn fill(template: &str, language: &Language, slots: &Slots<'_>, rng: &mut Rng) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((slot, after)) = after.split_once('}') else { break };
        rest = after;
        match slot {
            "to" => text.push_str(slots.to),
            "me" => text.push_str(slots.me),
            "day" => text.push_str(rng.pick(&language.days)),
            "place" => text.push_str(rng.pick(language.places)),
            "file" => text.push_str(rng.pick(language.files)),
            "time" => text.push_str(&format!("{}:{:02}", 8 + rng.below(11), 15 * rng.below(4))),
            _ => text.push_str(&(2 + rng.below(28)).to_string()),
        }
    }
    text + rest
}
