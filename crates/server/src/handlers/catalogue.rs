//! The kinds of fault, explained: where `error.fault.docs` leads.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::{Fault, FaultKind};

use crate::call::Family;
use crate::error::{Refusal, status_of};
use crate::extract::path::Item;
use crate::page;

#[derive(Template)]
#[template(path = "faults.html")]
struct Index {
    kinds: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Page {
    entry: Entry,
    scope: &'static str,
    verdict: &'static str,
}

struct Entry {
    kind: &'static str,
    status: u16,
    cause: &'static str,
    remedy: &'static str,
}

/// `GET /docs/faults`
pub async fn index() -> Response {
    page::html(StatusCode::OK, &Index { kinds: FaultKind::ALL.iter().map(|kind| entry(*kind)).collect() })
}

/// `GET /docs/faults/{kind}`
pub async fn kind(Item(name): Item) -> Response {
    let Some(kind) = FaultKind::parse(&name) else {
        return page::error(&Refusal::not_found(format!("There is no kind of fault called '{name}'.")));
    };
    let fault = Fault::new(kind, "");
    let page = Page { entry: entry(kind), scope: scope(fault.scope), verdict: verdict(&fault.verdict) };
    page::html(StatusCode::OK, &page).into_response()
}

fn entry(kind: FaultKind) -> Entry {
    Entry {
        kind: kind.as_str(),
        status: status_of(kind, Family::Mail).as_u16(),
        cause: kind.cause(),
        remedy: kind.remedy(),
    }
}

fn scope(scope: model::Scope) -> &'static str {
    match scope {
        model::Scope::Request => "This request only.",
        model::Scope::Mailbox => "Everything in this mailbox.",
        model::Scope::Account => "The person's account at the provider.",
        model::Scope::App => "Every grant of the application or connector.",
        model::Scope::Tenant => "Every account of the organisation.",
    }
}

fn verdict(verdict: &model::Verdict) -> &'static str {
    match verdict {
        model::Verdict::Never => "The same request will fail again: change it first.",
        model::Verdict::AfterRefresh => "Once, after a new access token.",
        model::Verdict::AfterReauth => "After the person has authenticated again.",
        model::Verdict::At(_) => "Not before the instant the answer gives.",
        model::Verdict::Backoff => "Later, with growing pauses; not before Retry-After where the answer has it.",
        model::Verdict::Resync => "After Postroad has reconciled the mailbox, which it does by itself.",
        model::Verdict::LookFirst => "Only after looking whether the first attempt took effect.",
    }
}
