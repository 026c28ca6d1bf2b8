//! Ways in which an answer can be hostile: random damage, and damage that knows the structure.

use proptest::prelude::*;
use proptest::sample::Index;

/// One change to an answer.
#[derive(Clone, Debug)]
pub enum Change {
    /// Another byte in its place, among them NUL, control characters and bytes that are no UTF-8.
    Byte(Index, u8),
    /// A byte more.
    Insert(Index, u8),
    /// Cut off.
    Cut(Index),
    /// From here on everything twice.
    Twice(Index),
    /// A piece that means something somewhere, in a place where it does not.
    Piece(Index, usize),
    /// The value after the first colon, bracket or equals sign from here on becomes this.
    Value(Index, usize),
    /// The whole inside that many levels of JSON or XML.
    Nest(u16, bool),
    /// Blown up with this piece, to about this many kilobytes, in front or behind.
    Blow(usize, u16, bool),
}

/// Pieces that some classifier looks for, and pieces that break readers.
const PIECES: &[&str] = &[
    "\0",
    "\r\nSet-Cookie: a=b\r\n",
    "\u{1b}]0;x\u{7}",
    "\u{202e}",
    "\u{feff}",
    "\\u0000",
    "\"",
    "\\\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "</",
    "<!--",
    "<![CDATA[",
    "&#0;",
    "<Status>99999</Status>",
    "<ResponseCode>",
    "ResponseCode",
    "AADSTS",
    "AADSTS99999999999999999999",
    "\"error\":",
    "\"code\":",
    "\"error\":{\"code\":",
    "Retry after ",
    "T",
    "550-5.1.1 ",
    "5.7.139",
    "a NO [",
    "[ALERT]",
    "BackOffMilliseconds\">",
    "Suggested Backoff Time: ",
    "99999999999999999999 milliseconds",
    "é",
    "<html>",
];

/// Values of the wrong size, type or sign.
const VALUES: &[&str] = &[
    "null",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "\"\"",
    "\"\\u0000\\r\\nX: y\"",
    "[]",
    "{}",
    "true",
    "NaN",
    "\"9999-99-99T99:99:99Z\"",
    "\"+262142-12-31T23:59:59Z\"",
    "\"1/min/{user}\"",
    "{\"error\":{\"error\":{}}}",
];

/// Any change.
pub fn change() -> impl Strategy<Value = Change> {
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        2 => (place(), prop_oneof![any::<u8>(), Just(0), 1_u8..32, 0x80_u8..]).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => place().prop_map(Change::Cut),
        1 => place().prop_map(Change::Twice),
        4 => (place(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Piece(at, piece)),
        3 => (place(), 0..VALUES.len()).prop_map(|(at, value)| Change::Value(at, value)),
        1 => (1_u16..3000, any::<bool>()).prop_map(|(depth, json)| Change::Nest(depth, json)),
        1 => (0..PIECES.len(), 1_u16..300, any::<bool>()).prop_map(|(piece, kilobytes, front)| Change::Blow(piece, kilobytes, front)),
    ]
}

/// Header values that servers and middleboxes have no business sending.
pub fn header() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,40}",
        "[0-9.,; -]{0,400}",
        "[\\x00-\\x1f0-9]{0,20}",
        Just("9".repeat(100_000)),
        Just("1,".repeat(50_000)),
        Just("Fri, 31 Dec 9999 23:59:59 GMT".to_owned()),
        Just("-99999999999".to_owned()),
    ]
}

/// The answer with the change made.
pub fn apply(mut body: Vec<u8>, change: &Change) -> Vec<u8> {
    let at = |index: &Index| index.index(body.len() + 1);
    match change {
        Change::Byte(index, byte) => {
            let at = at(index);
            if let Some(place) = body.get_mut(at) {
                *place = *byte;
            }
        }
        Change::Insert(index, byte) => body.insert(at(index), *byte),
        Change::Cut(index) => body.truncate(at(index)),
        Change::Twice(index) => body.extend_from_within(at(index)..),
        Change::Piece(index, piece) => {
            let at = at(index);
            body.splice(at..at, PIECES[*piece].bytes());
        }
        Change::Value(index, value) => {
            let start = at(index);
            let sign = body[start..].iter().position(|b| matches!(b, b':' | b'[' | b'=' | b'>'));
            if let Some(from) = sign.map(|sign| start + sign + 1) {
                let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b'<' | b'\n');
                let to = body[from..].iter().position(ends).map_or(body.len(), |end| from + end);
                body.splice(from..to, VALUES[*value].bytes());
            }
        }
        Change::Nest(depth, json) => {
            let (open, close) = if *json { ("{\"error\":", "}") } else { ("<a><b>", "</b></a>") };
            let depth = usize::from(*depth);
            body = [open.repeat(depth).into_bytes(), body, close.repeat(depth).into_bytes()].concat();
        }
        Change::Blow(piece, kilobytes, front) => {
            let piece = PIECES[*piece];
            let mass = piece.repeat(usize::from(*kilobytes) * 1024 / piece.len()).into_bytes();
            body = if *front { [mass, body].concat() } else { [body, mass].concat() };
        }
    }
    body
}
