//! Where somebody who follows changes stands: what the opaque tokens of delta links hold.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde::{Deserialize, Serialize};

use super::errors::Error;
use super::filter::{Condition, Field, Relation, Value};
use super::method::Call;
use super::paging::LARGEST;

/// A place in a sync. What is asked for is asked once; the tokens carry it on (facts 1.3).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Follow {
    /// Which sync of the mailbox.
    pub(crate) sync: u64,
    /// The generation this round began from; 0 in the first.
    pub(crate) generation: u64,
    /// The folder; 0 for the folders themselves.
    pub(crate) folder: u64,
    /// The change number up to which everything is known; 0 in the first round.
    pub(crate) since: u64,
    /// The last change number told in this round.
    pub(crate) told: u64,
    /// The change number when the first round began.
    pub(crate) start: u64,
    /// The last message told in the first round: date of arrival and key.
    pub(crate) place: Option<(i64, u64)>,
    pub(crate) wish: Wish,
}

/// What the caller asked for when it began.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub(crate) select: Option<String>,
    pub(crate) expand: Option<String>,
    pub(crate) filter: Option<String>,
    /// `created`, `updated` or `deleted`; all of them when left out.
    pub(crate) change_type: Option<String>,
    pub(crate) page: Option<usize>,
    pub(crate) hidden: bool,
}

/// Without a wish a page has ten entries.
const USUAL_PAGE: usize = 10;

impl Follow {
    pub(crate) fn read(token: &str) -> Result<Self, Error> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::sync_state_invalid())?;
        serde_json::from_slice(&bytes).map_err(|_| Error::sync_state_invalid())
    }

    pub(crate) fn write(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Entries on this page.
    pub(crate) fn page(&self, call: &Call<'_>) -> usize {
        call.prefer.page.or(self.wish.page).unwrap_or(USUAL_PAGE).clamp(1, LARGEST)
    }

    /// Whether a kind of change is wanted.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.wish
            .change_type
            .as_deref()
            .is_none_or(|wanted| wanted.split(',').any(|one| one.trim().eq_ignore_ascii_case(kind)))
    }

    /// The filter, which names nothing but the date of arrival.
    pub(crate) fn filter(&self) -> Result<Option<Condition>, Error> {
        let refused = || {
            Error::bad_query("The $filter of a delta query may only be 'receivedDateTime ge' or 'receivedDateTime gt'.")
        };
        let read = self.wish.filter.as_deref().map(Condition::parse).transpose()?;
        match &read {
            None | Some(Condition::Compare(Field::Received, Relation::Ge | Relation::Gt, Value::At(_))) => Ok(read),
            Some(_) => Err(refused()),
        }
    }
}

impl Wish {
    /// What a first request asks for.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Error> {
        let text = |name: &str| call.option(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let order = text("orderby").map(|order| order.split_whitespace().collect::<Vec<_>>().join(" "));
        if order.is_some_and(|order| !order.eq_ignore_ascii_case("receivedDateTime desc")) {
            return Err(Error::bad_query("The $orderby of a delta query may only be 'receivedDateTime desc'."));
        }
        if call.option("search").is_some() || call.option("skip").is_some() {
            return Err(Error::bad_query("$search and $skip are not supported with change tracking."));
        }
        Ok(Self {
            select: text("select"),
            expand: text("expand"),
            filter: text("filter"),
            change_type: text("changeType"),
            page: text("top").and_then(|top| top.parse().ok()),
            hidden: text("includeHiddenFolders").is_some_and(|value| value.eq_ignore_ascii_case("true")),
        })
    }
}
