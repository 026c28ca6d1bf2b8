//! What a listing leaves in: labels, the search language, spam and trash.

use crate::google::dispatch::is_metadata_only;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::search::{Field, Query, Searchable};
use crate::world::labels::{Kind, Labels};
use crate::world::mailbox::State;
use crate::world::message::Message;

/// A listing's filter, as asked for in the query.
#[derive(Debug)]
pub(super) struct Filter {
    labels: Vec<String>,
    search: Option<Query>,
    hidden_too: bool,
    /// What the mailbox wrote itself is listed up to this instant, milliseconds since the epoch.
    indexed_until_ms: i64,
    me: String,
}

/// A message as the search language looks at it.
struct Seen<'a> {
    message: &'a Message,
    labels: &'a Labels,
    me: &'a str,
}

impl Filter {
    /// Reads `q`, `labelIds` and `includeSpamTrash`. A listing by the labels SPAM or TRASH shows them as well.
    pub(super) fn of(call: &Call<'_>, state: &State) -> Result<Self, Error> {
        let q = call.query.filled("q");
        if q.is_some() && is_metadata_only(&call.access) {
            return Err(Error::metadata_scope_query());
        }
        let labels: Vec<_> = call.query.all("labelIds").filter(|label| !label.is_empty()).map(str::to_owned).collect();
        if let Some(unknown) = labels.iter().find(|label| state.labels.get(label).is_none()) {
            return Err(Error::invalid_label(unknown));
        }
        let search = q.map(|q| Query::parse(q, call.world().clock().now()));
        let hidden_too = call.flag("includeSpamTrash")
            || labels.iter().any(|label| is_hidden(label))
            || search.as_ref().is_some_and(Query::wants_hidden);
        let indexed_until_ms = call.now_ms() - call.world().index_delay_ms().cast_signed();
        Ok(Self { labels, search, hidden_too, indexed_until_ms, me: call.mailbox.email.clone() })
    }

    /// Whether the message belongs into the listing.
    pub(super) fn admits(&self, message: &Message, state: &State) -> bool {
        self.is_indexed(message)
            && self.labels.iter().all(|label| message.has(label))
            && (self.hidden_too || !message.labels.iter().any(|label| is_hidden(label)))
            && self
                .search
                .as_ref()
                .is_none_or(|search| search.matches(&Seen { message, labels: &state.labels, me: &self.me }))
    }

    /// Drafts and sent mail can be read by their id before they are listed (facts 1.4).
    fn is_indexed(&self, message: &Message) -> bool {
        message.internal_date_ms <= self.indexed_until_ms || !(message.has("SENT") || message.has("DRAFT"))
    }
}

fn is_hidden(label: &str) -> bool {
    matches!(label, "SPAM" | "TRASH")
}

impl Searchable for Seen<'_> {
    fn header(&self, name: &str) -> Option<String> {
        self.message.content.header(name).map(str::to_owned)
    }

    fn addresses(&self, field: Field) -> Vec<String> {
        let name = match field {
            Field::From => "From",
            Field::To => "To",
            Field::Cc => "Cc",
            Field::Bcc => "Bcc",
            Field::DeliveredTo => "Delivered-To",
        };
        let fields = self.message.content.head().iter().filter(|(have, _)| have.eq_ignore_ascii_case(name));
        fields.flat_map(|(_, value)| split_list(value)).collect()
    }

    fn subject(&self) -> &str {
        self.message.content.header("Subject").unwrap_or_default()
    }

    fn text(&self) -> &str {
        &self.message.content.body().text
    }

    fn labels(&self) -> &[String] {
        &self.message.labels
    }

    fn label_names(&self) -> Vec<String> {
        let labels = self.message.labels.iter().filter_map(|id| self.labels.get(id));
        labels.filter(|label| label.kind == Kind::User).map(|label| label.name.clone()).collect()
    }

    fn internal_date_ms(&self) -> i64 {
        self.message.internal_date_ms
    }

    fn size(&self) -> u64 {
        self.message.content.raw().len() as u64
    }

    fn has_attachment(&self) -> bool {
        !self.message.content.body().filenames.is_empty()
    }

    fn filenames(&self) -> Vec<String> {
        self.message.content.body().filenames.clone()
    }

    fn rfc822_msgid(&self) -> Option<String> {
        self.message.content.header("Message-ID").map(str::to_owned)
    }

    fn list_id(&self) -> Option<String> {
        self.message.content.header("List-ID").map(str::to_owned)
    }

    fn me(&self) -> Option<String> {
        Some(self.me.to_owned())
    }
}

/// Splits an address list at its commas; those inside quotes or brackets do not count.
fn split_list(value: &str) -> Vec<String> {
    let (mut quoted, mut depth, mut start, mut found) = (false, 0_i32, 0, Vec::new());
    for (at, character) in value.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '<' | '(' if !quoted => depth += 1,
            '>' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth <= 0 => {
                found.push(value[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(value[start..].trim().to_owned());
    found.retain(|address| !address.is_empty());
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_is_split_at_its_own_commas_only() {
        assert_eq!(super::split_list("\"B, A\" <a@x>, c@x,"), ["\"B, A\" <a@x>", "c@x"]);
    }
}
