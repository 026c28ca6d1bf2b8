//! multipart/form-data as the SDKs frame it (contract facts, section 1.5, "Multipart layout").
//!
//! The part named `message` or `draft` is the JSON, wherever it stands and whatever content type or empty file name it
//! has. Every other part is a file; a part name other than `file<n>` or `attachment` is the file's content id, which makes
//! it an inline image.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, header};
use mail::compose::File;
use multer::Field;

use super::body::{self, Bounds};
use crate::error::Refusal;

/// More parts than this are refused; no SDK comes near.
const MOST_PARTS: usize = 256;

/// What the part with the JSON is called.
pub const MESSAGE: &[&str] = &["message", "draft"];
/// What the part with a raw message is called (`?type=mime`).
pub const MIME: &[&str] = &["mime"];

/// The parts of a send or a draft.
#[derive(Debug)]
pub struct Form {
    /// The part that says what the message is.
    pub main: Bytes,
    /// All other parts.
    pub files: Vec<File>,
}

/// Reads a multipart body while it arrives; the first part with one of `names` is the main one.
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    bounds: Bounds,
    names: &'static [&'static str],
) -> Result<Form, Refusal> {
    let boundary = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| multer::parse_boundary(text).ok())
        .ok_or_else(|| Refusal::invalid("Content-Type", "Content-Type: multipart/form-data needs a boundary"))?;
    let seen = Arc::new(AtomicU64::new(0));
    let stream = bounded(body, bounds, seen.clone());
    let form = tokio::time::timeout(bounds.deadline, parts(multer::Multipart::new(stream, boundary), names));
    match form.await {
        Err(_) => Err(body::too_slow(bounds)),
        Ok(_) if seen.load(Ordering::Relaxed) > bounds.limit as u64 => {
            Err(body::too_large(bounds, seen.load(Ordering::Relaxed)))
        }
        Ok(form) => form,
    }
}

/// Passes a body on up to the limit; of the rest only the size is learned.
fn bounded(body: Body, bounds: Bounds, seen: Arc<AtomicU64>) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    body.into_data_stream().map(move |chunk| {
        let chunk = chunk.map_err(std::io::Error::other)?;
        let total = seen.fetch_add(chunk.len() as u64, Ordering::Relaxed) + chunk.len() as u64;
        match total {
            _ if total <= bounds.limit as u64 => Ok(chunk),
            _ if total <= 4 * bounds.limit as u64 => Ok(Bytes::new()),
            _ => Err(std::io::Error::other("far too large")),
        }
    })
}

async fn parts(mut form: multer::Multipart<'_>, names: &[&str]) -> Result<Form, Refusal> {
    let (mut main, mut files) = (None, Vec::new());
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        if main.is_none() && names.contains(&name.as_str()) {
            main = Some(field.bytes().await.map_err(malformed)?);
        } else if files.len() < MOST_PARTS {
            files.push(file(name, field).await?);
        } else {
            return Err(Refusal::invalid("attachments", format!("at most {MOST_PARTS} attachments are taken")));
        }
    }
    let main = main.ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("the part {} with the message itself is missing", names.join(" or "));
        Refusal::invalid(name_of(&names), message)
    })?;
    Ok(Form { main, files })
}

fn name_of(names: &[String]) -> String {
    names.first().map(|name| name.trim_matches('`').to_owned()).unwrap_or_default()
}

async fn file(name: String, field: Field<'_>) -> Result<File, Refusal> {
    let filename = field.file_name().unwrap_or_default().to_owned();
    let content_type = field.content_type().map_or("application/octet-stream".to_owned(), ToString::to_string);
    let content = field.bytes().await.map_err(malformed)?.to_vec();
    let content_id = content_id(&name);
    Ok(File { filename, content_type, content, inline: content_id.is_some(), content_id })
}

fn content_id(part: &str) -> Option<String> {
    let numbered = part.strip_prefix("file").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let plain = part.is_empty() || part == "attachment" || part == "attachments" || numbered;
    (!plain).then(|| part.trim_matches(['<', '>']).to_owned())
}

fn malformed(error: multer::Error) -> Refusal {
    Refusal::invalid("body", format!("the multipart body is malformed: {error}")).typed("api.invalid_request_payload")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const BOUNDS: Bounds = Bounds { limit: 4096, deadline: Duration::from_secs(5), encoding: "multipart" };

    fn headers() -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, "multipart/form-data; boundary=BB".parse().unwrap())])
    }

    async fn read_parts(parts: &[&str]) -> Result<Form, Refusal> {
        let text: String = parts.iter().map(|p| format!("--BB\r\n{p}\r\n")).collect::<String>() + "--BB--\r\n";
        read(&headers(), Body::from(text), BOUNDS, MESSAGE).await
    }

    #[tokio::test]
    async fn node_names_the_parts_and_gives_the_json_no_type() {
        let form = read_parts(&[
            "Content-Disposition: form-data; name=\"message\"\r\n\r\n{\"subject\":\"a\"}",
            "Content-Disposition: form-data; name=\"file0\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello",
        ])
        .await
        .unwrap();
        assert_eq!(form.main, "{\"subject\":\"a\"}");
        assert_eq!(form.files[0].filename, "a.txt");
        assert_eq!(form.files[0].content_type, "text/plain");
        assert_eq!(form.files[0].content, b"hello");
        assert!(!form.files[0].inline);
    }

    #[tokio::test]
    async fn python_gives_the_json_an_empty_file_name() {
        let form = read_parts(&[
            "Content-Disposition: form-data; name=\"message\"; filename=\"\"\r\nContent-Type: application/json\r\n\r\n{}",
            "Content-Disposition: form-data; name=\"logo\"; filename=\"l.png\"\r\nContent-Type: image/png\r\n\r\nPNG",
        ])
        .await
        .unwrap();
        assert_eq!(form.main, "{}");
        assert_eq!(form.files[0].content_id.as_deref(), Some("logo"));
        assert!(form.files[0].inline);
    }

    #[tokio::test]
    async fn ruby_puts_the_json_last_and_the_specification_calls_it_draft() {
        let form = read_parts(&[
            "Content-Disposition: form-data; name=\"attachment\"; filename=\"b\"\r\n\r\nx",
            "Content-Disposition: form-data; name=\"draft\"\r\n\r\n{}",
        ])
        .await
        .unwrap();
        assert_eq!((form.main.as_ref(), form.files.len()), (&b"{}"[..], 1));
        assert_eq!(form.files[0].content_type, "application/octet-stream");
    }

    #[tokio::test]
    async fn chunks_may_break_anywhere() {
        let text = "--BB\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n{}\r\n--BB--\r\n";
        let chunks: Vec<_> = text.bytes().map(|b| Ok::<_, std::io::Error>(Bytes::copy_from_slice(&[b]))).collect();
        let form =
            read(&headers(), Body::from_stream(futures_util::stream::iter(chunks)), BOUNDS, MESSAGE).await.unwrap();
        assert_eq!(form.main, "{}");
    }

    #[tokio::test]
    async fn what_is_missing_or_too_large_is_named() {
        let refusal = read_parts(&["Content-Disposition: form-data; name=\"file0\"\r\n\r\nx"]).await.unwrap_err();
        assert!(refusal.fault().message.contains("`message`"));
        let large = format!("Content-Disposition: form-data; name=\"file0\"\r\n\r\n{}", "x".repeat(5000));
        let refusal = read_parts(&[&large]).await.unwrap_err();
        assert!(
            refusal.fault().message.starts_with("max size of attachments for multipart is 4096 bytes, received '5")
        );
        let refusal = read(&headers(), Body::from("--BB\r\nnonsense"), BOUNDS, MESSAGE).await.unwrap_err();
        assert!(refusal.fault().message.contains("malformed"));
    }
}
