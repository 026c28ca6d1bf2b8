//! Takes a response line apart (RFC 9051, 7.1): tag, status, response code; and finds them in what clients print.

use crate::wire::words;

/// Longest response code that is looked at.
const CODE_LIMIT: usize = 40;
/// Words before the status; a client's prefix is longer than a tag.
const PREFIX_WORDS: usize = 24;

/// The parts of a response.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response<'a> {
    /// NO, BAD or BYE.
    pub status: Option<&'a str>,
    /// The atom that opens the bracket.
    pub code: Option<&'a str>,
    /// The command, when the server repeats it after the status (`NO LOGIN failed`).
    pub command: Option<&'a str>,
}

impl<'a> Response<'a> {
    pub fn of(line: &'a str) -> Self {
        let head = line.split('[').next().unwrap_or(line);
        let mut seen = words(head, PREFIX_WORDS);
        // In upper case as servers write it; `no` in a sentence is not a status.
        let status = seen.by_ref().find(|word| ["NO", "BAD", "BYE"].contains(word));
        let command = status.and_then(|_| seen.next()).filter(|word| is_command(word));
        Self { status, code: code(line), command }
    }
}

fn is_command(word: &str) -> bool {
    const COMMANDS: &[&str] =
        &["LOGIN", "AUTHENTICATE", "SELECT", "EXAMINE", "APPEND", "CREATE", "STATUS", "FETCH", "STORE", "COPY", "MOVE"];
    COMMANDS.contains(&word)
}

/// The atom after the first bracket that holds one: letters, digits, `-`.
fn code(line: &str) -> Option<&str> {
    line.match_indices('[').take(4).find_map(|(at, _)| {
        let inner = &line[at + 1..];
        let end = inner.find([']', ' '])?;
        let atom = inner.get(..end).filter(|atom| (2..=CODE_LIMIT).contains(&atom.len()))?;
        let is_atom = atom.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        let has_letter = atom.bytes().any(|b| b.is_ascii_uppercase());
        (is_atom && has_letter).then_some(atom)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_and_without_tag() {
        let tagged = Response::of("a1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)");
        assert_eq!((tagged.status, tagged.code), (Some("NO"), Some("AUTHENTICATIONFAILED")));
        let printed = Response::of("IMAP error: unexpected BYE response: [OVERQUOTA] Account exceeded");
        assert_eq!((printed.status, printed.code), (Some("BYE"), Some("OVERQUOTA")));
        assert_eq!(Response::of("3 NO LOGIN failed.").command, Some("LOGIN"));
        assert_eq!(Response::of("[Gmail]/All Mail is gone").code, None);
        assert_eq!(Response::of("B1 NO [MODIFIED 2] x").code, Some("MODIFIED"));
    }
}
