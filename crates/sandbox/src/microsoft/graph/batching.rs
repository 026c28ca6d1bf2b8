//! `$batch`: up to twenty calls in one request, each answered as if it had come alone (facts 1.4).

use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use futures_util::StreamExt as _;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::Graph;
use super::dispatch::{answer as answer_one, opened};
use super::errors::Error;
use crate::faults::{Done, Scene, with_faults};
use crate::google::{Answer, Incoming, Outcome, Query};

/// The most calls in one batch.
const MOST: usize = 20;
/// So many of them are under way at once.
const AT_ONCE: usize = 4;

/// One call of a batch.
#[derive(Clone, Debug)]
struct Step {
    id: String,
    needs: Vec<String>,
    incoming: Incoming,
}

/// Answers a batch: 200 whatever became of the calls inside, 400 when it cannot be read. A cut inside cuts the whole.
pub(crate) async fn answer(graph: &Graph, incoming: &Incoming) -> Outcome {
    let now = graph.world.clock().now();
    let scene = Scene { method: "graph.batch", path: &incoming.path, ..Scene::default() };
    let read = || opened(graph, incoming).and_then(|_| steps(incoming));
    let outer = with_faults(&graph.world, &graph.plan, &scene, |_| {
        Done::Answer(
            read().map_or_else(|error| error.answer(incoming, now), |_| super::method::empty(StatusCode::NO_CONTENT)),
        )
    })
    .await;
    if !matches!(&outer, Outcome::Answer(answer) if answer.status == StatusCode::NO_CONTENT) {
        return outer;
    }
    let Ok(steps) = read() else { return outer };
    match run(graph, steps).await {
        Some(responses) => {
            let body = json!({"responses": responses}).to_string();
            Outcome::Answer(Answer::new(StatusCode::OK, "application/json", body))
        }
        None => Outcome::Cut,
    }
}

/// Carries the calls out: each as soon as those it depends on are through. `None` when a connection is to be cut.
async fn run(graph: &Graph, mut waiting: Vec<Step>) -> Option<Vec<Value>> {
    let (mut done, mut told): (HashMap<String, bool>, Vec<Value>) = (HashMap::new(), Vec::new());
    while !waiting.is_empty() {
        let (ready, rest): (Vec<Step>, Vec<Step>) =
            waiting.into_iter().partition(|step| step.needs.iter().all(|need| done.contains_key(need)));
        if ready.is_empty() {
            // They wait for each other.
            told.extend(rest.iter().map(|step| failed_dependency(&step.id)));
            break;
        }
        let calls = ready.into_iter().map(|step| {
            let fine = step.needs.iter().all(|need| done.get(need).copied().unwrap_or(false));
            async move {
                if !fine {
                    return Some((step.id.clone(), false, failed_dependency(&step.id)));
                }
                match answer_one(graph, &step.incoming).await {
                    Outcome::Answer(answer) => {
                        Some((step.id.clone(), answer.status.as_u16() < 400, response(&step.id, &answer)))
                    }
                    Outcome::Cut => None,
                }
            }
        });
        let finished: Vec<_> = stream::iter(calls).buffer_unordered(AT_ONCE).collect().await;
        for one in finished {
            let (id, fine, response) = one?;
            done.insert(id, fine);
            told.push(response);
        }
        waiting = rest;
    }
    Some(told)
}

/// Takes a batch apart. Keys nobody knows are passed over, for the Python library sends some (facts 1.4).
fn steps(incoming: &Incoming) -> Result<Vec<Step>, Error> {
    let bad = |message: &str| Error::new(400, "BadRequest", message);
    if incoming.body.len() > super::dispatch::LARGEST_BODY {
        return Err(Error::too_large());
    }
    let body: Value =
        serde_json::from_slice(&incoming.body).map_err(|_| bad("Unable to read JSON request payload."))?;
    let requests = body["requests"].as_array().ok_or_else(|| bad("Invalid batch payload format."))?;
    if requests.len() > MOST {
        return Err(bad("Number of batch request steps exceeds the maximum value of 20."));
    }
    let mut steps: Vec<Step> = Vec::new();
    for request in requests {
        let step = step(incoming, request).ok_or_else(|| bad("Invalid batch payload format."))?;
        if steps.iter().any(|have| have.id.eq_ignore_ascii_case(&step.id)) {
            return Err(bad("Request Ids must be unique within a batch."));
        }
        steps.push(step);
    }
    if steps.iter().any(|step| step.needs.iter().any(|need| !steps.iter().any(|have| have.id == *need))) {
        return Err(bad("A dependsOn names a request that is not in the batch."));
    }
    Ok(steps)
}

fn step(outer: &Incoming, request: &Value) -> Option<Step> {
    let id = match &request["id"] {
        Value::String(id) if !id.is_empty() => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let method = request["method"].as_str()?.to_ascii_uppercase().parse().ok()?;
    let (path, query) = target(outer, request["url"].as_str()?);
    let headers = headers(outer, request["headers"].as_object());
    let body = match &request["body"] {
        Value::Null => bytes::Bytes::new(),
        // A body under a content type needs one; without it nobody can read it.
        _ if !headers.contains_key(header::CONTENT_TYPE) => return None,
        Value::String(text) => text.clone().into(),
        json => json.to_string().into(),
    };
    let needs = request["dependsOn"]
        .as_array()
        .map(|needs| needs.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let incoming = Incoming { method, path, query, headers, body, base: outer.base.clone() };
    Some(Step { id, needs: needs.unwrap_or_default(), incoming })
}

/// `/me/messages?$top=1`, or a whole URL as the Python library sends it.
fn target(outer: &Incoming, url: &str) -> (String, Query) {
    let version = outer.path.trim_start_matches('/').split('/').next().unwrap_or("v1.0");
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = match path.split_once("://").and_then(|(_, rest)| rest.split_once('/')) {
        Some((_, path)) => format!("/{path}"),
        None => format!("/{version}/{}", path.trim_start_matches('/')),
    };
    (path, Query::parse(query))
}

/// The call's own headers over the token of the batch.
fn headers(outer: &Incoming, own: Option<&Map<String, Value>>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(token) = outer.headers.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, token.clone());
    }
    for (name, value) in own.into_iter().flatten() {
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// An answer inside the answer: JSON as JSON, anything else in base64.
fn response(id: &str, answer: &Answer) -> Value {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers: Map<String, Value> =
        answer.headers.iter().map(|(name, value)| (title(name.as_str()), text(value).into())).collect();
    let mut response = json!({"id": id, "status": answer.status.as_u16(), "headers": headers});
    if !answer.body.is_empty() {
        let json = serde_json::from_slice(&answer.body).ok().filter(Value::is_object);
        response["body"] = json.unwrap_or_else(|| BASE64_STANDARD.encode(&answer.body).into());
    }
    response
}

/// `retry-after` as `Retry-After`.
fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn failed_dependency(id: &str) -> Value {
    let error =
        json!({"code": "FailedDependency", "message": "The request failed because a request it depends on failed."});
    json!({"id": id, "status": 424, "headers": {"Content-Type": "application/json"}, "body": {"error": error}})
}
