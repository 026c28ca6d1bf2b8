//! What comes back over HTTP.

use model::secret::ExposeSecret as _;
use serde_json::{Value, json};

use crate::stage::{Scene, Stage};
use crate::table::{Answer, Call, Refused};

/// More requests than any limit of ours lets pass.
const FLOOD: usize = 200;

/// An answer, read.
pub struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

/// Asks what the row asks.
pub async fn ask(stage: &Stage, scene: &Scene) -> Got {
    let mut got = once(stage, scene, &scene.asked).await;
    for _ in 0..FLOOD {
        if scene.row.call != Call::Flood || got.status >= 400 {
            break;
        }
        got = once(stage, scene, &scene.asked).await;
    }
    got
}

/// Asks something for the row's grant.
pub async fn once(stage: &Stage, scene: &Scene, asked: &crate::stage::Asked) -> Got {
    let (method, path, body) = asked.over_http(&scene.grant_id());
    let request = reqwest::Client::new()
        .request(method, format!("{}{path}", stage.url()))
        .bearer_auth(scene.key.expose_secret())
        .header("content-type", "application/json");
    let answer = match body {
        Some(body) => request.body(body),
        None => request,
    };
    let answer = answer.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Got { status, headers, body: answer.json().await.unwrap() }
}

/// Asks, and compares the answer with the row.
pub async fn check(stage: &Stage, scene: &Scene) -> Vec<String> {
    let got = ask(stage, scene).await;
    let mut wrong = Vec::new();
    match &scene.row.answer {
        Answer::Success if got.status < 300 => {}
        Answer::Success => wrong.push(format!("{} {}", got.status, got.body)),
        Answer::Refused(refused) => {
            let envelope = if scene.row.call == Call::Exchange { oauth(&got) } else { contract(&got) };
            match page(stage, &envelope.fault).await {
                Ok(page) => wrong.extend(differences(refused, &got, &envelope, &page)),
                Err(why) => wrong.push(format!("{why}: {}", got.body)),
            }
        }
    }
    if got.headers.get("x-request-id").map(|id| id.as_bytes()) != got.body["request_id"].as_str().map(str::as_bytes) {
        wrong.push(format!("the request id is not the header's: {}", got.body));
    }
    wrong
}

/// The parts of an answer, wherever its shape puts them.
struct Parts {
    wire_type: Value,
    message: String,
    fault: Value,
    error: Value,
}

fn contract(got: &Got) -> Parts {
    let error = got.body["error"].clone();
    let message = error["message"].as_str().unwrap_or_default().to_owned();
    Parts { wire_type: error["type"].clone(), message, fault: error["fault"].clone(), error }
}

fn oauth(got: &Got) -> Parts {
    let message = got.body["error_description"].as_str().unwrap_or_default().to_owned();
    Parts { wire_type: got.body["error"].clone(), message, fault: got.body["fault"].clone(), error: json!({}) }
}

fn differences(refused: &Refused, got: &Got, parts: &Parts, page: &str) -> Vec<String> {
    let fault = &parts.fault;
    let server_error = refused.server_error.map_or(Value::Null, |text| json!(text));
    let field = refused.field.map_or(Value::Null, |text| json!(text));
    let compared = [
        ("status", json!(got.status), json!(refused.status)),
        ("type", parts.wire_type.clone(), json!(refused.wire_type)),
        ("kind", fault["kind"].clone(), json!(refused.kind.as_str())),
        ("scope", fault["scope"].clone(), json!(refused.scope)),
        ("server_error", parts.error["server_error"].clone(), server_error),
        ("field", fault["field"].clone(), field),
    ];
    let mut wrong: Vec<String> = compared
        .into_iter()
        .filter(|(_, is, expected)| is != expected)
        .map(|(what, is, expected)| format!("{what} is {is}, expected {expected}"))
        .collect();
    wrong.extend(wait(refused, got, fault));
    wrong.extend(provider(refused, &parts.error));
    let told = format!("{} {} {} {page}", parts.message, fault["remedy"], fault["cause"]);
    let untold = refused.words.iter().filter(|words| !told.contains(**words));
    wrong.extend(untold.map(|words| format!("{words:?} is neither in the answer nor on the page it links to")));
    if !wrong.is_empty() {
        wrong.push(format!("the answer was {} {:?}", got.body, got.headers.get("retry-after")));
    }
    wrong
}

/// Verdict, Retry-After, `at` and `after_seconds` say the same.
fn wait(refused: &Refused, got: &Got, fault: &Value) -> Option<String> {
    let header = got.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    let retry = &fault["retry"];
    let untold = header.is_none() && *retry == json!({"verdict": refused.verdict});
    let at = json!({"verdict": "at", "at": retry["at"].as_i64(), "after_seconds": header});
    let told = |(least, most)| header.is_some_and(|seconds| (least..=most).contains(&seconds)) && *retry == at;
    let as_expected = match refused.after {
        None => untold,
        Some(bounds) => told(bounds) || (refused.verdict == "backoff" && untold),
    };
    (!as_expected).then(|| {
        format!("Retry-After is {header:?} and retry {retry}, expected {} {:?}", refused.verdict, refused.after)
    })
}

/// The provider's own error is an object, untouched, or not there.
fn provider(refused: &Refused, error: &Value) -> Option<String> {
    let given = &error["provider_error"];
    if !given.is_null() && !given.is_object() {
        return Some(format!("provider_error is no object: {given}"));
    }
    let (place, value) = refused.provider.as_ref()?;
    (given.pointer(place) != Some(value)).then(|| format!("provider_error has not {value} at {place}: {given}"))
}

/// The page the answer links to, which speaks of the kind.
async fn page(stage: &Stage, fault: &Value) -> Result<String, String> {
    let (link, kind) = (fault["docs"].as_str().unwrap_or_default(), fault["kind"].as_str().unwrap_or_default());
    if kind.is_empty() || link != format!("{}/docs/faults/{kind}", stage.url()) {
        return Err(format!("the link leads to {link:?}"));
    }
    let answer = reqwest::get(link).await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    if status.is_success() && text.contains(kind) { Ok(text) } else { Err(format!("{link} answers {status}")) }
}
