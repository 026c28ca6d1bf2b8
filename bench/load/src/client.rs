//! A small HTTP/1.1 client on one kept-alive connection. It does as little as it can, because it shares the machine with what it measures.

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection.
pub struct Client {
    stream: TcpStream,
    host: String,
    authorization: String,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Client {
    /// Connects to `http://host:port`.
    pub async fn connect(base: &str, key: &str) -> anyhow::Result<Self> {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.with_context(|| format!("connecting to {base}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host, authorization: format!("Bearer {key}"), buffer: Vec::with_capacity(256 * 1024) })
    }

    /// The bytes of a request, to be sent many times.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        self.request_with(method, path, "", body)
    }

    /// The same with further header lines, each ending in CRLF.
    pub fn request_with(&self, method: &str, path: &str, lines: &str, body: Option<&Value>) -> Vec<u8> {
        let (host, authorization) = (&self.host, &self.authorization);
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: {authorization}\r\n{lines}");
        let body = body.map(Value::to_string).unwrap_or_default();
        if !body.is_empty() {
            head.push_str("content-type: application/json\r\n");
        }
        if method != "GET" {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        format!("{head}\r\n{body}").into_bytes()
    }

    /// Sends prepared bytes and reads the answer.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status in the answer")?;
        let mut answer = Answer { status, head, body: Vec::new() };
        match answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) => {
                while self.buffer.len() < head_end + length {
                    self.more().await?;
                }
                answer.body = self.buffer[head_end..head_end + length].to_vec();
            }
            None => answer.body = self.chunks(head_end).await?,
        }
        Ok(answer)
    }

    /// A request sent once.
    pub async fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let request = self.request(method, path, body);
        let answer = self.send(&request).await?;
        if answer.status > 299 {
            bail!("{method} {path} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        answer.json()
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }

    /// A chunked body (RFC 9112 section 7.1).
    async fn chunks(&mut self, mut at: usize) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                match find(&self.buffer[at..], b"\r\n") {
                    Some(found) => break at + found,
                    None => self.more().await?,
                }
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.buffer[at..line_end])?.trim(), 16)?;
            let end = line_end + 2 + size;
            while self.buffer.len() < end + 2 {
                self.more().await?;
            }
            body.extend_from_slice(&self.buffer[line_end + 2..end]);
            at = end + 2;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
