//! Page tokens: opaque digits that hold a place and the listing they belong to (facts 3.2).
//!
//! From the top: 16 bits of a hash over the listing's parameters, 48 bits of date, 64 bits of id.

use crate::google::errors::Error;
use crate::world::Id;
use crate::world::chance::stable_hash;
use crate::world::mailbox::Place;

/// What a listing was asked for; a token is good for the same only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing(u16);

impl Listing {
    /// The listing with these parameters, in this order.
    pub(super) fn of<'a>(parameters: impl IntoIterator<Item = &'a str>) -> Self {
        let text = parameters.into_iter().fold(String::new(), |text, parameter| text + parameter + "\0");
        let hash = stable_hash(text.as_bytes());
        // Never zero, so that short digit strings are no tokens.
        Self((hash ^ (hash >> 16) ^ (hash >> 32)) as u16 | 1)
    }

    /// The token for the page that begins at `place`.
    pub(super) fn token(self, place: Place) -> String {
        let date = u128::from(place.date_ms.clamp(0, (1 << 48) - 1).unsigned_abs());
        ((u128::from(self.0) << 112) | (date << 64) | u128::from(place.id.0)).to_string()
    }

    /// The place a token holds.
    pub(super) fn place(self, token: &str) -> Result<Place, Error> {
        let number: u128 = token.parse().map_err(|_| Error::invalid_page_token())?;
        if (number >> 112) as u16 != self.0 {
            return Err(Error::invalid_page_token());
        }
        let date_ms = ((number >> 64) as u64 & ((1 << 48) - 1)).cast_signed();
        Ok(Place { date_ms, id: Id(number as u64) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_listing_only() {
        let place = Place { date_ms: 1_790_000_000_123, id: Id(u64::MAX) };
        let listing = Listing::of(["me", "INBOX"]);
        assert_eq!(listing.place(&listing.token(place)).unwrap(), place);
        assert!(Listing::of(["me", "SENT"]).place(&listing.token(place)).is_err());
        for forged in ["", "abc", "1", "-4", "99999999999999999999999999999999999999999999"] {
            assert!(listing.place(forged).is_err(), "{forged}");
        }
    }
}
