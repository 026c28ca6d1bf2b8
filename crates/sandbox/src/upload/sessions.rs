//! `uploadType=resumable`: sessions that take a message in chunks.

use super::range::{BadRange, ContentRange};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Every chunk but the last must be a multiple of this many bytes (256 KiB).
pub const CHUNK: u64 = 256 * 1024;

/// How many sessions may be open at once; the oldest is dropped for a new one.
const MOST_SESSIONS: usize = 1_000;

/// The open upload sessions. Shared by reference; all methods take `&self`.
#[derive(Debug, Default)]
pub struct Sessions {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    open: HashMap<String, Session>,
}

#[derive(Debug)]
struct Session {
    number: u64,
    metadata: Value,
    received: Vec<u8>,
    total: Option<u64>,
    limit: u64,
}

/// Where an upload stands after a PUT.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Answer 308, with `Range: bytes=0-{received-1}` unless nothing has arrived yet.
    More {
        /// Bytes held so far.
        received: u64,
    },
    /// The upload is whole and its session closed.
    Complete {
        /// The JSON given when the session began.
        metadata: Value,
        /// The media.
        bytes: Vec<u8>,
    },
}

/// Why a PUT or a start was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Answer 404: no such session, or it was completed or cancelled.
    #[error("the upload session {0:?} does not exist or is finished; start a new upload")]
    Unknown(String),
    /// Answer 400.
    #[error(transparent)]
    BadRange(#[from] BadRange),
    /// Answer 400: the body and `Content-Range` disagree.
    #[error("Content-Range announces {announced} bytes, the body holds {held}")]
    LengthMismatch {
        /// Bytes the header spans.
        announced: u64,
        /// Bytes in the body.
        held: u64,
    },
    /// Answer 400: the chunk begins beyond what has arrived.
    #[error("the chunk begins at byte {first}, but only {received} bytes have arrived; ask with bytes */total")]
    Gap {
        /// Offset of the chunk.
        first: u64,
        /// Bytes held.
        received: u64,
    },
    /// Answer 400: a chunk that is not the last has a size that is not a multiple of [`CHUNK`].
    #[error("a chunk of {0} bytes that is not the last; chunks must be multiples of 262144 bytes")]
    Granularity(u64),
    /// Answer 400: the totals of two requests differ.
    #[error("the upload was announced with {announced} bytes, now with {now}")]
    TotalChanged {
        /// Total known before.
        announced: u64,
        /// Total in this request.
        now: u64,
    },
    /// Answer 413.
    #[error("Request is too large: {size} bytes, at most {limit} are taken")]
    TooLarge {
        /// The size asked for.
        size: u64,
        /// The limit of this method.
        limit: u64,
    },
}

impl SessionError {
    /// The HTTP status Google answers with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            SessionError::Unknown(_) => 404,
            SessionError::TooLarge { .. } => 413,
            _ => 400,
        }
    }
}

impl Sessions {
    /// No sessions yet.
    #[must_use]
    pub fn new() -> Sessions {
        Sessions::default()
    }

    /// Opens a session and returns its id, to be put into `Location` as `upload_id`.
    /// `total` is `X-Upload-Content-Length` if the client sent it; `limit` the largest upload of this method, in bytes.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`] when the announced total is over the limit.
    pub fn start(&self, metadata: Value, total: Option<u64>, limit: u64) -> Result<String, SessionError> {
        within(total.unwrap_or(0), limit)?;
        let mut inner = self.lock();
        inner.make_room();
        inner.next += 1;
        let number = inner.next;
        let id = session_id(number);
        inner.open.insert(id.clone(), Session { number, metadata, received: Vec::new(), total, limit });
        Ok(id)
    }

    /// Takes a PUT: a chunk, the whole media (no `Content-Range`), or a status probe (`bytes */total`, empty body).
    /// Bytes that have arrived before are skipped, so a chunk may be sent again.
    ///
    /// # Errors
    /// [`SessionError`]; the session stays open and unchanged.
    pub fn put(&self, id: &str, content_range: Option<&str>, bytes: &[u8]) -> Result<Progress, SessionError> {
        let mut inner = self.lock();
        let session = inner.open.get_mut(id).ok_or_else(|| SessionError::Unknown(id.chars().take(100).collect()))?;
        let whole = match content_range {
            None => session.whole(bytes)?,
            Some(text) => match ContentRange::parse(text)? {
                ContentRange::Probe { total } => session.probe(total, bytes)?,
                ContentRange::Bytes { first, last, total } => session.chunk(first, last, total, bytes)?,
            },
        };
        if !whole {
            return Ok(Progress::More { received: len(&session.received) });
        }
        let session = inner.open.remove(id).ok_or_else(|| SessionError::Unknown(id.to_owned()))?;
        Ok(Progress::Complete { metadata: session.metadata, bytes: session.received })
    }

    /// Closes a session (DELETE on its URL; Google answers 499). Says whether it was open.
    pub fn cancel(&self, id: &str) -> bool {
        self.lock().open.remove(id).is_some()
    }

    /// Forgets every session, as the sandbox does when it is reset.
    pub fn clear(&self) {
        self.lock().open.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn make_room(&mut self) {
        if self.open.len() < MOST_SESSIONS {
            return;
        }
        let oldest = self.open.iter().min_by_key(|(_, session)| session.number).map(|(id, _)| id.clone());
        if let Some(id) = oldest {
            self.open.remove(&id);
        }
    }
}

impl Session {
    fn whole(&mut self, bytes: &[u8]) -> Result<bool, SessionError> {
        self.agree(Some(len(bytes)))?;
        self.received = bytes.to_vec();
        Ok(true)
    }

    fn probe(&mut self, total: Option<u64>, bytes: &[u8]) -> Result<bool, SessionError> {
        if !bytes.is_empty() {
            return Err(SessionError::LengthMismatch { announced: 0, held: len(bytes) });
        }
        self.agree(total)?;
        Ok(self.total == Some(len(&self.received)))
    }

    fn chunk(&mut self, first: u64, last: u64, total: Option<u64>, bytes: &[u8]) -> Result<bool, SessionError> {
        let announced = last - first + 1;
        if announced != len(bytes) {
            return Err(SessionError::LengthMismatch { announced, held: len(bytes) });
        }
        let received = len(&self.received);
        if first > received {
            return Err(SessionError::Gap { first, received });
        }
        within(last + 1, self.limit)?;
        let is_last = total.or(self.total) == Some(last + 1);
        if !is_last && !announced.is_multiple_of(CHUNK) {
            return Err(SessionError::Granularity(announced));
        }
        self.agree(total)?;
        if self.total.is_some_and(|total| last >= total) {
            return Err(SessionError::TotalChanged { announced: self.total.unwrap_or(0), now: last + 1 });
        }
        let known = usize::try_from(received - first).unwrap_or(usize::MAX);
        self.received.extend_from_slice(bytes.get(known..).unwrap_or_default());
        Ok(self.total == Some(len(&self.received)))
    }

    /// Notes a total; two totals must agree.
    fn agree(&mut self, total: Option<u64>) -> Result<(), SessionError> {
        let Some(now) = total else { return Ok(()) };
        within(now, self.limit)?;
        match self.total {
            Some(announced) if announced != now => Err(SessionError::TotalChanged { announced, now }),
            _ => {
                self.total = Some(now);
                Ok(())
            }
        }
    }
}

fn within(size: u64, limit: u64) -> Result<(), SessionError> {
    if size > limit { Err(SessionError::TooLarge { size, limit }) } else { Ok(()) }
}

fn len(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

/// Numbered, but spread out so that ids do not look like each other; the sandbox keeps no secrets.
fn session_id(number: u64) -> String {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("AHBX{mixed:016x}{:016x}", mixed.rotate_left(23).wrapping_mul(0xd6e8_feb8_6659_fd93))
}
