//! From a path to a method of the table.

use percent_encoding::percent_decode_str;

use super::errors::Error;
use super::method::Method;
use super::table::METHODS;
use crate::google::Incoming;

/// A method found, with what its path says.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) method: &'static Method,
    /// `me`, an id or a user principal name.
    pub(crate) user: String,
    pub(crate) path: Vec<(&'static str, String)>,
    /// `v1.0` or `beta`.
    pub(crate) version: &'static str,
}

/// The version a path begins with, and the rest.
pub(crate) fn version(path: &str) -> Option<(&'static str, &str)> {
    ["v1.0", "beta"].into_iter().find_map(|version| {
        let rest = path.strip_prefix('/')?.strip_prefix(version)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| (version, rest.trim_start_matches('/')))
    })
}

/// The method this request calls.
pub(crate) fn find(incoming: &Incoming) -> Result<Found, Error> {
    let (version, rest) = version(&incoming.path).ok_or_else(|| Error::no_segment("root"))?;
    let words = words(rest);
    let (user, words) = user(&words);
    let words = collapsed(words);
    let (mut known, mut found) = (false, None);
    for method in METHODS.iter() {
        let Some(path) = bind(method.path, words) else { continue };
        known = true;
        if method.verb == incoming.method.as_str() {
            found = Some(Found { method, user: user.clone(), path, version });
            break;
        }
    }
    match found {
        Some(found) => Ok(found),
        None if known => Err(Error::no_verb()),
        None => Err(Error::no_segment(unknown(words))),
    }
}

/// The segments, decoded one by one so that an encoded slash stays inside its id. `messages('x')` is two of them, and
/// `microsoft.graph.delta()` is `delta`.
pub(crate) fn words(path: &str) -> Vec<String> {
    let mut words = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let plain = segment.strip_prefix("microsoft.graph.").unwrap_or(&segment);
        match plain.strip_suffix("')").and_then(|rest| rest.split_once("('")) {
            Some((name, key)) => words.extend([name.to_owned(), key.to_owned()]),
            None => words.push(plain.strip_suffix("()").unwrap_or(plain).to_owned()),
        }
    }
    words
}

/// Whose resources they are, and the rest. What belongs to nobody has the user `me`.
pub(crate) fn user(words: &[String]) -> (String, &[String]) {
    match words {
        [me, rest @ ..] if me.eq_ignore_ascii_case("me") => ("me".to_owned(), rest),
        [users, user, rest @ ..] if users.eq_ignore_ascii_case("users") => {
            let user = if user == "me-token-to-replace" { "me" } else { user };
            (user.to_owned(), rest)
        }
        _ => ("me".to_owned(), words),
    }
}

/// `mailFolders/a/childFolders/b/...` is about b.
fn collapsed(mut words: &[String]) -> &[String] {
    while let [folders, _, children, child, ..] = words {
        let chain = folders.eq_ignore_ascii_case("mailFolders") || folders.eq_ignore_ascii_case("childFolders");
        if !chain || !children.eq_ignore_ascii_case("childFolders") || child.starts_with('$') {
            break;
        }
        words = &words[2..];
    }
    words
}

/// Matches `messages/{id}` against the words and takes out what stands for the names; messages are also found under the
/// folder they lie in.
fn bind(pattern: &'static str, words: &[String]) -> Option<Vec<(&'static str, String)>> {
    if let Some(bound) = fit(pattern, words) {
        return Some(bound);
    }
    match words {
        [folders, folder, rest @ ..]
            if (folders.eq_ignore_ascii_case("mailFolders") || folders.eq_ignore_ascii_case("childFolders"))
                && pattern.starts_with("messages") =>
        {
            let mut bound = fit(pattern, rest)?;
            bound.push(("folder", folder.clone()));
            Some(bound)
        }
        [folders, rest @ ..] if folders.eq_ignore_ascii_case("childFolders") && pattern.starts_with("mailFolders") => {
            fit(pattern.strip_prefix("mailFolders/")?, rest)
        }
        _ => None,
    }
}

fn fit(pattern: &'static str, words: &[String]) -> Option<Vec<(&'static str, String)>> {
    let wanted = pattern.split('/').filter(|word| !word.is_empty());
    if wanted.clone().count() != words.len() {
        return None;
    }
    let mut bound = Vec::new();
    for (want, have) in wanted.zip(words) {
        match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
            Some(name) => bound.push((name, have.clone())),
            None if want.eq_ignore_ascii_case(have) => {}
            None => return None,
        }
    }
    Some(bound)
}

/// The first word that no method of the table can have at its place.
fn unknown(words: &[String]) -> &str {
    let starts = |count: usize| {
        METHODS.iter().any(|method| {
            let wanted: Vec<&str> = method.path.split('/').take(count).collect();
            wanted.len() == count
                && wanted.iter().zip(words).all(|(want, have)| want.starts_with('{') || want.eq_ignore_ascii_case(have))
        })
    };
    let known = (1..=words.len()).take_while(|count| starts(*count)).count();
    words.get(known).or(words.last()).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A method's name and what its path names.
    type Found = (&'static str, Vec<(&'static str, String)>);

    fn find_path(verb: &str, path: &str) -> Result<Found, String> {
        let incoming = Incoming {
            method: verb.parse().unwrap(),
            path: path.to_owned(),
            query: crate::google::Query::default(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
            base: String::new(),
        };
        find(&incoming).map(|found| (found.method.name, found.path)).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn the_libraries_spellings_of_a_path_all_lead_there() {
        for path in [
            "/v1.0/me/mailFolders/inbox/messages/delta",
            "/v1.0/me/mailFolders/inbox/messages/delta()",
            "/v1.0/me/mailFolders('inbox')/messages/microsoft.graph.delta()",
            "/v1.0/users/me-token-to-replace/mailfolders/x/childFolders/inbox/messages/delta",
        ] {
            let (name, bound) = find_path("GET", path).unwrap();
            assert_eq!((name, bound), ("graph.messages.delta", vec![("folder", "inbox".to_owned())]), "{path}");
        }
        let (name, bound) = find_path("GET", "/v1.0/me/messages/AAMk%2Fa%2Bb%3D/$value").unwrap();
        assert_eq!((name, bound), ("graph.messages.mime", vec![("id", "AAMk/a+b=".to_owned())]));
        let (name, _) = find_path("POST", "/v1.0/me/mailFolders/inbox/childFolders").unwrap();
        assert_eq!(name, "graph.folders.createChild");
    }

    #[test]
    fn a_slash_that_was_not_encoded_is_another_path() {
        let refused = find_path("GET", "/v1.0/me/messages/AAMk/a+b=").unwrap_err();
        assert!(refused.contains("Resource not found for the segment 'a+b='"), "{refused}");
        assert!(find_path("PUT", "/v1.0/me/messages").unwrap_err().contains("not allowed"));
    }
}
