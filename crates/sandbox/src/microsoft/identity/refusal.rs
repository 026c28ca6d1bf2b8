//! Refusals of the identity platform. The words are the catalogue's, so that what is provoked by name and what happens
//! by itself are the same.

use http::StatusCode;
use serde_json::{Map, Value};

use super::super::Microsoft;
use crate::fault_plan::{Catalogue, Moment};
use crate::google::Answer;

/// A refusal by its name in the catalogue, with what its text speaks of.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Refusal {
    name: &'static str,
    settings: Map<String, Value>,
}

impl Refusal {
    /// The refusal of this name.
    pub(super) fn of(name: &'static str) -> Self {
        Self { name, settings: Map::new() }
    }

    /// The same about this.
    pub(super) fn about(mut self, setting: &str, value: &str) -> Self {
        // A setting is one line of at most 1000 characters; what comes from a request may be anything.
        let value: String = value.chars().filter(|c| !c.is_control()).take(900).collect();
        self.settings.insert(setting.to_owned(), value.into());
        self
    }

    /// The same told on the page, where the catalogue has it there.
    pub(super) fn on_page(self) -> Self {
        let number = self.name.rsplit('.').next().unwrap_or_default();
        let page = Catalogue::standard().get(&format!("aadsts.page.{number}"));
        Self { name: page.map_or(self.name, |page| page.name), ..self }
    }

    /// As an answer; `back` is where the browser goes with it, where it does.
    pub(super) fn answer(&self, microsoft: &Microsoft, back: Option<&url::Url>) -> Answer {
        debug_assert!(Catalogue::standard().get(self.name).is_some(), "no fault is called {}", self.name);
        let moment = Moment { back, ..Moment::at(microsoft.world.clock().now()) };
        Catalogue::standard().render(self.name, &self.settings, &moment).into()
    }
}

/// What a form must hold.
pub(super) fn missing(parameter: &str) -> Refusal {
    Refusal::of("aadsts.900144").about("parameter", parameter)
}

/// The status of a page that could not be written.
pub(super) const BROKEN: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
