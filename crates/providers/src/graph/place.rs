//! Where a listing continues: Graph's link, less what the next request says again anyway.
//!
//! The caller keeps it and repeats the query with another page size, so what the query says is left out of it and is said
//! anew. Callers can write into it what they like: no path is followed but those of listings of messages.

use model::Fault;
use model::sync::NativeQuery;
use serde::{Deserialize, Serialize};

use super::placement::Bins;
use super::query;

/// Where a listing continues, with what is not to be asked for again.
#[derive(Serialize, Deserialize)]
pub(super) struct Place {
    #[serde(rename = "p")]
    path: String,
    /// The link's query as it came; names alone stand for what the listing's own query says.
    #[serde(rename = "q")]
    pairs: String,
    /// Left out where they are many, and asked for again.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(super) bins: Option<Bins>,
}

/// Folders in the bins that a token holds at most.
const MOST_BELOW: usize = 4;

impl Place {
    /// The place a link leads to; `link` is below the version.
    pub(super) fn at(link: &str, query: &NativeQuery, limit: u32, bins: &Bins) -> Result<Self, Fault> {
        let asked = query::listing(query, limit)?;
        let (path, pairs) = link.split_once('?').unwrap_or((link, ""));
        let repeats = |pair: &&str| find(&asked, pair).is_some_and(|own| is_size(pair) || same(own, pair));
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let pairs = pairs.split('&').map(|pair| if repeats(&pair) { name(pair) } else { pair.to_owned() });
        let bins = (bins.below.len() <= MOST_BELOW).then(|| bins.clone());
        Ok(Self { path: path.to_owned(), pairs: pairs.collect::<Vec<_>>().join("&"), bins })
    }

    /// Reads a token; one that leads anywhere but to messages is refused.
    pub(super) fn read(token: &str) -> Result<Self, Fault> {
        let place: Option<Self> = serde_json::from_str(token).ok();
        place
            .filter(|place| lists_messages(&place.path))
            .ok_or_else(|| Fault::invalid("page_token", "The page token is not one of this list's."))
    }

    /// The token.
    pub(super) fn written(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// The link, with what the query says now.
    pub(super) fn link(&self, query: &NativeQuery, limit: u32) -> Result<String, Fault> {
        let asked = query::listing(query, limit)?;
        let whole = |pair| if str::contains(pair, '=') { pair } else { find(&asked, pair).unwrap_or(pair) };
        let pairs: Vec<&str> = self.pairs.split('&').map(whole).collect();
        Ok(format!("{}?{}", self.path, pairs.join("&")))
    }
}

/// The pair of the same name.
fn find<'a>(asked: &'a str, pair: &str) -> Option<&'a str> {
    let (_, pairs) = asked.split_once('?')?;
    let name = decoded(pair).0;
    pairs.split('&').find(|own| decoded(own).0.eq_ignore_ascii_case(&name))
}

fn is_size(pair: &str) -> bool {
    decoded(pair).0.eq_ignore_ascii_case("$top")
}

fn same(one: &str, other: &str) -> bool {
    decoded(one).1 == decoded(other).1
}

fn decoded(pair: &str) -> (String, String) {
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(name, value)| (name.into(), value.into()))
        .unwrap_or_default()
}

/// Whether a path is one that listings of messages have: of the whole mailbox or of a folder, under `/me` or as Graph's
/// own links say it, `/users('…')`.
fn lists_messages(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    let segments: Vec<&str> = path.split('/').collect();
    if !segments.iter().copied().all(is_plain) {
        return false;
    }
    let below = match segments[..] {
        ["me", ref below @ ..] | ["users", _, ref below @ ..] => below,
        [user, ref below @ ..] if is_keyed(user, "users") => below,
        _ => return false,
    };
    match *below {
        ["messages"] | ["mailFolders", _, "messages"] => true,
        [folder, "messages"] => is_keyed(folder, "mailFolders"),
        _ => false,
    }
}

/// `name('key')`.
fn is_keyed(segment: &str, name: &str) -> bool {
    segment.strip_prefix(name).is_some_and(|key| key.starts_with("('") && key.ends_with("')"))
}

/// What no reader of addresses takes for anything but one segment (WHATWG URL: dots, also escaped, go up; a backslash
/// separates; tabs and line ends are dropped).
fn is_plain(segment: &str) -> bool {
    let dots = segment.to_ascii_lowercase().replace("%2e", ".");
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:@".contains(&byte);
    !segment.is_empty() && dots != "." && dots != ".." && segment.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched() -> NativeQuery {
        NativeQuery { query: Some("subject:\"a b\" ada+bob".into()), ..NativeQuery::default() }
    }

    #[test]
    fn a_token_holds_what_graph_added_and_the_rest_is_said_anew() {
        let link = format!("{}&$skiptoken=x%2By", query::listing(&searched(), 50).unwrap());
        let token = Place::at(&link, &searched(), 50, &Bins::default()).unwrap().written().unwrap();
        assert!(token.len() < 120 && !token.contains("ada"), "{token}");
        let place = Place::read(&token).unwrap();
        assert_eq!(place.link(&searched(), 50).unwrap(), link);
        let other = place.link(&searched(), 7).unwrap();
        assert_eq!(other, link.replace("%24top=50", "%24top=7"));
    }

    #[test]
    fn what_graph_says_otherwise_is_kept_as_it_came() {
        let link = "/users('a%40x.test')/mailFolders('AA%2Fb')/messages?$search=\"x\"&$skip=10";
        let place = Place::at(link, &searched(), 50, &Bins::default()).unwrap();
        let place = Place::read(&place.written().unwrap()).unwrap();
        assert_eq!(place.link(&searched(), 7).unwrap(), link);
    }

    #[test]
    fn a_token_leads_to_messages_and_nowhere_else() {
        for path in ["/me/messages", "/me/mailFolders/AA%2Fb%3D/messages", "/users('x')/messages", "/users/x/messages"]
        {
            assert!(lists_messages(path), "{path}");
        }
        for path in [
            "/me",
            "/me/messages/x",
            "/me/messages/x/$value",
            "/me/drive/items/messages",
            "/me/mailFolders/../messages",
            "/me/mailFolders/%2E./messages",
            "/me/mailFolders/x\\y/messages",
            "/me/mailFolders/.\t./messages",
            "/me/mailFolders//messages",
            "//elsewhere.test/me/messages",
            "/users/messages",
            "me/messages",
        ] {
            assert!(!lists_messages(path), "{path}");
        }
    }
}
