//! Which message a report is about: from the copy it returns, and from its own header.

use model::Address;
use model::outbox::MARKER;

use super::status;
use crate::parse::tree::Tree;
use crate::parse::{address, fields, ids, words};

/// Fields of the returned header that are looked at.
const MOST_FIELDS: usize = 1_000;
/// Ids kept.
const MOST_IDS: usize = 50;

/// What a report tells of the message it is about.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Original {
    /// Message-IDs with angle brackets it may have, the likeliest first: of the returned copy, then what the report
    /// answers to, then what it refers to from the newest to the oldest. At most 50.
    pub message_ids: Vec<String>,
    /// The value of [`MARKER`] in the returned copy.
    pub submission: Option<String>,
    /// The returned copy's subject, decoded.
    pub subject: Option<String>,
    /// The returned copy's sender.
    pub from: Vec<Address>,
    /// The returned copy's `To`.
    pub to: Vec<Address>,
}

impl Original {
    pub(super) fn read(tree: &Tree<'_>) -> Self {
        let returned = Returned::read(tree);
        let own = |name: &str| tree.field(0, name).map(|text| ids(&text)).unwrap_or_default();
        let named = returned.get("Message-ID").map(ids).unwrap_or_default();
        let known_as = status::shared(tree, "X-Original-Message-ID").map(|text| ids(&text)).unwrap_or_default();
        let mut message_ids = Vec::new();
        let told = named.into_iter().chain(known_as).chain(own("In-Reply-To"));
        for id in told.chain(own("References").into_iter().rev()).take(MOST_IDS) {
            if !message_ids.contains(&id) {
                message_ids.push(id);
            }
        }
        let people = |name: &str| returned.get(name).map(address::list).unwrap_or_default();
        Self {
            message_ids,
            submission: returned.get(MARKER).map(|text| text.trim().chars().take(100).collect()),
            subject: returned.get("Subject").map(words::decode),
            from: people("From"),
            to: people("To"),
        }
    }
}

/// The header of the copy that a report returns.
struct Returned(Vec<(String, String)>);

impl Returned {
    fn read(tree: &Tree<'_>) -> Self {
        let is_copy = |kind: &str| {
            matches!(kind, "message/rfc822" | "message/global" | "text/rfc822-headers" | "message/global-headers")
        };
        let Some(part) = tree.parts.iter().skip(1).position(|p| is_copy(&p.content_type.value)) else {
            return Self(Vec::new());
        };
        let bytes = tree.bytes(part + 1);
        // Some servers put an empty line before the copy.
        let start = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let block = fields::block(&bytes, start, MOST_FIELDS, |_| false);
        let pair = |field: &fields::Field| {
            let name = String::from_utf8_lossy(&bytes[field.name.clone()]).into_owned();
            (name, fields::unfolded(&bytes[field.value.clone()], tree.fallback()))
        };
        Self(block.fields.iter().map(pair).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
