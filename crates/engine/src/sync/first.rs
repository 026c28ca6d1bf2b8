//! The first sync: newest first, a page of ids at a time, several batches under way while the last one is applied.
//!
//! Resumable: a page's place is written with the last batch of the page. New mail is followed meanwhile and announced;
//! what was there before the grant is not.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use model::grant::Grant;
use model::sync::{Announce, MirrorBatch, Mirrored, Moment, NativeQuery, SyncPhase, SyncState, Unmirrored};
use model::{Fault, FaultKind, Timestamp};
use providers::{IdPage, Wanted};
use tokio_util::sync::CancellationToken;

use super::fetch::{Fetched, ended, spawn_fetch};
use super::sizes::Sizes;
use super::turn::{End, Turn};
use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::{Inner, Result};

/// Ids per listing call at most; a provider gives as many of them as it gives at once.
pub(super) const PAGE: u32 = 1000;

/// Listings compared with the mirror at most. A message is missed only if removals shift it past a page in every one of them.
const MOST_COMPARISONS: u32 = 5;

/// Messages to fetch; the last batch of a page tells where the listing continues.
struct Batch {
    wanted: Vec<Wanted>,
    /// When their page was asked for.
    shown: Moment,
    page_end: Option<Option<String>>,
}

/// Everything, trash and spam included.
pub(super) fn everything() -> NativeQuery {
    NativeQuery { include_hidden: true, ..NativeQuery::default() }
}

impl Turn {
    /// Takes the cursor before anything is listed, mirrors the folders, and begins the first sync.
    pub(super) async fn begin(&mut self) -> Result<End> {
        let profile = self
            .inner
            .gate
            .call(&self.grant, Class::Backfill, |mailbox| async move { mailbox.profile().await })
            .await?;
        self.mirror_folders(Class::Backfill, Announce::Silent).await?;
        let next = SyncState {
            phase: SyncPhase::Backfill,
            cursor: Some(profile.cursor),
            backfill_token: None,
            expected: profile.messages_total,
            ..self.renewed()
        };
        self.advance(self.silent(), next).await?;
        self.keep_watch().await;
        Ok(End::Done)
    }

    /// Lists and fetches to the end, compares once more, and goes live.
    pub(super) async fn backfill(&mut self) -> Result<End> {
        if self.fill().await? == End::Paused {
            return Ok(End::Paused);
        }
        self.touched = None;
        self.compare_until_whole().await?;
        self.settle_drafts().await?;
        self.state.phase = SyncPhase::Live;
        Ok(End::Done)
    }

    async fn fill(&mut self) -> Result<End> {
        self.touched = Some(HashSet::new());
        let token = self.state.backfill_token.clone();
        let stop = CancellationToken::new();
        let mut steps = steps(self.inner.clone(), self.grant.clone(), token, Until(self.slice_ends, stop.clone()));
        let end = self.keep_steps(&mut steps).await;
        if end.is_err() {
            stop.cancel();
            self.keep_what_is_under_way(steps).await;
        }
        end
    }

    async fn keep_steps(&mut self, steps: &mut BoxStream<'static, Step>) -> Result<End> {
        let mut follow_at = self.inner.now();
        while let Some(step) = steps.next().await {
            let (fetched, page_end) = match step {
                Ok(step) => step,
                Err(fault) if fault.kind == FaultKind::InvalidRequest && self.state.backfill_token.is_some() => {
                    // Page tokens die after some hours (gmail.md 3.2): list from the top; what is held is not fetched.
                    self.state.backfill_token = None;
                    return Ok(End::Paused);
                }
                Err(fault) => return Err(fault),
            };
            // Before the batch is applied: what is new must be announced before it is found to be there already.
            follow_at = self.follow_when(follow_at).await?;
            if self.keep_step(fetched, page_end).await? == End::Paused {
                return Ok(End::Paused);
            }
        }
        // The listing is left where the slice ended; what was fetched ahead of it has been kept.
        Ok(if self.state.backfill_token.is_some() { End::Paused } else { End::Done })
    }

    /// Keeps the batches that were under way when one failed: broken off, they would cost their quota twice. The place in
    /// the listing stays before the one that failed.
    async fn keep_what_is_under_way(&mut self, mut steps: BoxStream<'static, Step>) {
        while let Some(step) = steps.next().await {
            if let Ok((fetched, _)) = step
                && let Err(fault) = self.keep_step(Fetched { held_back: None, ..fetched }, None).await
            {
                tracing::debug!(grant = %self.grant.id, "what was under way is not kept: {fault}");
                return;
            }
        }
    }

    async fn keep_step(&mut self, mut fetched: Fetched, page_end: Option<Option<String>>) -> Result<End> {
        // Fetched before a change of it was followed: what is mirrored by now is newer, or rightly gone.
        let touched = self.touched.take().unwrap_or_default();
        fetched.upserts.retain(|one| !touched.contains(&one.message.id));
        self.touched = Some(touched);
        let held_back = fetched.held_back;
        let mut next = self.renewed();
        if let (Some(token), None) = (page_end, &held_back) {
            next.backfill_token = token;
        }
        self.found(fetched.upserts, fetched.unmirrored, next).await?;
        if let Some(fault) = held_back {
            return Err(fault);
        }
        Ok(End::Done)
    }

    /// Keeps what the listing brought: silently, but for mail that came after the grant was made.
    async fn found(&mut self, upserts: Vec<Mirrored>, unmirrored: Vec<Unmirrored>, next: SyncState) -> Result<()> {
        let (news, old) = self.by_age(upserts);
        self.apply(MirrorBatch { upserts: news, ..self.live() }).await?;
        self.advance(MirrorBatch { upserts: old, unmirrored, ..self.silent() }, next).await
    }

    /// Lists all ids until nothing was removed during a listing: a listing is not a snapshot, and a message removed meanwhile
    /// can shift another one past the page boundary (gmail.md 3.2), this time as well as the first time.
    pub(super) async fn compare_until_whole(&mut self) -> Result<()> {
        for _ in 0..MOST_COMPARISONS {
            let before = self.removed;
            self.compare().await?;
            self.follow().await?;
            if self.removed == before {
                return Ok(());
            }
        }
        tracing::warn!(grant = %self.grant.id, "messages were removed during each of {MOST_COMPARISONS} listings");
        Ok(())
    }

    /// Lists all ids once more and fetches what earlier listings skipped.
    async fn compare(&mut self) -> Result<()> {
        let mut token = None;
        loop {
            let (page, shown) = list(&self.inner, &self.grant, token).await?;
            let mut missing = self.missing(page.ids).await?;
            if !missing.is_empty() {
                // What is new must be announced before it is found to be missing.
                self.follow().await?;
                missing = self.missing(missing).await?;
            }
            let missing = page.glimpses.wanted(missing);
            let fetched = self.fetch(Class::Backfill, missing, Some(shown)).await?;
            self.found(fetched.upserts, fetched.unmirrored, self.renewed()).await?;
            if let Some(fault) = fetched.held_back {
                return Err(fault);
            }
            token = page.next;
            if token.is_none() {
                return Ok(());
            }
        }
    }
}

/// One page of the listing of everything, and when it was asked for.
pub(super) async fn list(inner: &Inner, grant: &Grant, token: Option<String>) -> Result<(IdPage, Moment)> {
    let (token, asked) = (&token, inner.lately.moment());
    let list = |mailbox: crate::gate::Mailbox| async move { mailbox.list(everything(), token.clone(), PAGE).await };
    Ok((inner.gate.call(grant, Class::Backfill, list).await?, asked))
}

/// What came of one batch, and where the listing continues if it was the last of its page.
type Step = Result<(Fetched, Option<Option<String>>)>;

/// The batches from a place of the listing to its end. Twice the mailbox's concurrency are under way: the gate bounds
/// what is on the wire, the others are parsed meanwhile. They come in order.
fn steps(inner: Arc<Inner>, grant: Grant, token: Option<String>, until: Until) -> BoxStream<'static, Step> {
    let ahead = 2 * inner.settings().fetches_ahead.max(1);
    let (sizes, most) = (Arc::new(Sizes::default()), inner.settings().fetch_batch);
    let learning = sizes.clone();
    let stop = until.1.clone();
    pages(inner.clone(), grant.clone(), token, until)
        .map(move |page| stream::iter(Batches::of(page, sizes.clone(), most)))
        .flatten()
        .take_until(stop.cancelled_owned())
        .map(move |batch| start(&inner, &grant, batch, learning.clone()))
        .buffered(ahead)
        .boxed()
}

/// Until when batches are begun: the end of the slice of time, or the first that fails.
struct Until(Timestamp, CancellationToken);

/// Pages of the listing, reduced to what the mirror does not hold. When the slice of time is over, no further page is
/// begun: what is broken off while it is fetched ahead would cost its quota twice.
fn pages(
    inner: Arc<Inner>,
    grant: Grant,
    token: Option<String>,
    until: Until,
) -> impl Stream<Item = Result<(IdPage, Moment)>> {
    stream::unfold((Some(token), true), move |(place, is_first)| {
        let (inner, grant, slice_ends) = (inner.clone(), grant.clone(), until.0);
        async move {
            if !is_first && inner.now() >= slice_ends {
                return None;
            }
            match missing_page(&inner, &grant, place?).await {
                Ok((page, asked)) => Some((Ok((page.clone(), asked)), (page.next.map(Some), false))),
                Err(fault) => Some((Err(fault), (None, false))),
            }
        }
    })
}

async fn missing_page(inner: &Inner, grant: &Grant, token: Option<String>) -> Result<(IdPage, Moment)> {
    let (page, asked) = list(inner, grant, token).await?;
    let ids = inner.store().missing(grant.id, page.ids).await.at_rest()?;
    Ok((IdPage { ids, threads: Vec::new(), ..page }, asked))
}

/// A page cut into batches, each only when it is asked for: by then the sizes of earlier ones are known. A page with
/// nothing to fetch is one empty batch, so that its place is written too.
struct Batches {
    wanted: std::vec::IntoIter<Wanted>,
    shown: Moment,
    page_end: Option<Option<String>>,
    fault: Option<Fault>,
    sizes: Arc<Sizes>,
    most: usize,
}

impl Batches {
    fn of(page: Result<(IdPage, Moment)>, sizes: Arc<Sizes>, most: usize) -> Self {
        let (page, shown, fault) = match page {
            Ok((page, asked)) => (Some(page), asked, None),
            Err(fault) => (None, Moment::default(), Some(fault)),
        };
        let page_end = page.as_ref().map(|page| page.next.clone());
        let wanted = page.map(|page| page.glimpses.wanted(page.ids)).unwrap_or_default().into_iter();
        Self { wanted, shown, page_end, fault, sizes, most }
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(fault) = self.fault.take() {
            return Some(Err(fault));
        }
        self.page_end.as_ref()?;
        let wanted = self.wanted.by_ref().take(self.sizes.batch(self.most)).collect();
        let page_end = if self.wanted.len() == 0 { self.page_end.take() } else { None };
        Some(Ok(Batch { wanted, shown: self.shown, page_end }))
    }
}

/// Starts a batch's fetch now; the future only waits for it.
fn start(
    inner: &Arc<Inner>,
    grant: &Grant,
    batch: Result<Batch>,
    sizes: Arc<Sizes>,
) -> impl Future<Output = Step> + use<> {
    let started = batch.map(|batch| {
        let Batch { wanted, shown, page_end } = batch;
        (spawn_fetch(inner, grant, Class::Backfill, wanted, Some(shown)), page_end)
    });
    async move {
        let (fetch, page_end) = started?;
        let fetched = ended(fetch.await)?;
        sizes.learn(&fetched);
        Ok((fetched, page_end))
    }
}
