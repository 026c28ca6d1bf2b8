//! One attempt at one delivery.

use model::Fault;
use model::secret::ExposeSecret;
use model::webhook::{Delivery, Webhook};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use store::{DeliveryOutcome, DueDelivery};

use super::challenge::told;
use super::retry::{Answer, after, retry_after};
use super::sign::{SIGNATURE, Signed, sign};
use super::url::check;
use super::{render, secret_place};
use crate::{Inner, Result};

/// Posts a delivery; tells where it stands now.
pub(super) async fn attempt(inner: &Inner, due: DueDelivery) -> DeliveryOutcome {
    let DueDelivery { delivery, webhook } = due;
    let answer = match body(inner, &delivery, &webhook).await {
        Ok(body) => post(inner, &webhook.url, body).await,
        Err(fault) => return unsendable(inner, delivery, fault),
    };
    let (state, next_at) = after(&answer, delivery.attempts, inner.now());
    DeliveryOutcome { id: delivery.id, state, next_at, status: answer.status(), error: answer.error() }
}

async fn body(inner: &Inner, delivery: &Delivery, webhook: &Webhook) -> Result<Signed> {
    let json = render::render(inner, &delivery.event, delivery.attempts).await?;
    let secret = inner.parts.sealer.open(&secret_place(webhook.id), &webhook.secret)?;
    Ok(sign(json, secret.expose_secret(), webhook.compressed))
}

/// Posts a signed body. The URL is checked each time: settings change, and so do addresses.
pub(super) async fn post(inner: &Inner, url: &str, body: Signed) -> Answer {
    let url = match check(url, inner.settings()) {
        Ok(url) => url,
        Err(fault) => return Answer::None(fault.message),
    };
    let mut request =
        inner.post.http.post(url).header(CONTENT_TYPE, "application/json").header(SIGNATURE, body.signature);
    if body.gzipped {
        request = request.header(CONTENT_ENCODING, "gzip");
    }
    match request.body(body.bytes).send().await {
        Ok(answer) => {
            let wish = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wish = wish.and_then(|value| retry_after(value, inner.now()));
            Answer::Status(answer.status().as_u16(), wish)
        }
        Err(error) => {
            tracing::debug!(?error, "a webhook gave no answer");
            Answer::None(told(&error))
        }
    }
}

/// The notification could not be made: our own failure, tried again as if there had been no answer.
fn unsendable(inner: &Inner, delivery: Delivery, fault: Fault) -> DeliveryOutcome {
    tracing::error!(delivery = %delivery.id, raw = fault.raw.as_deref(), "a notification could not be made: {fault}");
    let (state, next_at) = after(&Answer::None(String::new()), delivery.attempts, inner.now());
    let error = Some("Postroad could not make the notification; its log tells why".to_owned());
    DeliveryOutcome { id: delivery.id, state, next_at, status: None, error }
}
