//! What people write first: straight to Gmail's `messages.send` or Graph's `sendMail`, again on every error that may pass. Where Postroad's
//! server is killed, this client loses the answers it waits for, as a process does that ends and starts again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::told::{Outcome, Progress, Task, Told};
use crate::client::{Answer, Client};
use crate::provider::Provider;

const GIVES_UP_AFTER: Duration = Duration::from_secs(20);
const MOST_TRIES: u64 = 50;

/// Sends until nothing is left to send.
pub async fn send(
    provider: Provider,
    url: String,
    emails: Vec<String>,
    progress: Arc<Progress>,
    mut killed: watch::Receiver<usize>,
) -> anyhow::Result<Vec<Told>> {
    let mut sender = Sender { provider, url, tokens: HashMap::new() };
    let mut told = Vec::new();
    while let Some(task) = progress.take() {
        told.push(sender.ask(&emails[task.mailbox], &task, &mut killed).await);
        progress.end();
    }
    Ok(told)
}

struct Sender {
    provider: Provider,
    url: String,
    tokens: HashMap<String, String>,
}

impl Sender {
    async fn ask(&mut self, email: &str, task: &Task, killed: &mut watch::Receiver<usize>) -> Told {
        let token = task.token.clone();
        let body = self.body(email, &token);
        for asked in 1..=MOST_TRIES {
            killed.mark_unchanged();
            let answer = tokio::select! {
                answer = tokio::time::timeout(GIVES_UP_AFTER, self.once(email, &body)) => answer.ok().and_then(Result::ok),
                _ = killed.changed() => None,
            };
            match answer.map(|answer| (answer.status, answer)) {
                Some((200 | 202, _)) => return Told { token, outcome: Outcome::Sent, asked },
                Some((401, _)) => drop(self.tokens.remove(email)),
                Some((403 | 429 | 500..=599, _)) | None => {}
                Some((status, _)) => return Told { token, outcome: Outcome::Refused(status), asked },
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Told { token, outcome: Outcome::Nothing, asked: MOST_TRIES }
    }

    async fn once(&mut self, email: &str, body: &Value) -> anyhow::Result<Answer> {
        if !self.tokens.contains_key(email) {
            let mut sandbox = Client::connect(&self.url, "").await?;
            let issued = sandbox.call("POST", "/_sandbox/token", Some(&json!({ "email": email }))).await?;
            self.tokens.insert(email.to_owned(), issued["access_token"].as_str().unwrap_or_default().to_owned());
        }
        let mut connection = Client::connect(&self.url, &self.tokens[email]).await?;
        let path = match self.provider {
            Provider::Google => "/gmail/v1/users/me/messages/send",
            Provider::Microsoft => "/v1.0/me/sendMail",
        };
        let request = connection.request("POST", path, Some(body));
        connection.send(&request).await
    }

    fn body(&self, email: &str, subject: &str) -> Value {
        match self.provider {
            Provider::Google => {
                let to = "reader@example.com";
                let raw = format!("From: {email}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nTold once.\r\n");
                json!({ "raw": base64::prelude::BASE64_URL_SAFE.encode(raw) })
            }
            Provider::Microsoft => json!({ "message": {
                "subject": subject,
                "body": { "contentType": "text", "content": "Told once." },
                "toRecipients": [{ "emailAddress": { "address": "reader@example.com" } }],
            } }),
        }
    }
}
