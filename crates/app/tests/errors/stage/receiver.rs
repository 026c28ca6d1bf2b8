//! A webhook receiver: answers the challenge, and takes every delivery, sorted by path.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Listens until the runtime ends.
#[derive(Clone)]
pub struct Receiver {
    address: std::net::SocketAddr,
    got: Arc<Mutex<HashMap<String, Vec<Value>>>>,
}

impl Receiver {
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { address: listener.local_addr().unwrap(), got: Arc::default() };
        let taking = receiver.clone();
        tokio::spawn(async move {
            loop {
                // A connection that broke before it was taken is its sender's trouble; the next one is taken.
                let Ok((stream, _)) = listener.accept().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let receiver = taking.clone();
                tokio::spawn(async move { receiver.take(stream).await });
            }
        });
        receiver
    }

    /// Where deliveries of this name go.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// The notifications delivered under a name, in order of arrival.
    pub fn got(&self, name: &str) -> Vec<Value> {
        self.got.lock().unwrap().get(name).cloned().unwrap_or_default()
    }

    async fn take(&self, mut stream: TcpStream) -> Option<()> {
        let mut request = Vec::new();
        let (head, length) = loop {
            let mut chunk = [0; 4096];
            let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
            request.extend_from_slice(&chunk[..read]);
            let end = request.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break (String::from_utf8_lossy(&request[..end]).to_lowercase(), end + 4);
            }
        };
        let field = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let whole = length + field.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(0);
        while request.len() < whole {
            let mut chunk = [0; 4096];
            let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
            request.extend_from_slice(&chunk[..read]);
        }
        let line = String::from_utf8_lossy(&request).lines().next()?.to_owned();
        let target = line.split(' ').nth(1)?;
        let url = url::Url::parse("http://receiver/").unwrap().join(target).ok()?;
        let challenge = url.query_pairs().find(|(name, _)| name == "challenge").map(|(_, value)| value.into_owned());
        if line.starts_with("POST") {
            let body: Value = serde_json::from_slice(&request[length..]).ok()?;
            let name = url.path().trim_start_matches('/').to_owned();
            self.got.lock().unwrap().entry(name).or_default().push(body);
        }
        let text = challenge.unwrap_or_default();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len());
        stream.write_all(answer.as_bytes()).await.ok()
    }
}
