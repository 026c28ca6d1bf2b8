//! Page tokens: opaque to the caller, checked when they come back.
//!
//! A token names the list it belongs to and the filters it was made under, because a position in one list means nothing
//! in another. `limit` is not part of it: an SDK asks for the rest of its count with the next page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::GrantId;
use model::page::Position;

use crate::error::Refusal;

/// Longest token taken. Ours are far shorter; providers' tokens inside them do not repeat the query, however long it is, and
/// have some hundred bytes.
const LONGEST: usize = 4096;
const VERSION: u8 = 1;
const HEAD: usize = 14;

/// Which list a token belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum List {
    /// Messages of the mirror.
    Messages = 1,
    /// Threads of the mirror.
    Threads = 2,
    /// Drafts of the mirror.
    Drafts = 3,
    /// Folders.
    Folders = 4,
    /// Messages, searched at the provider.
    NativeMessages = 5,
    /// Threads, searched at the provider.
    NativeThreads = 6,
    /// The outbox.
    Outbox = 7,
}

/// Makes and reads the tokens of one list of one grant under one set of filters.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    list: List,
    grant: GrantId,
    filters: u64,
}

impl Cursor {
    /// For a grant's list and the fingerprint of its filters ([`crate::extract::query::Query::fingerprint`]).
    pub fn new(list: List, grant: GrantId, filters: u64) -> Self {
        Self { list, grant, filters }
    }

    /// The token of a position in a mirrored list.
    pub fn position(&self, position: Position) -> String {
        self.token(&position.0.to_be_bytes())
    }

    /// The token around a provider's own.
    pub fn native(&self, provider_token: &str) -> String {
        self.token(provider_token.as_bytes())
    }

    /// Reads a token of a mirrored list.
    pub fn read_position(&self, token: &str) -> Result<Position, Refusal> {
        let place = self.open(token)?;
        let bytes: [u8; 8] = place.try_into().map_err(|_| garbage())?;
        Ok(Position(i64::from_be_bytes(bytes)))
    }

    /// Reads a token around a provider's own.
    pub fn read_native(&self, token: &str) -> Result<String, Refusal> {
        String::from_utf8(self.open(token)?).map_err(|_| garbage())
    }

    fn token(&self, place: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(HEAD + place.len());
        bytes.extend([VERSION, self.list as u8]);
        bytes.extend(self.grant_mark());
        bytes.extend(self.filters.to_be_bytes());
        bytes.extend(place);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The random end of the grant's id: tells mixed-up tokens apart and protects nothing, which is not its business.
    fn grant_mark(&self) -> [u8; 4] {
        let [.., a, b, c, d] = *self.grant.0.as_bytes();
        [a, b, c, d]
    }

    fn open(&self, token: &str) -> Result<Vec<u8>, Refusal> {
        if token.len() > LONGEST {
            return Err(garbage());
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| garbage())?;
        match bytes.get(..HEAD) {
            Some([VERSION, list, g0, g1, g2, g3, filters @ ..]) => {
                if *list != self.list as u8 {
                    return Err(refused("page_token belongs to another list; start again without it"));
                }
                if [*g0, *g1, *g2, *g3] != self.grant_mark() {
                    return Err(refused("page_token belongs to another grant; start again without it"));
                }
                if filters != self.filters.to_be_bytes() {
                    return Err(refused(
                        "page_token was made under other filters; repeat the filters of the first page, or start again without it",
                    ));
                }
            }
            _ => return Err(garbage()),
        }
        Ok(bytes.split_off(HEAD))
    }
}

fn garbage() -> Refusal {
    refused("page_token is not one of ours; send next_cursor as it came, or start again without it")
}

fn refused(message: &str) -> Refusal {
    Refusal::invalid("page_token", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: Cursor = Cursor { list: List::Messages, grant: GrantId(uuid::Uuid::nil()), filters: 77 };

    fn message(result: Result<Position, Refusal>) -> String {
        result.unwrap_err().fault().message.clone()
    }

    #[test]
    fn a_position_survives_the_way_out_and_back() {
        for place in [0, 1, -1, i64::MIN, i64::MAX] {
            assert_eq!(CURSOR.read_position(&CURSOR.position(Position(place))).unwrap(), Position(place));
        }
    }

    #[test]
    fn a_providers_token_survives_as_well() {
        assert_eq!(CURSOR.read_native(&CURSOR.native("09876/=+ü")).unwrap(), "09876/=+ü");
    }

    #[test]
    fn another_list_grant_or_other_filters_refuse_it() {
        let token = CURSOR.position(Position(5));
        let other = Cursor { grant: GrantId(uuid::Uuid::max()), ..CURSOR };
        assert!(message(other.read_position(&token)).contains("another grant"));
        let other = Cursor { list: List::Threads, ..CURSOR };
        assert!(message(other.read_position(&token)).contains("another list"));
        let other = Cursor { filters: 78, ..CURSOR };
        assert!(message(other.read_position(&token)).contains("repeat the filters"));
    }

    proptest::proptest! {
        #[test]
        fn garbage_is_refused_by_name(token in ".{0,64}") {
            proptest::prop_assert!(message(CURSOR.read_position(&token)).contains("page_token"));
        }
    }
}
