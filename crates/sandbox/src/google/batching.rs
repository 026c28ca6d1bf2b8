//! The batch endpoint: many calls in one request, each answered as if it had come alone (facts 3.4).

use std::borrow::Cow;

use futures_util::future::join_all;
use http::{HeaderMap, HeaderName, StatusCode};

use super::Google;
use super::dispatch::{Entered, enter};
use super::errors::Error;
use super::wire::{Answer, Incoming, Outcome, Query};
use crate::batch::{self, Part, Reply};
use crate::faults::{Done, Scene, with_faults};

/// Answers a batch. The outer status is 200 whatever became of the calls inside; a cut inside cuts the whole.
pub(crate) async fn answer(google: &Google, incoming: &Incoming) -> Outcome {
    let scene = Scene { method: "gmail.batch", path: &incoming.path, ..Scene::default() };
    let outer = with_faults(&google.world, &google.plan, &scene, |_| Done::Answer(Answer::empty())).await;
    if !matches!(&outer, Outcome::Answer(answer) if answer.status == StatusCode::NO_CONTENT) {
        return outer;
    }
    let parts = match batch::parse(incoming.content_type(), &incoming.body) {
        Ok(parts) => parts,
        Err(bad) => return Outcome::Answer(Error::bad_upload(bad.to_string()).answer()),
    };
    // All of them are under way before the first is carried out: a batch is as many requests at once as it has calls.
    let entered: Vec<_> = parts
        .into_iter()
        .map(|part| (part.content_id.clone(), enter(google, Cow::Owned(inner(incoming, part)))))
        .collect();
    let replies = join_all(entered.into_iter().map(|(content_id, call)| reply(content_id, call))).await;
    let Some(replies) = replies.into_iter().collect::<Option<Vec<_>>>() else { return Outcome::Cut };
    let (content_type, body) = batch::format(replies);
    let answer = Answer::google(StatusCode::OK, body);
    Outcome::Answer(match content_type.parse() {
        Ok(value) => {
            let mut answer = answer;
            answer.headers.insert(http::header::CONTENT_TYPE, value);
            answer
        }
        Err(_) => answer,
    })
}

async fn reply(content_id: Option<String>, call: Entered<'_>) -> Option<Reply> {
    let answer = match call.finish().await {
        Outcome::Answer(answer) => answer,
        Outcome::Cut => return None,
    };
    let headers =
        answer.headers.iter().filter_map(|(name, value)| Some((title(name), value.to_str().ok()?.to_owned())));
    let headers = headers.collect();
    Some(Reply { content_id, status: answer.status.as_u16(), headers, body: answer.body.into() })
}

/// The call inside a part. Headers of the outer request hold for it unless it brings its own.
fn inner(outer: &Incoming, part: Part) -> Incoming {
    let (path, query) = part.path_and_query.split_once('?').unwrap_or((&part.path_and_query, ""));
    let mut headers = HeaderMap::new();
    if let Some(value) = outer.headers.get(http::header::AUTHORIZATION) {
        headers.insert(http::header::AUTHORIZATION, value.clone());
    }
    for (name, value) in &part.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    let method = part.method.parse().unwrap_or(http::Method::GET);
    let query = Query::parse(query);
    Incoming { method, path: path.to_owned(), query, headers, body: part.body.into(), base: outer.base.clone() }
}

/// `content-type` as people write it.
fn title(name: &HeaderName) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.as_str().split('-').filter(|part| !part.is_empty()).map(word).collect::<Vec<_>>().join("-")
}
