//! Answers that are pages: the front end's own, which are no JSON, and those of the consent screen.

use super::act::Act;
use super::moment::Moment;
use super::settings::Settings;
use crate::fault_plan::Rendered;
use askama::Template;

/// A page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// Google's front end, as text that stands for itself.
    FrontEnd { status: u16, body: &'static str },
    /// The consent screen's "Access blocked"; the words are the setting `detail`.
    Blocked { status: u16, code: &'static str },
}

/// A page of the front end.
pub(super) const fn front_end(status: u16, body: &'static str) -> Act {
    Act::Page(Page::FrontEnd { status, body })
}

/// A page of the consent screen.
pub(super) const fn blocked(status: u16, code: &'static str) -> Act {
    Act::Page(Page::Blocked { status, code })
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    status: u16,
    code: &'a str,
    detail: &'a str,
}

impl Page {
    pub(super) fn render(&self, settings: &Settings<'_>) -> Rendered {
        match *self {
            Page::FrontEnd { status, body } => html(status, body.to_owned(), &[]),
            Page::Blocked { status, code } => blocked_page(status, code, &settings.text("detail")),
        }
    }
}

/// Back to the application with an error; a page where there is no way back.
pub(super) fn redirect(error: &str, moment: &Moment<'_>) -> Rendered {
    let Some(mut back) = moment.back.cloned() else {
        let detail =
            format!("The answer error={error} has no redirect URI to go to that the client is registered for.");
        return blocked_page(400, "invalid_request", &detail);
    };
    back.query_pairs_mut().append_pair("error", error);
    let headers = vec![("Location".to_owned(), back.into()), ("Cache-Control".to_owned(), "no-store".to_owned())];
    Rendered { status: 302, headers, body: Vec::new() }
}

fn blocked_page(status: u16, code: &str, detail: &str) -> Rendered {
    // A template of three texts fails only for want of memory.
    let body = Refused { status, code, detail }.render().unwrap_or_default();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    html(status, body, &[("Content-Security-Policy", policy), ("Cache-Control", "no-store")])
}

fn html(status: u16, body: String, headers: &[(&str, &str)]) -> Rendered {
    let all = [("Content-Type", "text/html; charset=UTF-8")].into_iter().chain(headers.iter().copied());
    let headers = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Rendered { status, headers, body: body.into_bytes() }
}
