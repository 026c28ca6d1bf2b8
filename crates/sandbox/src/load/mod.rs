//! Reading mail from disk: a folder of `.eml` files, an mbox file, a Maildir, or one message.
//!
//! What it is, is found by looking. Bytes of `.eml` files and Maildirs come out exactly as they are on disk.

mod eml;
mod flags;
mod maildir;
mod mbox;

use std::path::{Path, PathBuf};

/// The largest single message taken, in bytes (150 MiB, Gmail's limit for import).
pub const LARGEST: u64 = 157_286_400;

/// One message from disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The message, byte for byte (an mbox's quoting undone).
    pub raw: Vec<u8>,
    /// System label ids (`INBOX`, `UNREAD`, `STARRED`, ...) and names of user labels, from flags and folders.
    pub labels: Vec<String>,
    /// When it arrived, milliseconds since 1970, where the store says so; otherwise go by the `Date` header.
    pub internal_date_ms: Option<i64>,
    /// The file it came from.
    pub source: PathBuf,
}

/// Why mail could not be read from disk.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system said no.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// There is no mail there.
    #[error("{}: no .eml files, no mbox and no Maildir found here", .0.display())]
    NothingThere(PathBuf),
    /// A message is over [`LARGEST`].
    #[error("{}: a message of more than {LARGEST} bytes is not taken", .0.display())]
    TooLarge(PathBuf),
}

/// The messages of a store, read one at a time.
pub type Messages = Box<dyn Iterator<Item = Result<Loaded, Error>> + Send>;

/// Reads all mail of a file or folder, in a stable order. One unreadable message is one `Err`; the rest still come.
///
/// # Errors
/// [`Error`] when the place itself cannot be read, or holds no mail.
pub fn path(place: impl AsRef<Path>) -> Result<Messages, Error> {
    let place = place.as_ref();
    let meta = std::fs::metadata(place).map_err(|source| io(place, source))?;
    if !meta.is_dir() {
        return file(place);
    }
    let stores = folder(place)?;
    if stores.is_empty() {
        return Err(Error::NothingThere(place.to_owned()));
    }
    Ok(Box::new(stores.into_iter().flat_map(Store::read)))
}

/// A thing on disk that holds mail.
enum Store {
    Eml(PathBuf),
    Mbox(PathBuf),
    Maildir(maildir::Entry),
}

impl Store {
    fn read(self) -> Messages {
        match self {
            Store::Eml(path) => Box::new(std::iter::once(eml::read(&path))),
            Store::Maildir(entry) => Box::new(std::iter::once(entry.read())),
            Store::Mbox(path) => match mbox::open(&path) {
                Ok(messages) => Box::new(messages),
                Err(error) => Box::new(std::iter::once(Err(error))),
            },
        }
    }
}

fn file(place: &Path) -> Result<Messages, Error> {
    let store = if mbox::looks_like(place)? { Store::Mbox(place.to_owned()) } else { Store::Eml(place.to_owned()) };
    Ok(store.read())
}

fn folder(place: &Path) -> Result<Vec<Store>, Error> {
    if maildir::looks_like(place) {
        return Ok(maildir::entries(place)?.into_iter().map(Store::Maildir).collect());
    }
    let mut stores = Vec::new();
    for path in children(place)? {
        if path.is_dir() && !path.is_symlink() {
            stores.extend(folder(&path)?);
        } else if extension(&path) == "eml" {
            stores.push(Store::Eml(path));
        } else if matches!(extension(&path).as_str(), "mbox" | "mbx")
            || (extension(&path).is_empty() && path.is_file() && mbox::looks_like(&path)?)
        {
            stores.push(Store::Mbox(path));
        }
    }
    Ok(stores)
}

/// What a folder holds, by name.
fn children(place: &Path) -> Result<Vec<PathBuf>, Error> {
    let listed = std::fs::read_dir(place).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> =
        listed.map_err(|source| io(place, source))?.iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

fn io(path: &Path, source: std::io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
