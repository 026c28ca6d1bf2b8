//! A webhook receiver: answers the challenge and keeps every delivery.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Listens until the runtime ends.
#[derive(Clone)]
pub struct Receiver {
    address: std::net::SocketAddr,
    got: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    /// Begins to listen.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { address: listener.local_addr().unwrap(), got: Arc::default() };
        let taking = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = taking.clone();
                tokio::spawn(async move { receiver.take(stream).await });
            }
        });
        receiver
    }

    /// Where deliveries go.
    pub fn url(&self) -> String {
        format!("http://{}/heard", self.address)
    }

    /// The deliveries so far.
    pub fn got(&self) -> Vec<Value> {
        self.got.lock().unwrap().clone()
    }

    async fn take(&self, mut stream: TcpStream) -> Option<()> {
        let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
        let head_end = loop {
            let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
            request.extend_from_slice(&chunk[..read]);
            if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&request[..head_end]).into_owned();
        let lower = head.to_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        while request.len() < head_end + length.unwrap_or(0usize) {
            let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
            request.extend_from_slice(&chunk[..read]);
        }
        let challenge =
            head.split_once("challenge=").map(|(_, rest)| rest.split([' ', '&']).next().unwrap_or_default());
        if let Ok(delivery) = serde_json::from_slice(&request[head_end..]) {
            self.got.lock().unwrap().push(delivery);
        }
        let body = challenge.unwrap_or_default();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.ok()
    }
}
