//! Access tokens: in memory while in use, sealed in the store, refreshed shortly before they die and once for all
//! callers that wait.
//!
//! A refresh runs as a task of its own: a caller that gives up does not cost a rotated refresh token, which is stored
//! before it is used (RFC 6749 section 6).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use model::grant::{Credential, Grant};
use model::secret::{ExposeSecret, Sealed, SecretString};
use model::{ConnectorCredentialId, Fault, FaultKind, GrantId, Timestamp, Verdict};
use providers::Tokens as Bought;
use serde::{Deserialize, Serialize};

use super::{Core, Gate, expired};
use crate::Result;
use crate::at_rest::AtRest;
use crate::lock::lock;
use crate::seal::Sealer;
use crate::timer::later;

/// Tells one access token from the next without looking at them.
pub(super) type Serial = u64;

/// An access token that opens a mailbox now.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) token: SecretString,
    pub(super) serial: Serial,
    expires_at: Timestamp,
}

/// An access token the provider would not take.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) serial: Serial,
    /// What the provider wants the next one to be asked with.
    pub(super) challenge: Option<String>,
}

type Flight = Shared<BoxFuture<'static, Result<Access>>>;

/// Access tokens in memory and refreshes under way.
pub(super) struct Tokens {
    held: moka::future::Cache<GrantId, Access>,
    flights: Mutex<HashMap<GrantId, Flight>>,
    serials: AtomicU64,
}

/// Grants whose access tokens are kept in memory at most; others are opened from the store.
const MOST_HELD: u64 = 4096;
/// A token unused for this long leaves memory, so that idle grants cost none.
const IDLE: Duration = Duration::from_secs(300);
/// A token that dies within this time is refreshed first.
const MARGIN: Duration = Duration::from_secs(60);

impl Default for Tokens {
    fn default() -> Self {
        let held = moka::future::Cache::builder().max_capacity(MOST_HELD).time_to_idle(IDLE).build();
        Self { held, flights: Mutex::default(), serials: AtomicU64::new(1) }
    }
}

/// What is sealed in the place of the refresh token.
#[derive(Serialize, Deserialize)]
pub(crate) struct Refreshable {
    pub(crate) refresh_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// The registration it was bought under, when not the connector's own.
    pub(crate) credential_id: Option<ConnectorCredentialId>,
    /// What the provider wanted to be asked for when it refused the refresh token; goes to its sign-in page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) challenge: Option<String>,
}

impl Refreshable {
    /// Opens what a credential holds.
    pub(crate) fn open(sealer: &Sealer, grant: GrantId, credential: &Credential) -> Result<Self> {
        let open = sealer.open(&refresh_place(grant), &credential.refresh_token)?;
        serde_json::from_str(open.expose_secret())
            .map_err(|_| Fault::internal(format!("the credential of grant {grant} is not readable")))
    }
}

impl Refreshable {
    fn sealed(&self, sealer: &Sealer, grant: GrantId) -> Result<Sealed> {
        let text = serde_json::to_string(self).map_err(|e| Fault::internal(e.to_string()))?;
        Ok(sealer.seal(&refresh_place(grant), &text))
    }
}

/// Seals a grant's credential.
pub(crate) fn sealed_credential(
    sealer: &Sealer,
    grant: GrantId,
    refreshable: &Refreshable,
    bought: &Bought,
) -> Result<Credential> {
    Ok(Credential {
        refresh_token: refreshable.sealed(sealer, grant)?,
        access_token: Some(sealer.seal(&access_place(grant), bought.access_token.expose_secret())),
        access_expires_at: Some(bought.expires_at),
    })
}

fn refresh_place(grant: GrantId) -> String {
    crate::seal::place("refresh_token", grant.0)
}

fn access_place(grant: GrantId) -> String {
    crate::seal::place("access_token", grant.0)
}

impl Gate {
    /// Forgets a grant's access token: it was authenticated again, or removed. Throttles stay: they are the mailbox's.
    pub(crate) async fn forget(&self, grant: GrantId) {
        self.core.tokens.held.invalidate(&grant).await;
    }
}

impl Core {
    /// An access token that is not about to die and is not the refused one.
    pub(super) async fn access(self: &Arc<Self>, grant: &Grant, refused: Option<&Refused>) -> Result<Access> {
        loop {
            if let Some(access) = self.held(grant.id, refused).await {
                return Ok(access);
            }
            let access = self.flight(grant, refused).await?;
            // The flight joined may have begun before the token was refused, and bring that very token.
            if Some(access.serial) != refused.map(|refused| refused.serial) {
                return Ok(access);
            }
        }
    }

    /// The token in hand, or in its place one that somebody bought meanwhile; a new one if it is about to die.
    pub(super) async fn still_good(
        self: &Arc<Self>,
        grant: &Grant,
        access: Access,
        refused: Option<&Refused>,
    ) -> Result<Access> {
        match self.held(grant.id, refused).await {
            Some(newer) => Ok(newer),
            None if self.lasts(access.expires_at) => Ok(access),
            None => self.access(grant, refused).await,
        }
    }

    async fn held(&self, grant: GrantId, refused: Option<&Refused>) -> Option<Access> {
        let access = self.tokens.held.get(&grant).await?;
        let usable = Some(access.serial) != refused.map(|refused| refused.serial) && self.lasts(access.expires_at);
        usable.then_some(access)
    }

    fn lasts(&self, expires_at: Timestamp) -> bool {
        expires_at > later(self.now(), MARGIN)
    }

    /// Joins the grant's refresh under way, or starts one.
    fn flight(self: &Arc<Self>, grant: &Grant, refused: Option<&Refused>) -> Flight {
        let mut flights = lock(&self.tokens.flights);
        if let Some(flight) = flights.get(&grant.id) {
            return flight.clone();
        }
        let (core, grant_id, grant, refused) = (self.clone(), grant.id, grant.clone(), refused.cloned());
        let task = tokio::spawn(async move {
            let _landing = Landing { core: core.clone(), grant: grant.id };
            core.fresh(&grant, refused.as_ref()).await
        });
        let ended = |end: std::result::Result<_, tokio::task::JoinError>| {
            end.unwrap_or_else(|error| Err(Fault::internal(format!("a token refresh broke off: {error}"))))
        };
        let flight = task.map(ended).boxed().shared();
        flights.insert(grant_id, flight.clone());
        flight
    }

    /// A usable token: the one somebody else just got, the stored one, or a new one.
    async fn fresh(&self, grant: &Grant, refused: Option<&Refused>) -> Result<Access> {
        if let Some(access) = self.held(grant.id, refused).await {
            return Ok(access);
        }
        let credential = self.store.credential(grant.id).await.at_rest()?.ok_or_else(|| expired(grant))?;
        if refused.is_none()
            && let Some(access) = self.stored(grant, &credential).await
        {
            return Ok(access);
        }
        let challenge = refused.and_then(|refused| refused.challenge.as_deref());
        self.refresh(grant, credential, challenge).await
    }

    async fn stored(&self, grant: &Grant, credential: &Credential) -> Option<Access> {
        let expires_at = credential.access_expires_at.filter(|at| self.lasts(*at))?;
        let token = self.sealer.open(&access_place(grant.id), credential.access_token.as_ref()?).ok()?;
        let access = self.numbered(token, expires_at);
        self.hold(grant.id, &access, &credential.refresh_token).await;
        Some(access)
    }

    fn numbered(&self, token: SecretString, expires_at: Timestamp) -> Access {
        let serial = self.tokens.serials.fetch_add(1, Ordering::Relaxed);
        Access { token, serial, expires_at }
    }

    /// Keeps a token in memory, if what it was bought with is what the store holds. Whoever replaces a credential has its
    /// token forgotten afterwards ([`Gate::forget`]), so looking after keeping misses none.
    async fn hold(&self, grant: GrantId, access: &Access, bought_with: &Sealed) {
        self.tokens.held.insert(grant, access.clone()).await;
        let now = self.store.credential(grant).await;
        if !matches!(now, Ok(Some(now)) if now.refresh_token == *bought_with) {
            self.tokens.held.invalidate(&grant).await;
        }
    }

    async fn refresh(&self, grant: &Grant, credential: Credential, challenge: Option<&str>) -> Result<Access> {
        let mut refreshable = Refreshable::open(&self.sealer, grant.id, &credential)?;
        let registration = self.registration(grant.application_id, grant.provider, refreshable.credential_id).await?;
        let platform = self.doors.platform(grant.provider, registration)?;
        let token = SecretString::from(refreshable.refresh_token.clone());
        let bought = match platform.refresh(&token, challenge).await {
            Ok(bought) => bought,
            Err(fault) => {
                return Err(self.refused(grant, (credential, refreshable), asked_for(fault, challenge)).await);
            }
        };
        if let Some(rotated) = &bought.refresh_token {
            refreshable.refresh_token = rotated.expose_secret().to_owned();
        }
        refreshable.challenge = None;
        let renewed = sealed_credential(&self.sealer, grant.id, &refreshable, &bought)?;
        let access = self.numbered(bought.access_token, bought.expires_at);
        let kept_as = renewed.refresh_token.clone();
        if self.keep(grant.id, &credential, renewed).await? {
            self.hold(grant.id, &access, &kept_as).await;
        }
        Ok(access)
    }

    /// Draws the conclusions of a refused refresh. What waits for the person ends the grant, whatever the reason: consent that
    /// was taken back is no scope that one request lacks.
    async fn refused(&self, grant: &Grant, (before, with): (Credential, Refreshable), fault: Fault) -> Fault {
        let fault = self.challenged(grant, before, with, fault).await;
        if fault.kind == FaultKind::InsufficientScope && fault.verdict == Verdict::AfterReauth {
            self.retire(grant).await;
        }
        fault
    }

    /// Keeps what the provider wants to be asked for at the next sign-in beside the refresh token it refused.
    async fn challenged(&self, grant: &Grant, before: Credential, refused: Refreshable, fault: Fault) -> Fault {
        if fault.challenge.is_none() || fault.challenge.as_deref() == refused.challenge.as_deref() {
            return fault;
        }
        let kept = Refreshable { challenge: fault.challenge.clone().map(String::from), ..refused };
        let kept = match kept.sealed(&self.sealer, grant.id) {
            Ok(refresh_token) => {
                self.keep(grant.id, &before, Credential { refresh_token, ..before.clone() }).await.map(drop)
            }
            Err(fault) => Err(fault),
        };
        if let Err(error) = kept {
            tracing::error!(grant = %grant.id, error = error.message, "what the next sign-in has to ask for is lost");
        }
        fault
    }

    /// Stores a renewed credential, unless the person authenticated again in the meantime: the newer one stays. Returns
    /// whether it did.
    async fn keep(&self, grant: GrantId, before: &Credential, renewed: Credential) -> Result<bool> {
        let mut lies = before.refresh_token.clone();
        while !self.store.renew_credential(grant, lies, renewed.clone()).await.at_rest()? {
            let Some(now) = self.store.credential(grant).await.at_rest()? else { return Ok(false) };
            if !self.is_same_within(grant, before, &now) {
                return Ok(false);
            }
            // Only sealed anew, under another key: what the provider gave in its place must not be lost.
            lies = now.refresh_token;
        }
        Ok(true)
    }

    /// Whether two credentials hold the same refresh token, however it is sealed.
    fn is_same_within(&self, grant: GrantId, one: &Credential, other: &Credential) -> bool {
        let open = |credential| Refreshable::open(&self.sealer, grant, credential).map(|open| open.refresh_token);
        matches!((open(one), open(other)), (Ok(one), Ok(other)) if one == other)
    }

    /// The provider no longer honours the grant: says so in the store (which announces it) and forgets its token.
    pub(super) async fn retire(&self, grant: &Grant) {
        self.tokens.held.invalidate(&grant.id).await;
        // A grant that was authenticated again after the caller read it: what failed was the old credential.
        match self.store.expire_grant(grant.id, grant.updated_at, self.now()).await {
            Ok(true) => {
                tracing::warn!(grant = %grant.id, "the provider no longer honours the grant");
                self.bell.notify_one();
            }
            Ok(false) => {}
            Err(error) => tracing::error!(grant = %grant.id, %error, "could not mark the grant as invalid"),
        }
    }
}

/// A refusal that only the person can lift, of a token that was to have these claims: they are asked for at the sign-in too.
fn asked_for(fault: Fault, challenge: Option<&str>) -> Fault {
    let kept = challenge.filter(|_| fault.challenge.is_none() && fault.verdict == Verdict::AfterReauth);
    match kept {
        Some(challenge) => Fault { challenge: Some(challenge.into()), ..fault },
        None => fault,
    }
}

/// Takes a refresh off the board however it ends.
struct Landing {
    core: Arc<Core>,
    grant: GrantId,
}

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.core.tokens.flights).remove(&self.grant);
    }
}
