//! Answers: one serialisation straight into bytes, `Content-Type: application/json` without a charset (an SDK refuses
//! any other spelling), the request id in every body.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::ser::SerializeSeq;

use crate::call;
use crate::error::Refusal;
use crate::select::{Chosen, Select};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct Envelope<'a, T: ?Sized> {
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<&'a str>,
    data: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
}

impl<'a, T: ?Sized> Envelope<'a, T> {
    fn new(request_id: &'a str, data: &'a T) -> Self {
        Self { request_id, grant_id: None, data, next_cursor: None, limit: None, offset: None }
    }
}

/// Any JSON body, as it is.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Response {
    let mut bytes = Vec::with_capacity(1024);
    match serde_json::to_writer(&mut bytes, body) {
        Ok(()) => {
            let mut response = Response::new(Body::from(bytes));
            *response.status_mut() = status;
            response.headers_mut().insert(header::CONTENT_TYPE, JSON);
            response
        }
        // A wire type that cannot be written is our defect; the refusal itself always can be.
        Err(error) => Refusal::from(model::Fault::internal(error.to_string())).into_response(),
    }
}

/// 200 with a text that came from outside: no browser takes it for anything else, and nobody keeps it.
pub fn plain(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 200 with the data in the envelope.
pub fn data<T: Serialize + ?Sized>(data: &T) -> Response {
    enveloped(StatusCode::OK, data)
}

/// 201 with the data in the envelope.
pub fn created<T: Serialize + ?Sized>(data: &T) -> Response {
    enveloped(StatusCode::CREATED, data)
}

fn enveloped<T: Serialize + ?Sized>(status: StatusCode, data: &T) -> Response {
    json(status, &Envelope::new(&call::current().request_id, data))
}

/// 200 with the chosen fields of one object.
pub fn selected<T: Serialize>(item: &T, select: &Select) -> Response {
    data(&Chosen { item, select })
}

/// 200 with the chosen fields of a page of objects.
pub fn page<T: Serialize>(items: &[T], select: &Select, next_cursor: Option<&str>) -> Response {
    let call = call::current();
    let list = ChosenList { items, select };
    json(StatusCode::OK, &Envelope { next_cursor, ..Envelope::new(&call.request_id, &list) })
}

/// 200 with a page of objects that is paged by number.
pub fn offset_page<T: Serialize>(items: &[T], limit: usize, offset: usize) -> Response {
    let call = call::current();
    let envelope = Envelope { limit: Some(limit), offset: Some(offset), ..Envelope::new(&call.request_id, items) };
    json(StatusCode::OK, &envelope)
}

/// 200 for a sent message: the grant stands beside the data.
pub fn sent<T: Serialize>(grant_id: &str, message: &T) -> Response {
    let call = call::current();
    json(StatusCode::OK, &Envelope { grant_id: Some(grant_id), ..Envelope::new(&call.request_id, message) })
}

/// A scheduled message, which the contract's specification describes both inside and beside the data.
pub fn scheduled(status: StatusCode, grant_id: &str, message: &serde_json::Map<String, serde_json::Value>) -> Response {
    let call = call::current();
    let mut body = serde_json::json!({ "request_id": &*call.request_id, "grant_id": grant_id, "data": message });
    for name in ["schedule_id", "send_at", "use_draft"] {
        body[name] = message.get(name).cloned().unwrap_or_default();
    }
    json(status, &body)
}

/// Data in the envelope, with another status.
pub fn with_status<T: Serialize + ?Sized>(status: StatusCode, data: &T) -> Response {
    enveloped(status, data)
}

/// 200 with nothing but the request id: what a deletion answers.
pub fn deleted() -> Response {
    json(StatusCode::OK, &api::envelope::Deleted { request_id: call::current().request_id.to_string() })
}

struct ChosenList<'a, T> {
    items: &'a [T],
    select: &'a Select,
}

impl<T: Serialize> Serialize for ChosenList<'_, T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.items.len()))?;
        for item in self.items {
            list.serialize_element(&Chosen { item, select: self.select })?;
        }
        list.end()
    }
}
