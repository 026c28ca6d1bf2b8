//! Answers and refusals of the control API.

use axum::Json;
use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

/// Why a request was refused: answered as `{"error": {"message": ...}}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400: the request is wrong; the message names the field and the remedy.
    #[error("{0}")]
    Invalid(String),
    /// 404: there is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// 409: it is there already.
    #[error("{0}")]
    Conflict(String),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Refusal::Invalid(_) => StatusCode::BAD_REQUEST,
            Refusal::NotFound(_) => StatusCode::NOT_FOUND,
            Refusal::Conflict(_) => StatusCode::CONFLICT,
        };
        (status, Json(json!({"error": {"message": self.to_string()}}))).into_response()
    }
}

/// Reads a JSON body, whatever `Content-Type` says: curl's default is a form.
pub(super) fn body<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| Refusal::Invalid(format!("the JSON body is refused: {error}")))
}

/// Reads a JSON body that may be left out.
pub(super) fn optional_body<T: DeserializeOwned + Default>(bytes: &Bytes) -> Result<T, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) { Ok(T::default()) } else { body(bytes) }
}

pub(super) async fn no_such_address(uri: Uri) -> Refusal {
    Refusal::NotFound(format!("the control API has no {}; GET /_sandbox/ lists what there is", uri.path()))
}
