//! A message made small enough for one request: its largest files are cut out, to be added one by one.
//!
//! Everything else stays byte for byte, header fields included. Lost are the files' places among the parts and what their
//! own headers say beyond name, type, disposition and `Content-ID`.

use bytes::Bytes;
use mail_parser::{MessageParser, MessagePart};
use memchr::memmem;

use super::File;

/// Tells, in a slimmed message, how many files are to be added and of what size at least: so a draft whose maker was
/// interrupted is known to be incomplete.
const PROMISE: &str = "X-Postroad-Files";

/// Bytes that the promise takes at most.
const LINE: usize = 64;

/// A message without its largest files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::graph) struct Slim {
    pub(in crate::graph) raw: Bytes,
    /// In the order they stood in the message.
    pub(in crate::graph) files: Vec<File>,
}

/// Cuts out files, the largest first, until at most `most` bytes are left. `None` when that cannot be done.
pub(in crate::graph) fn slim(raw: &[u8], most: usize) -> Option<Slim> {
    let message = MessageParser::default().parse(raw)?;
    let mut parts: Vec<(&MessagePart<'_>, std::ops::Range<usize>)> =
        message.attachments().filter_map(|part| Some((part, extent(raw, part)?))).collect();
    parts.sort_by_key(|(_, extent)| std::cmp::Reverse(extent.len()));
    let mut left = raw.len() + LINE;
    parts.retain(|(_, extent)| {
        let needed = left > most;
        left -= if needed { extent.len() } else { 0 };
        needed
    });
    parts.sort_by_key(|(_, extent)| extent.start);
    let files: Vec<File> = parts.iter().map(|(part, _)| File::of(part)).collect();
    let smallest = files.iter().map(|file| file.content.len()).min()?;
    let mut slimmed = format!("{PROMISE}: {};{smallest}\r\n", files.len()).into_bytes();
    let mut from = 0;
    for (_, extent) in parts {
        slimmed.extend_from_slice(raw.get(from..extent.start)?);
        from = extent.end;
    }
    slimmed.extend_from_slice(raw.get(from..)?);
    (slimmed.len() <= most).then(|| Slim { raw: slimmed.into(), files })
}

/// From the line of the delimiter above a part to that of the next one.
fn extent(raw: &[u8], part: &MessagePart<'_>) -> Option<std::ops::Range<usize>> {
    let (header, body) = (part.offset_header as usize, part.offset_body as usize);
    let above = raw.get(..header)?.trim_ascii_end();
    let start = memchr::memrchr(b'\n', above)? + 1;
    let delimiter = above.get(start..)?.strip_prefix(b"--")?;
    let next = memmem::find(raw.get(body.saturating_sub(2)..)?, &[b"\n--", delimiter].concat())?;
    Some(start..body.saturating_sub(2) + next + 1)
}

/// Whether the files that a header field promises are there, by their sizes. (A size at Graph counts overhead too.)
pub(in crate::graph) fn kept(promise: &str, sizes: &[u64]) -> bool {
    let Some((count, smallest)) = promise.split_once(';') else { return true };
    let (Ok(count), Ok(smallest)) = (count.trim().parse::<usize>(), smallest.trim().parse::<u64>()) else {
        return true;
    };
    sizes.iter().filter(|size| **size >= smallest).count() >= count
}

/// Whether a header field is the promise.
pub(in crate::graph) fn is_promise(name: &str) -> bool {
    name.eq_ignore_ascii_case(PROMISE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(files: &[(&str, usize)]) -> Vec<u8> {
        let mut raw = b"Subject: big\r\nReferences: <a@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"m\"\r\n\r\n\
            --m\r\nContent-Type: text/plain\r\n\r\nSee inside.\r\n"
            .to_vec();
        for (name, size) in files {
            let head = format!(
                "--m\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
            );
            raw.extend_from_slice(head.as_bytes());
            raw.extend_from_slice(&vec![b'x'; *size]);
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"--m--\r\n");
        raw
    }

    #[test]
    fn the_largest_files_go_and_the_rest_stays_as_it_was() {
        let raw = with(&[("a", 5000), ("b", 300), ("c", 9000)]);
        let slim = slim(&raw, 2000).unwrap();
        let names: Vec<_> = slim.files.iter().map(|file| (file.name.as_str(), file.content.len())).collect();
        assert_eq!(names, [("a", 5000), ("c", 9000)]);
        let text = String::from_utf8(slim.raw.to_vec()).unwrap();
        assert_eq!(text, format!("X-Postroad-Files: 2;5000\r\n{}", String::from_utf8(with(&[("b", 300)])).unwrap()));
    }

    #[test]
    fn what_cannot_be_made_small_is_left() {
        assert_eq!(slim(&[b"Subject: x\r\n\r\n".as_slice(), &vec![b'x'; 5000]].concat(), 2000), None);
        assert_eq!(slim(&with(&[("a", 5000)]), 100), None);
    }

    #[test]
    fn promises_are_kept_by_as_many_files_of_that_size() {
        assert!(kept("2;5000", &[9000, 12, 5004]) && !kept("2;5000", &[9000, 4000]));
        assert!(kept("nonsense", &[]) && is_promise("x-postroad-files"));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(raw in proptest::collection::vec(proptest::sample::select(b"Content-Type: multipart/mixed; boundary=m\r\n-- x".to_vec()), 0..400)) {
            let _ = slim(&raw, 50);
        }
    }
}
