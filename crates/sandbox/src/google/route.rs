//! From a path to a method of the table.

use percent_encoding::percent_decode_str;

use super::method::Method;
use super::table::METHODS;
use super::wire::Incoming;

/// By which door a call came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Door {
    /// `/gmail/v1`: JSON in the body.
    Plain,
    /// `/upload/gmail/v1` or `/resumable/upload/gmail/v1`: a message in the body.
    Upload,
}

/// A method found, with what its path says.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) method: &'static Method,
    pub(crate) door: Door,
    /// `me` or an address.
    pub(crate) user: String,
    pub(crate) path: Vec<(&'static str, String)>,
}

/// The method this request calls; `None` where Google has no such path.
pub(crate) fn find(incoming: &Incoming) -> Option<Found> {
    let (door, rest) = doors(&incoming.path)?;
    let (user, rest) = match rest.split_once('/') {
        Some((user, rest)) => (user, rest),
        None => (rest, ""),
    };
    let segments: Vec<&str> = rest.split('/').collect();
    let continued = door == Door::Upload && incoming.query.get("upload_id").is_some();
    METHODS.iter().filter(|method| door == Door::Plain || method.upload.is_some()).find_map(|method| {
        // A chunk is PUT to its session, whatever the method's own verb.
        let verb = continued || method.verb.name() == incoming.method.as_str();
        let path = verb.then(|| bind(method.path, &segments)).flatten()?;
        Some(Found { method, door, user: decode(user), path })
    })
}

fn doors(path: &str) -> Option<(Door, &str)> {
    const PLAIN: &str = "/gmail/v1/users/";
    if let Some(rest) = path.strip_prefix(PLAIN) {
        return Some((Door::Plain, rest));
    }
    let upload = path.strip_prefix("/upload").or_else(|| path.strip_prefix("/resumable/upload"))?;
    upload.strip_prefix(PLAIN).map(|rest| (Door::Upload, rest))
}

/// Matches `/messages/{id}` against the segments and takes out what stands for the names.
fn bind(pattern: &'static str, segments: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let pattern = pattern.trim_start_matches('/').split('/');
    if pattern.clone().count() != segments.len() {
        return None;
    }
    let mut bound = Vec::new();
    for (want, have) in pattern.zip(segments) {
        match want.strip_prefix('{').and_then(|want| want.strip_suffix('}')) {
            Some(name) if !have.is_empty() => bound.push((name, decode(have))),
            None if want == *have => {}
            _ => return None,
        }
    }
    Some(bound)
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
