//! Reading many things of one kind: in batches, each as large as the meter lets it be.

use std::collections::VecDeque;

use model::{Fault, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::cost::Operation;
use super::fault::{self, Call};
use super::http::Http;
use super::{batch, origin};
use crate::entries::settle;
use crate::meter::Pass;
use crate::transport::exchange::Answer;

/// Calls in one batch: the documentation discourages more (facts 1.2), and each runs at once with the others.
const BATCH: usize = 50;

/// Reads many things, each by a `GET` of its own.
pub(super) struct Reading<'x, T> {
    pub(super) http: &'x Http,
    pub(super) operation: Operation,
    /// Paths below the mailbox with their queries, or why a thing cannot be asked for.
    pub(super) paths: Vec<Result<String, Fault>>,
    pub(super) decode: fn(&[u8], Timestamp) -> Result<T, Fault>,
}

type Slots<T> = Vec<Option<Result<T, Fault>>>;

impl<T> Reading<'_, T> {
    /// One entry per thing, in order. Reads in batches and shrinks them while answers are larger than memory allows. What
    /// a quota refuses is not asked again here: the meter has heard of it, and who asked decides.
    pub(super) async fn all(self) -> Result<Vec<Result<T, Fault>>, Fault> {
        let refused = |path: &Result<String, Fault>| path.as_ref().err().cloned().map(Err);
        let mut slots: Slots<T> = self.paths.iter().map(refused).collect();
        let mut waiting: VecDeque<usize> = (0..slots.len()).filter(|&i| slots[i].is_none()).collect();
        let (mut size, mut answered) = (BATCH, false);
        while !waiting.is_empty() {
            match self.some(size, &mut waiting, &mut slots).await {
                Ok(Some(smaller)) => size = smaller,
                Ok(None) => {}
                Err(fault) if !answered => return Err(fault),
                Err(fault) => {
                    slots.iter_mut().filter(|s| s.is_none()).for_each(|s| *s = Some(Err(fault.clone())));
                    waiting.clear();
                }
            }
            answered = true;
        }
        settle(slots.into_iter().flatten().collect())
    }

    /// Reads as many of the waiting as `size` and the meter allow. Returns a smaller size when the answer was too large; what
    /// it held no room for waits again.
    async fn some(
        &self,
        size: usize,
        waiting: &mut VecDeque<usize>,
        slots: &mut Slots<T>,
    ) -> Result<Option<usize>, Fault> {
        let wanted = size.min(waiting.len());
        let pass = self.http.enter(self.operation.into(), 0, u32::try_from(wanted).unwrap_or(u32::MAX)).await?;
        let granted = wanted.min(pass.granted() as usize);
        let group: Vec<usize> = waiting.drain(..granted).collect();
        match group[..] {
            [only] => slots[only] = Some(self.single(pass, only).await?),
            _ => self.batch(pass, &group, slots).await?,
        }
        let unread = group.iter().rev().filter(|&&i| slots[i].is_none());
        let before = waiting.len();
        unread.for_each(|&i| waiting.push_front(i));
        Ok((waiting.len() > before).then_some((group.len() / 2).max(1)))
    }

    /// Reads several in one request. Entries stay empty only where the answer was cut for its size.
    async fn batch(&self, pass: Pass, group: &[usize], slots: &mut Slots<T>) -> Result<(), Fault> {
        let paths: Vec<&str> = group.iter().map(|&i| self.path(i)).collect();
        let exchange = self.http.batch(&pass, batch::request(&paths)).await;
        let mut outcome = exchange.outcome();
        let taken = exchange.answer.and_then(|answer| self.take_apart(&answer, group, slots));
        match &taken {
            Ok(()) => group.iter().for_each(|&i| outcome.add(1, failure(&slots[i]))),
            Err(fault) => outcome.add(pass.granted(), Some(fault)),
        }
        pass.end(outcome);
        taken
    }

    fn take_apart(&self, answer: &Answer, group: &[usize], slots: &mut Slots<T>) -> Result<(), Fault> {
        let Some(boundary) = batch::boundary(content_type(&answer.headers)) else {
            return Err(fault::unreadable("the batch was not answered with multipart/mixed", Call::Read));
        };
        for inner in batch::parse(&answer.body, boundary) {
            if let Some(&index) = group.get(inner.index) {
                slots[index] = Some(self.inner(&answer.body, &inner));
            }
        }
        if !answer.cut {
            for &index in group {
                slots[index].get_or_insert_with(|| Err(missing()));
            }
        }
        Ok(())
    }

    fn inner(&self, body: &[u8], inner: &batch::Inner) -> Result<T, Fault> {
        let content = &body[inner.body.clone()];
        if (200..300).contains(&inner.status) {
            (self.decode)(content, self.http.now())
        } else {
            let headers = retry_after(&body[inner.headers.clone()]);
            let fault = fault::api(inner.status, &headers, content, self.operation.call(), self.http.now());
            Err(fault.answering(origin::batched(self.operation, inner.status)))
        }
    }

    /// One by itself. The outer error is one that says nothing about the thing.
    async fn single(&self, pass: Pass, index: usize) -> Result<Result<T, Fault>, Fault> {
        match self.http.single(pass, self.path(index), self.operation).await {
            Ok(answer) if answer.cut => Ok(Err(fault::unreadable("the message is larger than 150 MiB", Call::Read))),
            Ok(answer) => Ok((self.decode)(&answer.body, self.http.now())),
            Err(fault) if fault.kind.meets_others() => Err(fault),
            Err(fault) => Ok(Err(fault)),
        }
    }

    /// Only what has a path waits to be read.
    fn path(&self, index: usize) -> &str {
        self.paths[index].as_deref().unwrap_or_default()
    }
}

fn failure<T>(slot: &Option<Result<T, Fault>>) -> Option<&Fault> {
    slot.as_ref().and_then(|entry| entry.as_ref().err())
}

/// The one inner header that classification looks at.
fn retry_after(block: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(value) = batch::header(block, b"retry-after").and_then(|v| HeaderValue::from_bytes(v).ok()) {
        headers.insert(HeaderName::from_static("retry-after"), value);
    }
    headers
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn missing() -> Fault {
    fault::unreadable("the batch answer ended before this message", Call::Read)
}
