//! Refusals of Microsoft's identity platform: AADSTS numbers at the token endpoint, back at the application, and on the
//! page (Microsoft facts 4.1, 4.3). The number is the end of the fault's name. Numbers, errors and meanings are Microsoft's own;
//! the sentences are as people report them, and Microsoft changes them at will.

mod apps;
mod grants;
mod interaction;
mod pages;
mod policies;
mod requests;
mod servers;

use super::act::Act;
use super::moment::Moment;
use super::settings::{Setting, Settings};
use super::{Evidence, NamedFault};
use crate::fault_plan::Rendered;
use crate::fault_plan::effect::html_headers;
use askama::Template;
use serde_json::json;
use uuid::Uuid;

pub(super) const FAMILIES: &[&[NamedFault]] = &[
    grants::FAULTS,
    interaction::FAULTS,
    policies::FAULTS,
    apps::FAULTS,
    requests::FAULTS,
    servers::FAULTS,
    pages::REDIRECTS,
    pages::PAGES,
];

/// Where the rows come from. The list of numbers is documented, what stands behind them on the wire is not.
const R: (Evidence, &str) = (Evidence::Reported, "Microsoft facts 4.3");

/// Where a refusal is told.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the answer of the token endpoint.
    Token { status: u16 },
    /// At the application's redirect URI.
    Back,
    /// On the page; the application never hears of it.
    Page,
}

/// A refusal. Its text is the setting `description`; a `claims` setting is what has to be asked for next time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aadsts {
    place: Place,
    error: &'static str,
    suberror: Option<&'static str>,
}

/// 400 at the token endpoint, 401 where it is about the client (RFC 6749, section 5.2).
const fn refuses(error: &'static str) -> Act {
    Act::Aadsts(Aadsts { place: Place::Token { status: 400 }, error, suberror: None })
}

const fn refuses_client() -> Act {
    Act::Aadsts(Aadsts { place: Place::Token { status: 401 }, error: "invalid_client", suberror: None })
}

const fn refuses_for(error: &'static str, suberror: &'static str) -> Act {
    Act::Aadsts(Aadsts { place: Place::Token { status: 400 }, error, suberror: Some(suberror) })
}

const fn fails(status: u16, error: &'static str) -> Act {
    Act::Aadsts(Aadsts { place: Place::Token { status }, error, suberror: None })
}

const fn back(error: &'static str) -> Act {
    Act::Aadsts(Aadsts { place: Place::Back, error, suberror: None })
}

const PAGE: Act = Act::Aadsts(Aadsts { place: Place::Page, error: "", suberror: None });

/// The text of a refusal.
const fn says(description: &'static str) -> [(&'static str, Setting); 1] {
    [("description", Setting::Text(description))]
}

/// The text of a refusal, which speaks of something.
const fn about(description: &'static str, name: &'static str, example: &'static str) -> [(&'static str, Setting); 2] {
    [("description", Setting::Text(description)), (name, Setting::Text(example))]
}

#[derive(Template)]
#[template(path = "microsoft/refused.html")]
struct Refused<'a> {
    description: &'a str,
    trace_id: &'a str,
    correlation_id: &'a str,
    timestamp: &'a str,
}

impl Aadsts {
    pub(super) fn render(&self, settings: &Settings<'_>, moment: &Moment<'_>) -> Rendered {
        let (trace, correlation) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let timestamp = moment.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let number = settings.number_of_fault();
        let text = format!("AADSTS{number}: {}", settings.fill(&settings.text("description"), moment));
        match (self.place, moment.back) {
            (Place::Token { status }, _) => {
                let tail = format!("Trace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}");
                let mut body = json!({
                    "error": self.error,
                    "error_description": format!("{text}\r\n{tail}"),
                    "error_codes": [number],
                    "timestamp": timestamp,
                    "trace_id": trace,
                    "correlation_id": correlation,
                    "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
                });
                if let Some(suberror) = self.suberror {
                    body["suberror"] = suberror.into();
                }
                if !settings.text("claims").is_empty() {
                    body["claims"] = settings.text("claims").into();
                }
                json_answer(status, body.to_string())
            }
            (Place::Back, Some(back)) => {
                let mut back = back.clone();
                back.query_pairs_mut().append_pair("error", self.error).append_pair("error_description", &text);
                let headers =
                    vec![("Location".to_owned(), back.into()), ("Cache-Control".to_owned(), "no-store".to_owned())];
                Rendered { status: 302, headers, body: Vec::new() }
            }
            (Place::Back | Place::Page, _) => {
                let page = Refused {
                    description: &text,
                    trace_id: &trace,
                    correlation_id: &correlation,
                    timestamp: &timestamp,
                };
                // A template of four texts fails only for want of memory. Microsoft's own page comes under 200.
                Rendered { status: 200, headers: html_headers(), body: page.render().unwrap_or_default().into_bytes() }
            }
        }
    }
}

fn json_answer(status: u16, body: String) -> Rendered {
    let headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store, no-cache"),
        ("Pragma", "no-cache"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Rendered { status, headers, body: body.into_bytes() }
}
