//! Invented people, at addresses in domains that are reserved for examples (RFC 2606).

use super::Person;
use super::lang::Language;
use super::rng::Rng;

const DOMAINS: [&str; 8] = [
    "example.com",
    "example.org",
    "example.net",
    "kanzlei.example",
    "atelier.example",
    "mail.example",
    "studio.example",
    "post.example",
];

/// Somebody who writes in this language.
pub(super) fn invent(language: &Language, rng: &mut Rng) -> Person {
    let (given, given_ascii) = language.given[rng.below(language.given.len())];
    let (family, family_ascii) = language.family[rng.below(language.family.len())];
    let name = match language.family_first {
        true => format!("{family}{}{given}", language.name_gap),
        false => format!("{given}{}{family}", language.name_gap),
    };
    let local = match rng.below(4) {
        0 => given_ascii.to_owned(),
        1 => format!("{}{family_ascii}", &given_ascii[..1]),
        2 => format!("{given_ascii}_{family_ascii}{}", 60 + rng.below(40)),
        _ => format!("{given_ascii}.{family_ascii}"),
    };
    Person { name, email: format!("{local}@{}", rng.pick(&DOMAINS)) }
}

/// What a friend calls somebody: the given name, or the whole name where that is one word.
pub(super) fn short_name(person: &Person) -> &str {
    let name = person.name.trim();
    if name.is_empty() {
        return person.email.split('@').next().unwrap_or_default();
    }
    let first_is_family = name.chars().next().is_some_and(|c| ('\u{3000}'..'\u{E000}').contains(&c));
    let mut words = name.split_whitespace();
    let word = if first_is_family { words.next_back() } else { words.next() };
    word.unwrap_or(name)
}

/// The domain of an address.
pub(super) fn domain(person: &Person) -> &str {
    person.email.rsplit_once('@').map_or("sandbox.test", |(_, domain)| domain)
}
