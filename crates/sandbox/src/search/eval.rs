//! Matching a search against one message.

use super::Searchable;
use super::parser::bare_id;
use super::term::{Expr, Field, Scope, Term};
use super::words::{Phrase, fold, tokens};

pub(super) fn matches(expr: &Expr, message: &dyn Searchable) -> bool {
    match expr {
        Expr::All(parts) => parts.iter().all(|part| matches(part, message)),
        Expr::Any(parts) => parts.iter().any(|part| matches(part, message)),
        Expr::Not(inner) => !matches(inner, message),
        Expr::Term(term) => holds(term, message),
    }
}

fn holds(term: &Term, message: &dyn Searchable) -> bool {
    match term {
        Term::Words(scope, phrase) => words(*scope, phrase, message),
        Term::Around(left, right, distance) => {
            [message.subject(), message.text()].iter().any(|text| around(text, left, right, *distance))
        }
        Term::Me(field) => is_me(*field, message),
        Term::LabelId(id) => has_label(message, id),
        Term::NoLabelId(id) => !has_label(message, id),
        Term::LabelName(name) => named(message, name),
        Term::Archived => !["INBOX", "SENT", "DRAFT", "SPAM", "TRASH"].iter().any(|id| has_label(message, id)),
        Term::UserLabels => user_labelled(message),
        Term::NoUserLabels => !user_labelled(message),
        Term::Attachment => message.has_attachment(),
        Term::LinkTo(places) => places.iter().any(|place| message.text().contains(place)),
        Term::MessageId(id) => message.rfc822_msgid().is_some_and(|own| bare_id(&own) == id),
        Term::Since(instant) => message.internal_date_ms() >= *instant,
        Term::Until(instant) => message.internal_date_ms() < *instant,
        Term::Larger(size) => message.size() > *size,
        Term::Smaller(size) => message.size() < *size,
        Term::Everywhere => true,
        Term::Never => false,
    }
}

fn words(scope: Scope, phrase: &Phrase, message: &dyn Searchable) -> bool {
    let in_any = |texts: Vec<String>| texts.iter().any(|text| phrase.is_in(text));
    match scope {
        Scope::Address(field) => in_any(message.addresses(field)),
        Scope::Subject => phrase.is_in(message.subject()),
        Scope::Filename => in_any(message.filenames()),
        Scope::List => message.list_id().is_some_and(|list| phrase.is_in(&list)),
        Scope::Anywhere => {
            phrase.is_in(message.subject())
                || [Field::From, Field::To, Field::Cc, Field::Bcc].iter().any(|field| in_any(message.addresses(*field)))
                || phrase.is_in(message.text())
                || in_any(message.filenames())
        }
    }
}

fn around(text: &str, left: &Phrase, right: &Phrase, distance: usize) -> bool {
    let rights: Vec<usize> = right.positions(text).collect();
    let near = |l: usize| {
        rights.iter().any(|&r| match r >= l {
            true => r >= l + left.len() && r - (l + left.len()) <= distance,
            false => l >= r + right.len() && l - (r + right.len()) <= distance,
        })
    };
    !rights.is_empty() && left.positions(text).any(near)
}

fn is_me(field: Field, message: &dyn Searchable) -> bool {
    let Some(me) = message.me().map(|me| me.to_lowercase()) else {
        return (field == Field::From) == has_label(message, "SENT");
    };
    message.addresses(field).iter().any(|address| bare_address(address) == me)
}

fn bare_address(address: &str) -> String {
    let inner = address.rsplit_once('<').map_or(address, |(_, rest)| rest.trim_end().trim_end_matches('>'));
    inner.trim().to_lowercase()
}

fn has_label(message: &dyn Searchable, id: &str) -> bool {
    message.labels().iter().any(|label| label == id)
}

fn user_labelled(message: &dyn Searchable) -> bool {
    !message.label_names().is_empty()
}

/// Gmail writes `Family/Big trip` as `family-big-trip` in a search; ids of system labels are taken in any case.
fn named(message: &dyn Searchable, wanted: &str) -> bool {
    let wanted = label_key(wanted);
    if wanted.is_empty() {
        return false;
    }
    let names = message.label_names();
    names.iter().chain(message.labels()).any(|name| label_key(name) == wanted)
        || (wanted == "drafts" && has_label(message, "DRAFT"))
}

fn label_key(name: &str) -> String {
    tokens(name).map(|word| fold(word, false)).collect::<Vec<_>>().join("-")
}
