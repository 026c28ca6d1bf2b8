//! Postroad's clients: each asks with one idempotency key until it knows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::told::{Outcome, Progress, Task, Told};
use crate::client::{Answer, Client};

/// A client hangs up after this, and asks again.
const HANGS_UP_AFTER: Duration = Duration::from_secs(20);
/// One mail is asked for so long at most.
const PATIENCE: Duration = Duration::from_secs(300);
/// Longest pause, whatever was asked for.
const LONGEST_PAUSE: u64 = 5;

/// Sends until nothing is left to send.
pub async fn send(url: String, key: String, grants: Vec<String>, progress: Arc<Progress>) -> anyhow::Result<Vec<Told>> {
    let mut sender = Sender { url, key, connection: None };
    let mut told = Vec::new();
    while let Some(task) = progress.take() {
        told.push(sender.ask(&grants[task.mailbox], &task).await);
        progress.end();
    }
    Ok(told)
}

struct Sender {
    url: String,
    key: String,
    connection: Option<Client>,
}

impl Sender {
    async fn ask(&mut self, grant: &str, task: &Task) -> Told {
        let (path, token) = (format!("/v3/grants/{grant}/messages/send"), task.token.clone());
        let body = json!({ "to": [{ "email": "reader@example.com" }], "subject": token, "body": "Told once." });
        let (end, mut asked) = (Instant::now() + PATIENCE, 0);
        while Instant::now() < end {
            asked += 1;
            let pause = match tokio::time::timeout(HANGS_UP_AFTER, self.once(&path, &token, &body)).await {
                Ok(Ok(answer)) => match outcome(&answer) {
                    Ok(outcome) => return Told { token, outcome, asked },
                    Err(pause) => pause,
                },
                _ => {
                    self.connection = None;
                    Duration::from_millis(150)
                }
            };
            tokio::time::sleep(pause).await;
        }
        Told { token, outcome: Outcome::Nothing, asked }
    }

    async fn once(&mut self, path: &str, key: &str, body: &Value) -> anyhow::Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Client::connect(&self.url, &self.key).await?,
        };
        let request = connection.request_with("POST", path, &format!("idempotency-key: {key}\r\n"), Some(body));
        let answer = connection.send(&request).await?;
        self.connection = Some(connection);
        Ok(answer)
    }
}

/// What an answer says, or how long to wait before asking again.
fn outcome(answer: &Answer) -> Result<Outcome, Duration> {
    let again = || {
        let seconds = answer.header("retry-after").and_then(|text| text.parse::<u64>().ok());
        seconds.map_or(Duration::from_millis(300), |seconds| Duration::from_secs(seconds.min(LONGEST_PAUSE)))
    };
    match answer.status {
        200 => Ok(Outcome::Sent),
        202 => Ok(Outcome::Accepted),
        409 if String::from_utf8_lossy(&answer.body).contains("concurrent") => Err(again()),
        408 | 429 | 500..=599 => Err(again()),
        status => Ok(Outcome::Refused(status)),
    }
}
