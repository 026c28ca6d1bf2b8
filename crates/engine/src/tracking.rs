//! Tracking: marks in what is sent, and what visits to them mean.
//!
//! A message is composed once, marks included, and what its marks stand for is kept in the commit that takes it into the
//! outbox; a draft's is kept before the draft is saved. So whatever comes of attempts and restarts, the URLs in somebody's
//! mailbox are known here. The store counts visits, and writes the event with the count.

use mail::compose::Outgoing;
use mail::track::{self, Marks};
use model::grant::Grant;
use model::tracking::{NewTracked, Tracked, Tracking, TrackingToken, Visit};
use model::{DraftId, Fault, FaultKind, GrantId};
use url::{Host, Url};

use crate::at_rest::AtRest;
use crate::{Engine, Result, Settings, random};

/// Longest label, in characters (nylas-v3.md 1.5).
const MOST_LABEL: usize = 2048;
/// Messages whose marks are looked up in one body at most; a thread quoted whole may hold those of many.
const MOST_MARKED: usize = 20;

/// What the URL of every mark begins with.
pub fn prefix(public_url: &str) -> String {
    format!("{}/t/", public_url.trim_end_matches('/'))
}

impl Engine {
    /// Puts the marks of a tracked message in, and says what they stand for. Nothing is tracked in plain text but answers.
    ///
    /// # Errors
    /// `invalid_request` with field `tracking_options.label` when it is too long; `unsupported` with field
    /// `tracking_options` while recipients could not reach this installation.
    pub(crate) async fn mark(
        &self,
        grant: &Grant,
        tracking: &Tracking,
        outgoing: &mut Outgoing,
    ) -> Result<Option<NewTracked>> {
        check(tracking, self.settings())?;
        let tracking = effective(tracking, outgoing.plaintext);
        if !tracking.any() {
            return Ok(None);
        }
        let token = TrackingToken(random::bytes());
        let mut links = Vec::new();
        if tracking.opens || tracking.links {
            let marked = marked(&outgoing.body, prefix(&self.settings().public_url), token, &tracking).await?;
            links = marked.links;
            outgoing.html = Some(marked.html);
        }
        Ok(Some(NewTracked { token, grant_id: grant.id, tracking, links, created_at: self.now() }))
    }

    /// A body as its author wrote it: without the marks of drafts of this mailbox. Those of messages that were sent, which
    /// it may quote, stay.
    pub async fn unmarked(&self, grant: GrantId, body: String) -> Result<String> {
        let prefix = prefix(&self.settings().public_url);
        let mut body = body;
        for tracked in self.marks_in(grant, &body, &prefix).await? {
            body = track::unmark(&body, &prefix, &tracked.token.to_string(), &tracked.links);
        }
        Ok(body)
    }

    /// What is tracked about a draft: by its id, else by the marks in its body (what a scheduled send saved).
    pub async fn tracked_draft(&self, grant: GrantId, id: &DraftId, body: &str) -> Result<Option<Tracked>> {
        if let Some(tracked) = self.inner.store().tracked_draft(grant, id).await.at_rest()? {
            return Ok(Some(tracked));
        }
        let prefix = prefix(&self.settings().public_url);
        Ok(self.marks_in(grant, body, &prefix).await?.into_iter().next())
    }

    /// The unsent messages of this mailbox whose marks a body holds.
    async fn marks_in(&self, grant: GrantId, body: &str, prefix: &str) -> Result<Vec<Tracked>> {
        let mut found: Vec<Tracked> = Vec::new();
        let places = body.match_indices(prefix).filter_map(|(at, _)| body.get(at + prefix.len()..)?.get(..32));
        let mut tokens: Vec<TrackingToken> = places.filter_map(|text| text.parse().ok()).collect();
        tokens.sort_unstable_by_key(|token| token.0);
        tokens.dedup();
        for token in tokens.into_iter().take(MOST_MARKED) {
            found.extend(self.inner.store().tracked_unsent(grant, token).await.at_rest()?);
        }
        Ok(found)
    }

    /// Somebody's mail program asked for the picture `token` names. Says nothing of whether there is one.
    pub async fn note_opening(&self, token: &str, visit: Visit) {
        let Ok(token) = token.parse::<TrackingToken>() else { return };
        match self.inner.store().count_opening(token, visit).await {
            Ok(true) => self.inner.post.wake(),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "an opening was not counted"),
        }
    }

    /// Where the link leads that somebody follows: only ever where its author's message led. Counted when a visit is given.
    ///
    /// # Errors
    /// `not_found`, the same for whatever names no link.
    pub async fn follow(&self, token: &str, link: &str, visit: Option<Visit>) -> Result<String> {
        let digits = !link.is_empty() && link.len() <= 4 && link.bytes().all(|b| b.is_ascii_digit());
        let link = digits.then(|| link.parse::<usize>().ok()).flatten();
        let (Ok(token), Some(link)) = (token.parse::<TrackingToken>(), link) else { return Err(no_link()) };
        let url = self.inner.store().tracked_link(token, link).await.at_rest()?.ok_or_else(no_link)?;
        // The text is the author's; a header takes it only as a URL is written.
        let url = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(no_link)?;
        if let Some(visit) = visit {
            match self.inner.store().count_following(token, link, visit).await {
                Ok(true) => self.inner.post.wake(),
                Ok(false) => {}
                // Whoever follows a link is led on all the same.
                Err(error) => tracing::warn!(%error, "a followed link was not counted"),
            }
        }
        Ok(url.into())
    }
}

/// What can be watched of what is asked for.
fn effective(asked: &Tracking, plaintext: bool) -> Tracking {
    Tracking { opens: asked.opens && !plaintext, links: asked.links && !plaintext, ..asked.clone() }
}

/// Marks a document on a blocking thread: a body may have megabytes.
async fn marked(body: &str, prefix: String, token: TrackingToken, tracking: &Tracking) -> Result<track::Marked> {
    let (body, token, tracking) = (body.to_owned(), token.to_string(), tracking.clone());
    let work = move || {
        let marks = Marks { prefix: &prefix, token: &token, opens: tracking.opens, links: tracking.links };
        track::mark(&body, &marks)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::internal(format!("marking broke off: {error}")))
}

fn check(tracking: &Tracking, settings: &Settings) -> Result<()> {
    if tracking.label.as_ref().is_some_and(|label| label.chars().count() > MOST_LABEL) {
        let message = format!("`tracking_options.label` has more than {MOST_LABEL} characters; shorten it.");
        return Err(Fault::invalid("tracking_options.label", message));
    }
    if !(tracking.opens || tracking.links) || settings.allow_private_webhooks || is_reachable(&settings.public_url) {
        return Ok(());
    }
    let message = "Openings and links cannot be tracked: recipients cannot reach this installation. Its operator has to \
                   set `server.public_url` to an address of the internet; until then leave `opens` and `links` out.";
    Err(Fault { field: Some("tracking_options".into()), ..Fault::new(FaultKind::Unsupported, message) })
}

/// Whether others than this machine can reach an address. The preset one they cannot.
fn is_reachable(public_url: &str) -> bool {
    let Ok(url) = Url::parse(public_url) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name != "localhost" && !name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => !ip.is_loopback() && !ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => !ip.is_loopback() && !ip.is_unspecified(),
        None => false,
    }
}

fn no_link() -> Fault {
    Fault { field: Some("link".into()), ..Fault::not_found("This link leads nowhere (any more).") }
}

#[cfg(test)]
mod tests;
