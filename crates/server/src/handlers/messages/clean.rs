//! `PUT /v3/grants/{grant_id}/messages/clean`

use api::clean::{CleanFailure, CleanRequest};
use api::message::Message;
use axum::extract::State;
use http::StatusCode;
use mail::clean::Options;
use model::{Fault, GrantId};
use serde::Serialize;
use store::FullMessage;

use super::held;
use crate::app::App;
use crate::call;
use crate::error::{Answered, Refusal};
use crate::extract::json::Json;
use crate::mailbox::Mailbox;
use crate::reply;

const MOST: usize = 20;

#[derive(Serialize)]
struct Cleaned<'a> {
    request_id: &'a str,
    data: Vec<Message>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<CleanFailure>,
}

/// What the authors wrote, without quotes, signatures and clutter. Messages that cannot be had are told in `errors`.
pub async fn clean(State(app): State<App>, Mailbox(grant): Mailbox, Json(wish): Json<CleanRequest>) -> Answered {
    let options = options(&wish)?;
    let (mut found, mut errors, mut first) = (Vec::new(), Vec::new(), None);
    for id in &wish.message_id {
        match held(&app, &grant, id).await {
            Ok(full) => found.push(full),
            Err(refusal) => {
                errors.push(failure(id, refusal.fault()));
                first.get_or_insert(refusal);
            }
        }
    }
    if let (true, Some(refusal)) = (found.is_empty(), first) {
        return Err(refusal);
    }
    let data = tokio::task::spawn_blocking(move || found.into_iter().map(|f| cleaned(grant.id, f, options)).collect())
        .await
        .map_err(|error| Refusal::from(Fault::internal(error.to_string())))?;
    Ok(reply::json(StatusCode::OK, &Cleaned { request_id: &call::current().request_id, data, errors }))
}

fn cleaned(grant: GrantId, full: FullMessage, options: Options) -> Message {
    let conversation = mail::clean::clean(&full.body, options);
    Message { conversation: Some(conversation), ..Message::take(grant, full.message, Some(full.body.text)) }
}

fn failure(id: &str, fault: &Fault) -> CleanFailure {
    CleanFailure { message_id: id.to_owned(), kind: fault.kind.as_str().to_owned(), message: fault.message.clone() }
}

fn options(wish: &CleanRequest) -> Result<Options, Refusal> {
    match wish.message_id.len() {
        0 => return Err(Refusal::invalid("message_id", "message_id needs at least one message id")),
        1..=MOST => {}
        many => return Err(Refusal::invalid("message_id", format!("message_id takes at most {MOST} ids, not {many}"))),
    }
    let usual = Options::default();
    let options = Options {
        ignore_links: wish.ignore_links.unwrap_or(usual.ignore_links),
        ignore_images: wish.ignore_images.unwrap_or(usual.ignore_images),
        images_as_markdown: wish.images_as_markdown.unwrap_or(usual.images_as_markdown),
        ignore_tables: wish.ignore_tables.unwrap_or(usual.ignore_tables),
        remove_conclusion_phrases: wish.remove_conclusion_phrases.unwrap_or(usual.remove_conclusion_phrases),
        html_as_markdown: wish.html_as_markdown.unwrap_or(usual.html_as_markdown),
    };
    if options.html_as_markdown && !options.images_as_markdown {
        return Err(Refusal::invalid(
            "html_as_markdown",
            "html_as_markdown cannot be combined with images_as_markdown=false; leave one of them out",
        ));
    }
    Ok(options)
}
