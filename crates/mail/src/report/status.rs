//! The part of a report that machines read: `message/delivery-status` (RFC 3464) and `message/global-delivery-status`
//! (RFC 6533).

use crate::parse::tree::Tree;
use crate::parse::{date, fields};

/// Recipients of one report; further ones are passed over.
const MOST_RECIPIENTS: usize = 1_000;
/// Fields of one group.
const MOST_FIELDS: usize = 100;
/// Longer diagnostics are cut, in characters.
const MOST_DIAGNOSTIC: usize = 1_000;
/// Longer addresses are no addresses (RFC 5321 section 4.5.3.1: 64 + 1 + 255).
const MOST_ADDRESS: usize = 320;

/// What a mail system did with the message for one recipient (RFC 3464 section 2.3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// It will not be delivered.
    Failed,
    /// It was not delivered so far; it is tried further.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It was handed to a system that does not report.
    Relayed,
    /// It was delivered and sent on to several.
    Expanded,
}

impl Action {
    fn read(word: &str) -> Option<Self> {
        let word = word.split([' ', '\t', '(']).next().unwrap_or_default().to_ascii_lowercase();
        Some(match word.as_str() {
            "failed" => Self::Failed,
            "delayed" => Self::Delayed,
            "delivered" => Self::Delivered,
            "relayed" => Self::Relayed,
            "expanded" => Self::Expanded,
            _ => return None,
        })
    }

    /// What a status class amounts to where the action is not said.
    pub(super) fn of_status(status: &str) -> Option<Self> {
        match status.as_bytes().first()? {
            b'5' => Some(Self::Failed),
            b'4' => Some(Self::Delayed),
            b'2' => Some(Self::Delivered),
            _ => None,
        }
    }
}

/// What became of the message for a recipient.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What was done.
    pub action: Action,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// SMTP reply code, 200 to 599.
    pub code: Option<u16>,
    /// What the refusing system said, its protocol's name left out; at most 1,000 characters.
    pub diagnostic: Option<String>,
    /// The system that refused, its name type left out.
    pub remote_mta: Option<String>,
    /// Until when a delayed message is tried, Unix seconds.
    pub will_retry_until: Option<i64>,
}

/// A recipient of the message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipient {
    /// The address as the sender wrote it where the report tells, else the one it was delivered to in the end.
    pub address: String,
    /// The address it was delivered to in the end, when it differs.
    pub forwarded_to: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The recipients named by the status parts of a report.
pub(super) fn recipients(tree: &Tree<'_>) -> Vec<Recipient> {
    let is_status = |kind: &str| matches!(kind, "message/delivery-status" | "message/global-delivery-status");
    let parts = (0..tree.parts.len()).filter(|&i| is_status(&tree.parts[i].content_type.value));
    let bodies = parts.map(|index| tree.bytes(index));
    bodies.flat_map(|body| groups(&body)).filter_map(|group| recipient(&group)).take(MOST_RECIPIENTS).collect()
}

/// The value of a field that all recipients share, from the first status part that has it.
pub(super) fn shared(tree: &Tree<'_>, name: &str) -> Option<String> {
    let part = tree.parts.iter().position(|p| p.content_type.value.ends_with("delivery-status"))?;
    groups(&tree.bytes(part)).first().and_then(|group| group.get(name).map(str::to_owned))
}

/// The fields between two empty lines.
struct Group(Vec<(String, String)>);

impl Group {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn typed(&self, name: &str) -> Option<String> {
        self.get(name).map(untyped).filter(|text| !text.is_empty())
    }
}

fn groups(body: &[u8]) -> Vec<Group> {
    let (mut groups, mut at) = (Vec::new(), 0);
    while at < body.len() && groups.len() <= MOST_RECIPIENTS {
        let block = fields::block(body, at, MOST_FIELDS, |_| false);
        // What is no field is passed over line by line.
        at = if block.body > at { block.body } else { fields::line_end(body, at) };
        let pair = |field: &fields::Field| {
            let name = String::from_utf8_lossy(&body[field.name.clone()]).into_owned();
            (name, fields::unfolded(&body[field.value.clone()], None))
        };
        let fields: Vec<_> = block.fields.iter().map(pair).collect();
        if !fields.is_empty() {
            groups.push(Group(fields));
        }
    }
    groups
}

fn recipient(group: &Group) -> Option<Recipient> {
    let last = group.get("Final-Recipient").and_then(mailbox);
    let first = group.get("Original-Recipient").and_then(mailbox);
    let address = first.clone().or_else(|| last.clone())?;
    let forwarded_to = last.filter(|last| first.is_some() && !last.eq_ignore_ascii_case(&address));
    let diagnostic = group.typed("Diagnostic-Code").map(|text| tidy(&text, MOST_DIAGNOSTIC));
    let told = diagnostic.as_deref().map(codes).unwrap_or_default();
    let status = group.get("Status").and_then(|text| codes(text).1).or(told.1);
    let action = group.get("Action").and_then(Action::read).or_else(|| Action::of_status(status.as_deref()?))?;
    let outcome = Outcome {
        action,
        status,
        code: told.0,
        diagnostic,
        remote_mta: group.typed("Remote-MTA").map(|text| tidy(&text, MOST_ADDRESS)),
        will_retry_until: group.get("Will-Retry-Until").and_then(date),
    };
    Some(Recipient { address, forwarded_to, outcome })
}

/// What follows the type: `dns; mx.example.org`, `smtp; 550 ...`.
fn untyped(text: &str) -> String {
    text.split_once(';').map_or(text, |(_, rest)| rest).trim().to_owned()
}

/// An address with its type: `rfc822; a@x.org`, `utf-8; ...` with the escapes of RFC 6533 section 3.
pub(super) fn mailbox(text: &str) -> Option<String> {
    let (kind, rest) = text.split_once(';').unwrap_or(("rfc822", text));
    let bare = rest.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let address = if kind.trim().eq_ignore_ascii_case("utf-8") { unescaped(bare) } else { bare.to_owned() };
    let plausible = address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let clean = !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ','));
    (plausible && clean && address.chars().count() <= MOST_ADDRESS).then_some(address)
}

/// `\x{E4}` as the character it stands for; what is no such escape is left as it is.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        let window = after.char_indices().take(8).find(|(_, c)| *c == '}').map(|(at, _)| at);
        let hex = window.and_then(|end| u32::from_str_radix(&after[..end], 16).ok());
        out.push_str(before);
        match (window, hex.and_then(char::from_u32)) {
            (Some(end), Some(c)) => {
                out.push(c);
                rest = &after[end + 1..];
            }
            _ => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The SMTP reply code a text has first, and the enhanced status code it has first, where they agree about their class.
pub(super) fn codes(text: &str) -> (Option<u16>, Option<String>) {
    let mut code = None;
    for token in text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|token| token.trim_end_matches('.')) {
        if is_enhanced(token) && code.is_none_or(|code: u16| token.starts_with(&(code / 100).to_string())) {
            return (code, Some(token.to_owned()));
        }
        let reply = token.parse().ok().filter(|n| token.len() == 3 && matches!(n, 200..=599));
        code = code.or(reply);
    }
    (code, None)
}

/// Whether it is `class.subject.detail` (RFC 3463 section 2).
fn is_enhanced(token: &str) -> bool {
    let mut parts = token.split('.');
    let number = |part: Option<&str>| part.is_some_and(|p| (1..=3).contains(&p.len()));
    matches!(parts.next(), Some("2" | "4" | "5"))
        && number(parts.next())
        && number(parts.next())
        && parts.next().is_none()
}

/// Text of a limited length with its white space folded.
pub(super) fn tidy(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > most * 4 {
            break;
        }
    }
    out.chars().take(most).collect()
}
