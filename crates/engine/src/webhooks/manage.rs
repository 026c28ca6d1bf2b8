//! Webhooks made, changed, removed, and their failed deliveries replayed.

use model::secret::SecretString;
use model::webhook::{Webhook, WebhookStatus};
use model::{ApplicationId, DeliveryId, Fault, WebhookId};
use store::WebhookChange;

use super::WebhookEdit;
use super::challenge::challenge;
use super::url::check;
use crate::at_rest::AtRest;
use crate::{Engine, Result, random, seal};

/// Characters of a description at most.
const MOST_DESCRIPTION: usize = 1024;
/// Addresses to tell at most.
const MOST_EMAILS: usize = 50;

/// Where a webhook's secret is sealed.
pub(crate) fn secret_place(id: WebhookId) -> String {
    seal::place("webhook", id.0)
}

impl Engine {
    /// Makes a webhook after its URL answered the challenge. The secret is shown this once.
    ///
    /// # Errors
    /// `invalid_request` naming the field; with `provider_code` 70005 when the URL cannot be used or does not answer.
    pub async fn create_webhook(
        &self,
        application: ApplicationId,
        edit: WebhookEdit,
    ) -> Result<(Webhook, SecretString)> {
        let url = edit.url.clone().ok_or_else(|| Fault::invalid("webhook_url", "`webhook_url` is required."))?;
        if edit.trigger_types.is_none() {
            return Err(Fault::invalid("trigger_types", "`trigger_types` is required."));
        }
        let (id, now, secret) = (WebhookId(self.inner.new_id()), self.now(), random::token());
        let change = self.checked(edit)?;
        let webhook = Webhook {
            id,
            application_id: application,
            description: change.description,
            trigger_types: change.trigger_types.unwrap_or_default(),
            url: url.clone(),
            secret: self.inner.parts.sealer.seal(&secret_place(id), &secret),
            status: change.status.unwrap_or(WebhookStatus::Active),
            notification_emails: change.notification_emails.unwrap_or_default(),
            compressed: change.compressed.unwrap_or(false),
            status_updated_at: now,
            created_at: now,
            updated_at: now,
        };
        challenge(&self.inner, &url).await?;
        self.inner.store().add_webhook(webhook.clone()).await.at_rest()?;
        Ok((webhook, SecretString::from(secret)))
    }

    /// Changes a webhook; a new URL or activation is challenged first.
    ///
    /// # Errors
    /// `not_found`; as [`Self::create_webhook`].
    pub async fn update_webhook(
        &self,
        application: ApplicationId,
        id: WebhookId,
        edit: WebhookEdit,
    ) -> Result<Webhook> {
        let before = self.webhook(application, id).await?;
        let change = self.checked(edit)?;
        let url = change.url.as_ref().unwrap_or(&before.url);
        let activated = change.status == Some(WebhookStatus::Active) && before.status != WebhookStatus::Active;
        if *url != before.url || activated {
            challenge(&self.inner, url).await?;
        }
        // The challenge may have taken a while: what others changed meanwhile stays.
        let webhook = self.inner.store().change_webhook(application, id, change, self.now()).await.at_rest()?;
        // What waited while it was off may go now.
        self.inner.post.wake();
        Ok(webhook)
    }

    /// Gives a webhook a new secret; the old one is dead at once.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn rotate_webhook_secret(
        &self,
        application: ApplicationId,
        id: WebhookId,
    ) -> Result<(Webhook, SecretString)> {
        self.webhook(application, id).await?;
        let secret = random::token();
        let sealed = self.inner.parts.sealer.seal(&secret_place(id), &secret);
        let change = WebhookChange { secret: Some(sealed), ..WebhookChange::default() };
        let webhook = self.inner.store().change_webhook(application, id, change, self.now()).await.at_rest()?;
        Ok((webhook, SecretString::from(secret)))
    }

    /// Removes a webhook.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_webhook(&self, application: ApplicationId, id: WebhookId) -> Result<()> {
        self.inner.store().remove_webhook(application, id).await.at_rest()
    }

    /// Makes failed deliveries pending again; returns how many.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn replay_deliveries(
        &self,
        application: ApplicationId,
        id: WebhookId,
        deliveries: Option<Vec<DeliveryId>>,
    ) -> Result<usize> {
        self.webhook(application, id).await?;
        let replayed = self.inner.store().replay_deliveries(id, deliveries, self.now()).await.at_rest()?;
        self.inner.post.wake();
        Ok(replayed)
    }

    async fn webhook(&self, application: ApplicationId, id: WebhookId) -> Result<Webhook> {
        let webhook = self.inner.store().webhook(id).await.at_rest()?;
        let webhook = webhook.filter(|webhook| webhook.application_id == application);
        // The contract's sentence under its number 70000 (nylas-v3.md 1.10).
        webhook.ok_or_else(|| Fault {
            provider_code: Some("70000".into()),
            ..Fault::not_found("destination.id.not.found : record not found")
        })
    }

    /// An edit as the store takes it.
    fn checked(&self, edit: WebhookEdit) -> Result<WebhookChange> {
        check_edit(&edit)?;
        if let Some(url) = &edit.url {
            check(url, self.settings())?;
        }
        let trigger_types = edit.trigger_types.map(|mut types| {
            types.sort_unstable();
            types.dedup();
            types
        });
        Ok(WebhookChange {
            description: edit.description,
            trigger_types,
            url: edit.url,
            secret: None,
            status: edit.status,
            notification_emails: edit.notification_emails,
            compressed: edit.compressed,
        })
    }
}

fn check_edit(edit: &WebhookEdit) -> Result<()> {
    if edit.trigger_types.as_ref().is_some_and(Vec::is_empty) {
        return Err(Fault::invalid("trigger_types", "`trigger_types` must name at least one type."));
    }
    if edit.status.is_some_and(|status| !matches!(status, WebhookStatus::Active | WebhookStatus::Pause)) {
        return Err(Fault::invalid("status", "`status` can be set to `active` or `pause` only."));
    }
    if edit.description.as_ref().is_some_and(|text| text.chars().count() > MOST_DESCRIPTION) {
        return Err(Fault::invalid(
            "description",
            format!("`description` is longer than {MOST_DESCRIPTION} characters."),
        ));
    }
    let emails = edit.notification_emails.as_deref().unwrap_or_default();
    if emails.len() > MOST_EMAILS || emails.iter().any(|email| !email.contains('@') || email.len() > 320) {
        let message = format!("`notification_email_addresses` must hold at most {MOST_EMAILS} addresses.");
        return Err(Fault::invalid("notification_email_addresses", message));
    }
    Ok(())
}
