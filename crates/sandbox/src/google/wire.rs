//! Requests and answers as the sandbox's Google sees them, freed of the HTTP server's own types.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

/// A request, whole. A call inside a batch is one of these as well.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// The path as sent, still percent-encoded.
    pub(crate) path: String,
    /// Query parameters in order, decoded.
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The base URL the caller reached us under, without a slash at the end.
    pub(crate) base: String,
}

/// Parameters in order, decoded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Answer(Answer),
    /// The connection is closed without a word.
    Cut,
}

impl Incoming {
    /// A header's value, when it is text.
    pub(crate) fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The content type, or nothing.
    pub(crate) fn content_type(&self) -> &str {
        self.header(header::CONTENT_TYPE).unwrap_or_default()
    }

    /// The body's parameters when it is a form.
    pub(crate) fn form(&self) -> Query {
        Query::parse(&String::from_utf8_lossy(&self.body))
    }

    /// The token in `Authorization: Bearer`, or in the query (RFC 6750 sections 2.1 and 2.3).
    pub(crate) fn bearer(&self) -> Option<&str> {
        let header = self.header(header::AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        header
            .or_else(|| self.query.get("access_token"))
            .or_else(|| self.query.get("oauth_token"))
            .filter(|token| !token.is_empty())
    }
}

impl Query {
    /// Reads `a=b&c=d`.
    pub(crate) fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The last value under this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// The last value under this name, unless it is empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Every value under this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// Written as a query again.
    pub(crate) fn to_text(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

impl Answer {
    /// An answer with a body of this type.
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into() }
    }

    /// 204, as Gmail answers where there is nothing to say.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A page for people.
    pub(crate) fn html(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "text/html; charset=UTF-8", body)
    }

    /// JSON as Google prints it.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        Self::google(status, print(value, true))
    }

    /// JSON already printed, under the headers of Google's API front end.
    pub(crate) fn google(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "application/json; charset=UTF-8", body)
            .with("vary", "Origin, X-Origin, Referer")
            .with("server", "ESF")
    }

    /// Adds a header. A value that no header may hold is left out.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }
}

/// JSON with two spaces of indentation and a line break at the end, or in one line.
pub(crate) fn print(value: &impl Serialize, pretty: bool) -> Vec<u8> {
    let mut text = Vec::with_capacity(1024);
    // Serialising our own shapes into memory fails only where a map key is no string; there is none.
    let written =
        if pretty { serde_json::to_writer_pretty(&mut text, value) } else { serde_json::to_writer(&mut text, value) };
    if let Err(error) = written {
        tracing::error!(%error, "an answer could not be printed");
    }
    text.push(b'\n');
    text
}
