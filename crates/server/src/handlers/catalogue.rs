//! The kinds of fault, explained: where `error.fault.docs` leads.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use model::fault::{Entry, Group, Signal};
use model::{Fault, FaultKind};

use crate::error::Refusal;
use crate::extract::path::Item;
use crate::{faults, page};

#[derive(Template)]
#[template(path = "faults.html")]
struct Index {
    chapters: Vec<Chapter>,
}

struct Chapter {
    title: &'static str,
    rows: Vec<Row>,
}

struct Row {
    kind: &'static str,
    status: u16,
    entry: &'static Entry,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Page {
    row: Row,
    wire_type: &'static str,
    actor: &'static str,
    scope: &'static str,
    verdict: &'static str,
    signals: Vec<Told>,
    example: String,
}

/// A row of the table of signals.
struct Told {
    speaker: &'static str,
    says: String,
    asked: &'static str,
    /// Scope and verdict, where they are not the kind's usual ones.
    unusual: String,
}

/// `GET /docs/faults`
pub async fn index() -> Response {
    let chapter = |group: &Group| Chapter { title: group.as_str(), rows: FaultKind::of(*group).map(row).collect() };
    page::html(StatusCode::OK, &Index { chapters: Group::ALL.iter().map(chapter).collect() })
}

/// `GET /docs/faults/{kind}`
pub async fn kind(Item(name): Item) -> Response {
    let Some(kind) = FaultKind::parse(&name) else {
        return page::error(&Refusal::not_found(format!("There is no kind of fault called '{name}'.")));
    };
    let page = Page {
        row: row(kind),
        wire_type: faults::wire_type(kind),
        actor: kind.entry().actor.as_str(),
        scope: kind.usual_scope().in_words(),
        verdict: kind.usual_verdict().in_words(),
        signals: leading_to(kind).map(told).collect(),
        example: example(kind),
    };
    page::html(StatusCode::OK, &page).into_response()
}

fn row(kind: FaultKind) -> Row {
    Row { kind: kind.as_str(), status: faults::status(kind), entry: kind.entry() }
}

fn leading_to(kind: FaultKind) -> impl Iterator<Item = &'static Signal> {
    engine::fault_signals().iter().filter(move |signal| signal.fault.kind == kind)
}

fn told(signal: &Signal) -> Told {
    let fault = &signal.fault;
    let scope = (fault.scope != fault.kind.usual_scope()).then(|| fault.scope.in_words());
    let verdict = (fault.verdict != fault.kind.usual_verdict()).then(|| fault.verdict.in_words());
    Told {
        speaker: signal.speaker,
        says: signal.says.clone(),
        asked: signal.asked.unwrap_or_default(),
        unusual: scope.into_iter().chain(verdict).collect::<Vec<_>>().join(" "),
    }
}

/// An answer as it would be given, to the first of the signals or to what is ours.
fn example(kind: FaultKind) -> String {
    let signal = leading_to(kind).next().map(|signal| signal.fault.clone());
    let fault = signal.unwrap_or_else(|| Fault::new(kind, kind.cause()));
    format!("{:#}", faults::example(fault, engine::fault_signals_at()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backtick_of_the_catalogue_is_closed() {
        for kind in FaultKind::ALL {
            let entry = kind.entry();
            for text in [entry.meaning, entry.cause, entry.remedy, entry.by_itself].iter().chain(entry.steps) {
                assert_eq!(text.matches('`').count() % 2, 0, "{text}");
            }
        }
    }
}
