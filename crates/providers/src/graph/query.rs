//! From native queries to what Graph takes (facts 1.3): `$search` in KQL, or `$filter` where the query says so itself.

use model::Fault;
use model::sync::NativeQuery;

use super::http::segment;
use super::wire::SELECT;

/// Largest page Graph gives of messages.
const MAX_PAGE: u32 = 1000;

/// Path and query of a listing of messages.
pub(super) fn listing(query: &NativeQuery, limit: u32) -> Result<String, Fault> {
    let place = match &query.folder {
        Some(folder) => format!("/me/mailFolders/{}/messages", segment(folder.as_str())?),
        None => "/me/messages".to_owned(),
    };
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("$select", SELECT).append_pair("$top", &limit.clamp(1, MAX_PAGE).to_string());
    match Asked::of(query.query.as_deref().unwrap_or_default().trim()) {
        Asked::Everything => pairs.append_pair("$orderby", "receivedDateTime desc"),
        // Ordering a filtered listing is refused unless the filter names the property first; unordered it is newest first.
        Asked::Filter(filter) => pairs.append_pair("$filter", filter),
        // A search is sorted by date and takes no order.
        Asked::Search(words) => pairs.append_pair("$search", &quoted(words)),
    };
    // Graph reads a plus sign in a query as itself in places; a space is always understood as %20.
    Ok(format!("{place}?{}", pairs.finish().replace('+', "%20")))
}

/// What a query is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked<'q> {
    Everything,
    Filter(&'q str),
    Search(&'q str),
}

impl<'q> Asked<'q> {
    fn of(text: &'q str) -> Self {
        let after = |name: &str| text.strip_prefix(name).map(str::trim);
        match (after("$filter="), after("$search=")) {
            _ if text.is_empty() => Asked::Everything,
            (Some(filter), _) => Asked::Filter(filter),
            (_, Some(search)) => Asked::Search(search),
            _ => Asked::Search(text),
        }
    }
}

/// KQL stands between quotes; those inside are escaped. What is quoted as a whole already is left so.
fn quoted(words: &str) -> String {
    let inside = words.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inside.filter(|inside| !inside.contains('"')) {
        Some(_) => words.to_owned(),
        None => format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> String {
        let query = NativeQuery { query: Some(query.into()), ..NativeQuery::default() };
        let path = listing(&query, 9000).unwrap();
        let (_, pairs) = path.split_once('?').unwrap();
        let said = url::form_urlencoded::parse(pairs.as_bytes()).skip(2);
        said.map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn words_are_searched_and_filters_filter() {
        assert_eq!(asked("from:ada subject:x"), "$search=\"from:ada subject:x\"");
        assert_eq!(asked("\"an exact phrase\""), "$search=\"an exact phrase\"");
        assert_eq!(asked("subject:\"two words\" ada"), "$search=\"subject:\\\"two words\\\" ada\"");
        assert_eq!(asked("$filter=isRead eq false"), "$filter=isRead eq false");
        assert_eq!(asked("$search=\"ada\""), "$search=\"ada\"");
        assert_eq!(asked(" "), "$orderby=receivedDateTime desc");
    }

    #[test]
    fn folders_and_page_sizes_are_put_into_the_address() {
        let query = NativeQuery { folder: Some("AA/b=".into()), ..NativeQuery::default() };
        let path = listing(&query, 0).unwrap();
        assert!(path.starts_with("/me/mailFolders/AA%2Fb%3D/messages?%24select=id%2C"), "{path}");
        assert!(path.contains("%24top=1&") && path.ends_with("receivedDateTime%20desc"), "{path}");
    }
}
