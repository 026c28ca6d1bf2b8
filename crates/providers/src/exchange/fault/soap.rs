//! Reads what a classifier needs out of a SOAP answer, by scanning: error bodies come cut off, with mismatched tags and
//! mixed with HTML, and nothing of a refused answer is worth an XML tree.

use memchr::memmem;
use model::Timestamp;

use crate::retry_after;

/// Elements that are looked at; a batch answers with one response message per item.
const ELEMENT_LIMIT: usize = 64;
/// Longest text of an element.
const TEXT_LIMIT: usize = 256;

/// The response codes in the order they stand in: of messages, of faults (`e:ResponseCode`), of the fault code and the
/// inner code that some 500 answers carry in `MessageXml`.
pub(crate) fn codes(text: &str) -> impl Iterator<Item = &str> {
    let inner = value_named(text, "InnerErrorResponseCode");
    let elements = elements(text, "ResponseCode").chain(elements(text, "faultcode"));
    let elements = elements.map(|code| code.rsplit_once(':').map_or(code, |(_, local)| local));
    inner.into_iter().chain(elements).filter(|code| is_failure(code))
}

/// Whether a text can be the response code of a failure.
pub(crate) fn is_failure(code: &str) -> bool {
    !code.is_empty() && code.len() <= TEXT_LIMIT && code != "NoError" && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// `BackOffMilliseconds` (EWS throttling): the whole mailbox stays away until then.
pub(crate) fn back_off(text: &str, now: Timestamp) -> Option<Timestamp> {
    retry_after::milliseconds(value_named(text, "BackOffMilliseconds")?)?.until(now)
}

/// The text of the first element of this local name.
pub(crate) fn element<'t>(text: &'t str, name: &'t str) -> Option<&'t str> {
    elements(text, name).next()
}

fn elements<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    let places = memmem::find_iter(text.as_bytes(), name.as_bytes()).take(ELEMENT_LIMIT);
    places.filter_map(move |at| element_at(text, at, name.len()))
}

/// The text of the element whose local name is at `at`, if that is an opening tag.
fn element_at(text: &str, at: usize, len: usize) -> Option<&str> {
    let before = text[..at].bytes().rev().take(20).find(|b| !b.is_ascii_alphanumeric() && *b != b':')?;
    let rest = &text[at + len..];
    let opens = before == b'<' && rest.starts_with(['>', ' ', '\t', '\n', '\r']);
    let (_, content) = rest.split_once('>').filter(|(attributes, _)| opens && !attributes.contains('<'))?;
    Some(content.split('<').next()?.get(..).map(clip)?.trim())
}

/// The text of the element `<t:Value Name="…">`.
fn value_named<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let at = memmem::find(text.as_bytes(), name.as_bytes())?;
    let rest = text[at + name.len()..].trim_start_matches(['"', '\'']);
    Some(clip(rest.trim_start().strip_prefix('>')?.split('<').next()?).trim())
}

fn clip(text: &str) -> &str {
    text.get(..text.len().min(TEXT_LIMIT)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAULT: &str = r#"<s:Fault><faultcode xmlns:a="x">a:ErrorServerBusy</faultcode>
        <e:ResponseCode xmlns:e="y">
          ErrorServerBusy
        </e:ResponseCode><t:Value Name="BackOffMilliseconds">1500</t:Value>"#;

    #[test]
    fn codes_come_from_messages_and_faults() {
        assert_eq!(codes(FAULT).collect::<Vec<_>>(), ["ErrorServerBusy", "ErrorServerBusy"]);
        let mixed = "<m:ResponseCode>NoError</m:ResponseCode><m:ResponseCode>ErrorItemNotFound</ResponseCode>";
        assert_eq!(codes(mixed).collect::<Vec<_>>(), ["ErrorItemNotFound"]);
        assert_eq!(codes("<<ResponseCode ResponseCode>").count(), 0);
    }

    #[test]
    fn the_back_off_is_in_milliseconds() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(back_off(FAULT, now).unwrap().as_millisecond(), 1500);
        assert_eq!(back_off("BackOffMilliseconds", now), None);
    }
}
