//! Slow clients, oversized bodies, rates, draining: over real connections where it matters.

use std::time::Duration;

use http::Method;
use serde_json::json;
use server::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::house::House;

/// Only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

fn unlimited() -> Settings {
    Settings { admin_rate: 0, grant_rate: 0, multipart_rate: 0, ..Settings::default() }
}

/// The house behind a real port.
async fn served(
    house: &House,
    settings: Settings,
) -> (std::net::SocketAddr, CancellationToken, tokio::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(server::serve(listener, house.engine.clone(), settings, stop.clone()));
    (address, stop, running)
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_client_that_never_finishes_its_head_is_dropped() {
    let house = House::new().await;
    let settings = Settings { body_deadline: Duration::from_millis(100), ..unlimited() };
    let (address, ..) = served(&house, settings).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let answer = tokio::time::timeout(PATIENCE, rest(&mut stream)).await.expect("still open");
    assert!(!answer.contains("200 OK"));
}

#[tokio::test]
async fn a_client_that_never_finishes_its_body_is_told() {
    let house = House::new().await;
    let settings = Settings { body_deadline: Duration::from_millis(100), ..unlimited() };
    let (address, ..) = served(&house, settings).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{{\"to\"",
        house.mail("messages/send"),
        house.key
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = tokio::time::timeout(PATIENCE, rest(&mut stream)).await.expect("still open");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("did not arrive within"), "{answer}");
}

#[tokio::test]
async fn an_oversized_body_is_read_off_so_that_its_sender_hears_why() {
    let house = House::new().await;
    let (address, ..) = served(&house, unlimited()).await;
    let client = reqwest::Client::new();
    let url = format!("http://{address}{}", house.mail("messages/send"));
    let answer = client.post(url).bearer_auth(&house.key).body(vec![b' '; 8_000_000]).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let text = answer.text().await.unwrap();
    assert!(text.contains("max size of attachments for json is 3MB, received '8000000'"), "{text}");
}

#[tokio::test]
async fn a_chunked_multipart_over_its_limit_is_refused_by_size() {
    let house = House::with(Settings { max_multipart_body: 100_000, ..unlimited() }).await;
    let body =
        format!("--B\r\nContent-Disposition: form-data; name=\"file0\"\r\n\r\n{}\r\n--B--\r\n", "x".repeat(200_000));
    let chunks: Vec<_> = body.as_bytes().chunks(7_000).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect();
    let request = house
        .request(Method::POST, &house.mail("messages/send"))
        .header("content-type", "multipart/form-data; boundary=B");
    let stream = axum::body::Body::from_stream(futures_util::stream::iter(chunks));
    let answer = house.send(request.body(stream).unwrap()).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.message().contains("max size of attachments for multipart is 100000 bytes, received '2000"),
        "{}",
        answer.message()
    );
}

#[tokio::test]
async fn over_the_rate_the_answer_says_when_to_come_back() {
    let house = House::standing(Settings { admin_rate: 0, grant_rate: 3, ..Settings::default() }).await;
    for _ in 0..3 {
        assert_eq!(house.get(&house.mail("messages?limit=1")).await.status, 200);
    }
    let last = house.get(&house.mail("messages?limit=1")).await;
    assert_eq!(last.status, 429);
    assert_eq!(last.json()["error"]["type"], "nylas_rate_limit_exceeded");
    assert_eq!(last.json()["error"]["fault"]["kind"], "api_rate_limited");
    assert_eq!(last.header("retry-after"), "1");
    assert!(last.json()["error"].get("provider_error").is_none());
    assert_eq!(last.json()["error"]["fault"]["retry"]["verdict"], "at");
}

#[tokio::test]
async fn multipart_sends_have_a_rate_of_their_own() {
    let house = House::standing(Settings { multipart_rate: 1, ..unlimited() }).await;
    let body = "--B\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n{\"to\":[{\"email\":\"b@x.org\"}]}\r\n--B--\r\n";
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let request = house
            .request(Method::POST, &house.mail("messages/send"))
            .header("content-type", "multipart/form-data; boundary=B");
        statuses.push(house.send(request.body(body.into()).unwrap()).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 429, 429]);
    assert_eq!(house.post(&house.mail("messages/send"), json!({"to": [{"email": "b@x.org"}]})).await.status, 200);
}

#[tokio::test]
async fn stopping_lets_requests_in_hand_finish() {
    let house = House::new().await;
    let (address, stop, running) = served(&house, unlimited()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let wish = json!({"to": [{"email": "b@x.org"}]}).to_string();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        house.mail("messages/send"),
        house.key,
        wish.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (first, second) = wish.as_bytes().split_at(5);
    stream.write_all(first).await.unwrap();
    // The request is in hand once another connection has been answered.
    reqwest::get(format!("http://{address}/healthz")).await.unwrap();
    stop.cancel();
    stream.write_all(second).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 200"));
    tokio::time::timeout(PATIENCE, running).await.expect("drained").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
}
