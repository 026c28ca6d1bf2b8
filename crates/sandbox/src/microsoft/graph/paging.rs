//! Pages of a listing: `$top`, `$skip`, and the link to the rest.

use serde_json::{Map, Value};

use super::errors::Error;
use super::method::Call;
use crate::google::Query;

/// Without `$top` a page has ten entries (facts 1.3).
const USUAL: usize = 10;
/// The largest `$top`.
pub(crate) const LARGEST: usize = 1000;

/// Which part of a list this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Page {
    pub(crate) from: usize,
    pub(crate) size: usize,
    pub(crate) total: usize,
}

impl Page {
    /// The page that `$top` and `$skip` ask for, of a list of so many.
    pub(crate) fn of(call: &Call<'_>, total: usize) -> Result<Self, Error> {
        let size = number(call, "top")?.or(call.prefer.page).unwrap_or(USUAL);
        if size > LARGEST {
            return Err(Error::bad_query(format!(
                "The limit of '{LARGEST}' for Top query has been exceeded. The value from the incoming request is '{size}'."
            )));
        }
        if size == 0 {
            return Err(Error::bad_query(
                "Invalid value '0' for $top query option found. The $top query option requires a positive integer value.",
            ));
        }
        // Listings go on by `$skip`, searches by a token; both are the place in the list.
        let from = number(call, "skip")?.or(number(call, "skiptoken")?).unwrap_or(0);
        Ok(Self { from, size, total })
    }

    /// Its entries.
    pub(crate) fn slice<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let from = self.from.min(all.len());
        &all[from..(from + self.size).min(all.len())]
    }

    /// Where the next one begins, when there is one.
    fn next(&self) -> Option<usize> {
        let end = self.from + self.size;
        (end < self.total).then_some(end)
    }
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Error> {
    let read = |value: &str| {
        value.parse().map_err(|_| Error::bad_query(format!("Invalid value '{value}' for ${name} query option found. The ${name} query option requires a non-negative integer value.")))
    };
    call.option(name).map(read).transpose()
}

/// The collection as JSON.
pub(crate) fn listing(call: &Call<'_>, context: String, shown: Vec<Value>, page: &Page) -> Value {
    let mut listing = Map::new();
    listing.insert("@odata.context".into(), context.into());
    if call.option("count").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        listing.insert("@odata.count".into(), page.total.into());
    }
    listing.insert("value".into(), shown.into());
    if let Some(next) = page.next() {
        let name = if call.option("search").is_some() { "$skiptoken" } else { "$skip" };
        listing.insert("@odata.nextLink".into(), link(call, &[(name, &next.to_string())], &[name]).into());
    }
    listing.into()
}

/// This call's address with one option and no other.
pub(crate) fn bare_link(call: &Call<'_>, name: &str, value: &str) -> String {
    format!("{}?{name}={value}", call.url)
}

/// This call's address with options added, and others left out.
pub(crate) fn link(call: &Call<'_>, added: &[(&str, &str)], without: &[&str]) -> String {
    let kept = call
        .query
        .0
        .iter()
        .filter(|(name, _)| !without.iter().any(|out| name.trim_start_matches('$') == out.trim_start_matches('$')));
    let mut query = Query(kept.cloned().collect());
    query.0.extend(added.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    // Form encoding writes a blank as `+`, which in Graph's own links is %20.
    format!("{}?{}", call.url, query.to_text().replace('+', "%20"))
}
