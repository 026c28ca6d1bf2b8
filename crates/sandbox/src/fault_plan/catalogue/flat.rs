//! The token endpoint's errors: flat JSON, not the envelope (RFC 6749, section 5.2; facts 1.5).

use super::Moment;
use super::act::Act;
use super::envelope::answer;
use super::settings::{Setting, Settings};
use crate::fault_plan::Rendered;
use jiff::Timestamp;
use serde_json::json;

/// A flat error. The description is the setting `description`, left out when empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flat {
    pub(super) status: u16,
    pub(super) error: &'static str,
    /// Google's addition to `invalid_grant` where a second look at the person is wanted.
    pub(super) subtype: Option<&'static str>,
}

/// A flat error.
pub(super) const fn flat(status: u16, error: &'static str) -> Act {
    Act::Flat(Flat { status, error, subtype: None })
}

/// `invalid_grant` with an `error_subtype`.
pub(super) const fn reauth(subtype: &'static str) -> Act {
    Act::Flat(Flat { status: 400, error: "invalid_grant", subtype: Some(subtype) })
}

/// The one setting of a flat error.
pub(super) const fn says(description: &'static str) -> [(&'static str, Setting); 1] {
    [("description", Setting::Text(description))]
}

impl Flat {
    pub(super) fn render(&self, settings: &Settings<'_>) -> Rendered {
        let mut body = json!({"error": self.error});
        // A description may name what it is about: `{parameter}`.
        let description = settings.fill(&settings.text("description"), &Moment::at(Timestamp::UNIX_EPOCH));
        if !description.is_empty() {
            body["error_description"] = description.into();
        }
        if let Some(subtype) = self.subtype {
            body["error_subtype"] = subtype.into();
        }
        let mut rendered = answer(self.status, &body);
        let uncached = [("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"), ("Pragma", "no-cache")];
        rendered.headers.extend(uncached.map(|(name, value)| (name.to_owned(), value.to_owned())));
        rendered
    }
}
