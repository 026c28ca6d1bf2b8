//! A webhook receiver that tells when each delivery arrived.

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Listens on a free port; returns the webhook's URL and the arrivals (subject, instant).
pub async fn start() -> anyhow::Result<(String, mpsc::UnboundedReceiver<(String, Instant)>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let (told, arrivals) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, told.clone()));
        }
    });
    Ok((url, arrivals))
}

async fn serve(mut stream: TcpStream, told: mpsc::UnboundedSender<(String, Instant)>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(end) = request_end(&buffer) else {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let arrived = Instant::now();
        let request = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end);
        let challenge =
            request.split_once("challenge=").map(|(_, rest)| rest.split([' ', '&']).next().unwrap_or_default());
        let body = if request.starts_with("GET") { challenge.unwrap_or_default() } else { "" };
        stream.write_all(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
        if let Some(subject) = subject(&request) {
            let _ = told.send((subject, arrived));
        }
    }
}

fn request_end(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let length =
        text.split("content-length:").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok()).unwrap_or(0);
    (buffer.len() >= head + length).then_some(head + length)
}

fn subject(request: &str) -> Option<String> {
    let (_, body) = request.split_once("\r\n\r\n")?;
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(value["data"]["object"]["subject"].as_str()?.to_owned())
}
