//! Maildir (cr.yp.to/proto/maildir.html) with Maildir++ subfolders (`.Work.2026`) and nested ones (`Work/2026`).

use super::{Error, Loaded, children, eml, flags};
use std::path::{Path, PathBuf};

/// One message file and the folder it belongs to.
pub(super) struct Entry {
    path: PathBuf,
    folder: Option<String>,
    is_new: bool,
}

/// A folder is a Maildir when it has `cur` and `new`, or `cur` and `tmp`.
pub(super) fn looks_like(place: &Path) -> bool {
    let has = |name| place.join(name).is_dir();
    has("cur") && (has("new") || has("tmp"))
}

/// All messages of a Maildir and its subfolders: the inbox first, then folders by name. What is in `tmp` is not
/// delivered yet, and left alone.
pub(super) fn entries(place: &Path) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    collect(place, None, 0, &mut found)?;
    Ok(found)
}

fn collect(place: &Path, folder: Option<String>, depth: usize, found: &mut Vec<Entry>) -> Result<(), Error> {
    for (name, is_new) in [("cur", false), ("new", true)] {
        let place = place.join(name);
        if !place.is_dir() {
            continue;
        }
        let files = children(&place)?.into_iter().filter(|path| path.is_file() && !is_hidden(path));
        found.extend(files.map(|path| Entry { path, folder: folder.clone(), is_new }));
    }
    for path in children(place)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let inner = matches!(name.as_str(), "cur" | "new" | "tmp") || path.is_symlink();
        if inner || depth > 16 || !looks_like(&path) {
            continue;
        }
        collect(&path, Some(folder_name(folder.as_deref(), &name)), depth + 1, found)?;
    }
    Ok(())
}

/// `.Work.2026` and `Work/2026` both become the label `Work/2026`; names are in modified UTF-7 (RFC 3501, 5.1.3).
fn folder_name(parent: Option<&str>, name: &str) -> String {
    let own = match name.strip_prefix('.') {
        Some(dotted) => dotted.split('.').map(decode).collect::<Vec<_>>().join("/"),
        None => decode(name),
    };
    parent.map_or(own.clone(), |parent| format!("{parent}/{own}"))
}

/// Modified UTF-7; a name that is not in it stays as it is.
fn decode(name: &str) -> String {
    use base64::Engine as _;
    let mut text = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let Some((coded, after)) = after.split_once('-') else { return name.to_owned() };
        rest = after;
        if coded.is_empty() {
            text.push('&');
            continue;
        }
        let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
        let Ok(bytes) = engine.decode(coded.replace(',', "/")) else { return name.to_owned() };
        let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    text + rest
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().unwrap_or_default().to_string_lossy().starts_with('.')
}

impl Entry {
    pub(super) fn read(self) -> Result<Loaded, Error> {
        let raw = eml::bytes(&self.path)?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let flags = match (self.is_new, name.rsplit_once(":2,").or_else(|| name.rsplit_once(";2,"))) {
            (false, Some((_, flags))) => flags,
            _ => "",
        };
        let labels = flags::from_maildir(flags, self.folder.as_deref());
        Ok(Loaded { raw, labels, internal_date_ms: delivered_at(&name), source: self.path })
    }
}

/// A Maildir file name begins with the second of its delivery.
fn delivered_at(name: &str) -> Option<i64> {
    let digits = name.split('.').next()?;
    let seconds: i64 = digits.parse().ok()?;
    (0..=253_402_300_799).contains(&seconds).then(|| seconds * 1000)
}
