//! Addresses in headers.

use super::words::encoded;
use crate::generate::Person;

/// `Name <address>`, the name quoted or encoded where it must be.
pub(in crate::generate) fn mailbox(person: &Person, charset: &str) -> String {
    let name = person.name.trim();
    if name.is_empty() {
        return person.email.clone();
    }
    if !name.is_ascii() {
        return format!("{} <{}>", encoded(name, charset), person.email);
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    match name.chars().all(atom) {
        true => format!("{name} <{}>", person.email),
        false => format!("\"{}\" <{}>", name.replace('\\', "\\\\").replace('"', "\\\""), person.email),
    }
}

/// Several addresses, one to a line.
pub(in crate::generate) fn mailboxes(people: &[Person], charset: &str) -> String {
    people.iter().map(|person| mailbox(person, charset)).collect::<Vec<_>>().join(",\r\n ")
}
