//! Which messages a listing wants: `$filter`, `$search` and `$orderby`, and what may not be combined (facts 1.3).

use super::errors::Error;
use super::filter::{Condition, Field};
use super::kql::Query;
use super::method::Call;
use crate::microsoft::mail::ExchangeMailbox;
use crate::microsoft::mail::item::Item;

/// A search finds no more than so many.
const MOST_FOUND: usize = 1000;

/// What is wanted.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    filter: Option<Condition>,
    search: Option<Query>,
    order: Vec<(Field, bool)>,
}

impl Wanted {
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Error> {
        let filled = |name| call.option(name).filter(|text: &&str| !text.trim().is_empty());
        let filter = filled("filter").map(Condition::parse).transpose()?;
        let search = filled("search").map(Query::parse).transpose()?;
        let order = filled("orderby").map(order).transpose()?.unwrap_or_default();
        if search.is_some() && (filter.is_some() || !order.is_empty()) {
            return Err(Error::new(
                400,
                "SearchWithFilter",
                "The query parameter '$search' cannot be combined with '$filter' or '$orderby'.",
            ));
        }
        if search.is_some() && call.option("skip").is_some() {
            return Err(Error::new(
                400,
                "SearchWithSkip",
                "The query parameter '$skip' is not supported with '$search'.",
            ));
        }
        if let Some(filter) = &filter {
            sorted_by_what_is_filtered(filter, &order)?;
        }
        Ok(Self { filter, search, order })
    }

    /// Those of these messages, which come newest first, in the order that is asked for.
    pub(crate) fn of_all<'i>(&self, mailbox: &ExchangeMailbox, items: Vec<&'i Item>) -> Vec<&'i Item> {
        let wanted = |item: &&Item| {
            self.filter.as_ref().is_none_or(|filter| filter.holds(item, &mailbox.naming))
                && self.search.as_ref().is_none_or(|search| search.finds(item))
        };
        let mut found: Vec<&Item> = items.into_iter().filter(wanted).collect();
        if self.search.is_some() {
            found.truncate(MOST_FOUND);
        }
        for (field, descending) in self.order.iter().rev() {
            let compare = |a: &&Item, b: &&Item| field.value(a, &mailbox.naming).cmp(&field.value(b, &mailbox.naming));
            found.sort_by(|a, b| if *descending { compare(b, a) } else { compare(a, b) });
        }
        found
    }
}

fn order(text: &str) -> Result<Vec<(Field, bool)>, Error> {
    let one = |part: &str| {
        let (name, direction) = part.trim().split_once(' ').unwrap_or((part.trim(), "asc"));
        let field = Field::named(name).ok_or_else(|| Error::no_property(name, "message"))?;
        match direction.trim().to_ascii_lowercase().as_str() {
            "asc" => Ok((field, false)),
            "desc" => Ok((field, true)),
            _ => Err(Error::bad_query(format!("Syntax error in $orderby: '{part}'."))),
        }
    };
    text.split(',').map(one).collect()
}

/// What is sorted by must be filtered by: first, and in the same order.
fn sorted_by_what_is_filtered(filter: &Condition, order: &[(Field, bool)]) -> Result<(), Error> {
    let mut fields = Vec::new();
    filter.fields(&mut fields);
    fields.dedup();
    let agree = order.iter().map(|(field, _)| *field).eq(fields.iter().take(order.len()).copied());
    if agree { Ok(()) } else { Err(Error::inefficient()) }
}
