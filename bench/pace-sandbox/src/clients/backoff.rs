//! Ten workers per mailbox; a refused call is tried again after 1, 2, 4 ... 64 seconds until it succeeds. Readers have ten
//! workers of their own.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future;
use serde_json::Value;

use super::{Client, access_tokens};
use crate::cell::Cell;
use crate::stage::Stage;

const WORKERS: usize = 10;

/// The client.
pub struct Backoff {
    http: reqwest::Client,
    stage: Arc<Stage>,
    tokens: Vec<String>,
    fetched: AtomicU64,
}

impl Backoff {
    pub async fn ready(_cell: &Cell, stage: Arc<Stage>) -> anyhow::Result<Self> {
        let tokens = access_tokens(&stage).await?;
        Ok(Self { http: reqwest::Client::new(), stage, tokens, fetched: AtomicU64::new(0) })
    }

    async fn get(&self, token: &str, path: &str) -> Option<Value> {
        let url = format!("{}/gmail/v1/users/me/{path}", self.stage.sandbox.url());
        for refused in 0.. {
            let answer = self.http.get(&url).bearer_auth(token).send().await.ok()?;
            match answer.status().as_u16() {
                200 => return answer.json().await.ok(),
                403 | 429 | 500..=599 => {}
                _ => return None,
            }
            self.stage.clock.sleep(Duration::from_secs(1 << u32::min(refused, 6))).await;
        }
        None
    }

    async fn fetch(&self, token: &str, id: &str) -> bool {
        let well = self.get(token, &format!("messages/{id}?format=raw")).await.is_some();
        self.fetched.fetch_add(u64::from(well), Ordering::Relaxed);
        well
    }

    async fn mailbox(&self, token: &str) {
        let (mut ids, mut page) = (VecDeque::new(), String::new());
        loop {
            let path = format!("messages?maxResults=500&includeSpamTrash=true&pageToken={page}");
            let listed = self.get(token, &path).await.unwrap_or_default();
            let found = listed["messages"].as_array().into_iter().flatten();
            ids.extend(found.filter_map(|message| message["id"].as_str().map(str::to_owned)));
            match listed["nextPageToken"].as_str() {
                Some(next) => page = next.to_owned(),
                None => break,
            }
        }
        let ids = Mutex::new(ids);
        let next = || ids.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let worker = || async {
            while let Some(id) = next() {
                self.fetch(token, &id).await;
            }
        };
        future::join_all((0..WORKERS).map(|_| worker())).await;
    }
}

#[async_trait]
impl Client for Backoff {
    async fn backfill(&self) -> anyhow::Result<()> {
        future::join_all(self.tokens.iter().map(|token| self.mailbox(token))).await;
        Ok(())
    }

    async fn read(&self, id: &str) -> bool {
        self.fetch(&self.tokens[0], id).await
    }

    fn readers(&self) -> usize {
        WORKERS
    }

    async fn fetched(&self) -> anyhow::Result<u64> {
        Ok(self.fetched.load(Ordering::Relaxed))
    }

    async fn stop(&self) {}
}
