//! Grants: edits and removal. (How they are made: [`crate::auth`].)

use model::grant::{Credential, Grant};
use model::outbox::Submission;
use model::secret::SecretString;
use model::sync::Watch;
use model::{Address, Fault, FaultKind, GrantId};
use serde_json::{Map, Value};

use crate::at_rest::AtRest;
use crate::auth::Bring;
use crate::gate::{Class, Desk, Mailbox, Refreshable};
use crate::{Engine, Result, outbox};

/// Whether the person let mail be read; without that there is no mirror to read from.
///
/// # Errors
/// `insufficient_scope`, saying what to do.
pub fn readable(grant: &Grant) -> Result<()> {
    if providers::may_read(grant.provider, &grant.scopes) {
        return Ok(());
    }
    let message = format!(
        "The permission for {} does not include reading mail, so nothing of the mailbox is mirrored. To read it, let the \
         person authenticate again with a scope that allows reading; sending goes on without.",
        grant.email
    );
    Err(Fault { provider: Some(grant.provider), ..Fault::new(FaultKind::InsufficientScope, message) })
}

impl Engine {
    /// Replaces what a caller may edit; `settings.refresh_token` renews the credential.
    ///
    /// `scopes` can only narrow what is recorded: what was granted is the provider's to say.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` naming the field; `wrong_account` when the refresh token is another account's.
    pub async fn update_grant(
        &self,
        id: GrantId,
        settings: Option<Map<String, Value>>,
        scopes: Option<Vec<String>>,
    ) -> Result<Grant> {
        let mut grant = self.grant(id).await?;
        if let Some(settings) = settings.filter(|settings| !settings.is_empty()) {
            let bring = Bring::read(grant.provider, &settings)?;
            grant = self.bring(&grant.clone().into(), bring).await?;
        }
        if let Some(scopes) = scopes {
            grant.scopes = narrowed(&grant, scopes)?;
            self.inner.store().update_grant(grant).await.at_rest()?;
            self.inner.post.wake();
        }
        self.grant(id).await
    }

    /// Removes a grant and its mirror, and revokes the permission at the provider as far as possible. What its outbox holds
    /// is not sent any more; `message.send_failed` tells so of each.
    ///
    /// # Errors
    /// `not_found`. What fails at the provider is only logged: the person can revoke there as well.
    pub async fn remove_grant(&self, id: GrantId) -> Result<()> {
        let grant = self.grant(id).await?;
        let credential = self.inner.store().credential(id).await.at_rest()?;
        if let Some(watch) = self.watch_to_end(&grant).await? {
            let handle = watch.handle.as_deref();
            let stop = |mailbox: Mailbox| async move { mailbox.stop_watch(handle).await };
            self.log_failure(id, self.inner.gate.once(&grant, Class::Interactive, stop).await);
        }
        let (inner, now) = (self.inner.clone(), self.now());
        let farewell = move |open: &Submission| outbox::farewell(&inner, open, now);
        self.inner.store().remove_grant(id, now, farewell).await.at_rest()?;
        self.inner.gate.forget(id).await;
        self.inner.gate.pace().forget(id);
        self.inner.ledger.forget(id);
        self.inner.folder_lists.forget(id).await;
        self.inner.post.wake();
        if let Some(credential) = credential {
            self.log_failure(id, self.revoke_at_provider(&grant, &credential).await);
        }
        Ok(())
    }

    /// The subscription that ends with a grant. One without a name is the mailbox's, and stays while another grant of this
    /// installation is told by it.
    async fn watch_to_end(&self, grant: &Grant) -> Result<Option<Watch>> {
        let store = self.inner.store();
        let held = store.watch(grant.id).await.at_rest()?.filter(|watch| watch.ends_at > self.now());
        if held.as_ref().is_some_and(|watch| watch.handle.is_none()) {
            let all = store.grants_by_email(grant.provider, &grant.email).await.at_rest()?;
            for other in all.iter().filter(|other| other.id != grant.id) {
                if store.watch(other.id).await.at_rest()?.is_some_and(|watch| watch.handle.is_none()) {
                    return Ok(None);
                }
            }
        }
        Ok(held)
    }

    /// Addresses the grant may send from (asks the provider).
    pub async fn aliases(&self, grant: &Grant) -> Result<Vec<Address>> {
        let ask = |mailbox: Mailbox| async move { mailbox.send_as().await };
        let aliases = self.inner.gate.call(grant, Class::Interactive, ask).await?;
        Ok(aliases.into_iter().map(|alias| alias.address).collect())
    }

    /// Starts following the grant's changes now instead of at its next poll.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn sync_now(&self, id: GrantId) -> Result<()> {
        self.grant(id).await?;
        self.inner.hint(id).await
    }

    pub(crate) async fn grant(&self, id: GrantId) -> Result<Grant> {
        let grant = self.inner.store().grant(id).await.at_rest()?;
        grant.ok_or_else(|| Fault::not_found("There is no such grant."))
    }

    /// Revokes the permission, unless another grant of this installation lives on it: providers end a person's
    /// permission for the whole OAuth client at once (gmail.md 4).
    async fn revoke_at_provider(&self, grant: &Grant, credential: &Credential) -> Result<()> {
        let others = self.inner.store().grants_by_email(grant.provider, &grant.email).await.at_rest()?;
        if !others.is_empty() {
            return Ok(());
        }
        let open = Refreshable::open(&self.inner.parts.sealer, grant.id, credential)?;
        let (application, provider) = (grant.application_id, grant.provider);
        let desk = Desk { application, provider, credential: open.credential_id };
        let token = SecretString::from(open.refresh_token);
        self.inner.gate.ask(desk, |platform| async move { platform.revoke(&token).await }).await
    }

    fn log_failure(&self, grant: GrantId, result: Result<()>) {
        if let Err(fault) = result {
            tracing::info!(%grant, raw = fault.raw.as_deref(), "not undone at the provider: {fault}");
        }
    }
}

fn narrowed(grant: &Grant, scopes: Vec<String>) -> Result<Vec<String>> {
    match scopes.iter().find(|scope| !grant.scopes.contains(scope)) {
        None => Ok(scopes),
        Some(scope) => Err(Fault::invalid(
            "scope",
            format!("`{scope}` was not granted; ask for it in hosted authentication and let the person consent."),
        )),
    }
}
