//! Query parameters as the SDKs send them: booleans in three spellings, lists repeated or joined by commas.
//!
//! Errors are collected, so that one answer names every parameter to mend. Parameters nobody asks for are ignored, because
//! SDKs add some.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use model::{Fault, Timestamp};

use crate::error::Refusal;
use crate::select::Select;
use crate::selectable::Selectable;

/// The parameters of one request, and what was wrong with those read so far.
#[derive(Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    wrong: Vec<(&'static str, String)>,
    filters: Vec<&'static str>,
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Query {
    /// Takes a raw query apart. Empty values count as absent.
    pub fn parse(raw: &str) -> Self {
        let pairs = url::form_urlencoded::parse(raw.as_bytes())
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { pairs, ..Self::default() }
    }

    /// A text. Of a repeated parameter the last one counts.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.filters.push(name);
        self.last(name).map(str::to_owned)
    }

    /// A mail address. A raw `+` reads as a space in a query; no address holds one, so it is taken back.
    pub fn address(&mut self, name: &'static str) -> Option<String> {
        self.text(name).map(|text| as_address(&text))
    }

    /// `true`/`True`/`1` or `false`/`False`/`0`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.filters.push(name);
        match self.last(name)? {
            "true" | "True" | "TRUE" | "1" => Some(true),
            "false" | "False" | "FALSE" | "0" => Some(false),
            other => {
                let message = format!("{name} must be true or false, not '{other}'");
                self.refuse(name, message)
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, name: &'static str) -> Option<i64> {
        self.filters.push(name);
        let text = self.last(name)?;
        match text.parse() {
            Ok(number) => Some(number),
            Err(_) => {
                let message = format!("{name} must be a whole number, not '{text}'");
                self.refuse(name, message)
            }
        }
    }

    /// An instant in Unix seconds.
    pub fn instant(&mut self, name: &'static str) -> Option<Timestamp> {
        let seconds = self.integer(name)?;
        match Timestamp::from_second(seconds) {
            Ok(instant) => Some(instant),
            Err(_) => self.refuse(name, format!("{name} must be a time in Unix seconds, not '{seconds}'")),
        }
    }

    /// Values from repeated parameters and from commas within them, trimmed, empty ones left out.
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        self.filters.push(name);
        let values = self.pairs.iter().filter(|(n, _)| n == name).flat_map(|(_, value)| value.split(','));
        values.map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }

    /// Mail addresses, as [`Self::list`].
    pub fn addresses(&mut self, name: &'static str, most: usize) -> Vec<String> {
        let values: Vec<String> = self.list(name).iter().map(|v| as_address(v)).collect();
        if values.len() > most {
            self.refuse::<()>(name, format!("{name} takes at most {most} addresses, not {}", values.len()));
        }
        values
    }

    /// One of several words.
    pub fn choice<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.filters.push(name);
        let text = self.last(name)?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => Some(*value),
            None => {
                let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                let message = format!("{name} must be one of {}, not '{text}'", known.join(", "));
                self.refuse(name, message)
            }
        }
    }

    /// `limit`: at least 1, at most `most` (contract wording).
    pub fn limit(&mut self, usual: usize, most: usize) -> usize {
        let Some(number) = self.integer("limit") else { return usual };
        match usize::try_from(number) {
            Ok(limit) if (1..=most).contains(&limit) => limit,
            Ok(limit) if limit > most => {
                self.refuse::<()>("limit", format!("limit must be lower than or equal to {most}"));
                usual
            }
            _ => {
                self.refuse::<()>("limit", "limit must be greater than or equal to 1".to_owned());
                usual
            }
        }
    }

    /// `offset`: not negative.
    pub fn offset(&mut self) -> usize {
        let Some(number) = self.integer("offset") else { return 0 };
        usize::try_from(number).unwrap_or_else(|_| {
            self.refuse::<()>("offset", "offset must be greater than or equal to 0".to_owned());
            0
        })
    }

    /// `select`: fields the object has, in this installation or in the contract.
    pub fn select(&mut self, of: Selectable) -> Select {
        let names = self.list("select");
        if let Some(unknown) = names.iter().find(|name| !of.names.contains(&name.as_str())) {
            let known = of.names.join(", ");
            let message = format!("select: a {} has no field '{unknown}'; its fields are {known}", of.noun);
            self.refuse::<()>("select", message);
        }
        Select::parse(&names)
    }

    /// Whether a parameter was given.
    pub fn has(&self, name: &str) -> bool {
        self.last(name).is_some()
    }

    /// Every parameter as given.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Notes that a parameter is wrong.
    pub fn refuse<T>(&mut self, name: &'static str, message: String) -> Option<T> {
        self.wrong.push((name, message));
        None
    }

    /// Fails when anything read so far was wrong, naming all of it.
    pub fn check(&self) -> Result<(), Refusal> {
        let Some((first, _)) = self.wrong.first() else { return Ok(()) };
        let all: Vec<_> = self.wrong.iter().map(|(_, message)| message.as_str()).collect();
        Err(Fault::invalid(*first, all.join("; ")).into())
    }

    /// A number that changes with the filters read so far, whatever their order. Paging and presentation do not count.
    pub fn fingerprint(&self) -> u64 {
        let counts = |name: &String| {
            !matches!(name.as_str(), "limit" | "page_token" | "select" | "fields")
                && self.filters.contains(&name.as_str())
        };
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(name, _)| counts(name)).collect();
        pairs.sort();
        let texts = pairs.into_iter().flat_map(|(name, value)| [name.as_str(), "=", value.as_str(), "&"]);
        texts.flat_map(str::bytes).fold(FNV_START, fnv)
    }

    fn last(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

fn as_address(text: &str) -> String {
    text.trim().replace(' ', "+")
}

// FNV-1a, 64 bits (draft-eastlake-fnv): the same in every release, which the standard library's hashers do not promise.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(query: &Query) -> String {
        query.check().unwrap_err().fault().message.clone()
    }

    #[test]
    fn booleans_come_in_the_spellings_of_every_sdk() {
        for (text, value) in
            [("true", true), ("True", true), ("1", true), ("false", false), ("False", false), ("0", false)]
        {
            assert_eq!(Query::parse(&format!("unread={text}")).flag("unread"), Some(value));
        }
        let mut query = Query::parse("unread=yes");
        assert_eq!(query.flag("unread"), None);
        assert_eq!(wrong(&query), "unread must be true or false, not 'yes'");
    }

    #[test]
    fn lists_come_repeated_or_joined() {
        let mut query = Query::parse("any_email=a@x.org&any_email=b@x.org,c@x.org");
        assert_eq!(query.addresses("any_email", 25), ["a@x.org", "b@x.org", "c@x.org"]);
        assert!(query.check().is_ok());
    }

    #[test]
    fn a_raw_plus_in_an_address_stays_a_plus() {
        assert_eq!(Query::parse("from=u+tag@x.org").address("from").unwrap(), "u+tag@x.org");
        assert_eq!(Query::parse("from=u%2Btag@x.org").address("from").unwrap(), "u+tag@x.org");
        assert_eq!(Query::parse("subject=a+b").text("subject").unwrap(), "a b");
    }

    #[test]
    fn the_limit_is_refused_in_the_contracts_words() {
        let mut query = Query::parse("limit=201");
        query.limit(50, 200);
        assert_eq!(wrong(&query), "limit must be lower than or equal to 200");
        let mut query = Query::parse("limit=0");
        query.limit(50, 200);
        assert_eq!(wrong(&query), "limit must be greater than or equal to 1");
    }

    #[test]
    fn a_mistyped_field_is_named_with_those_there_are() {
        let mut query = Query::parse("select=id,subjet");
        query.select(crate::selectable::FOLDER);
        let text = wrong(&query);
        assert!(text.starts_with("select: a folder has no field 'subjet'; its fields are id, object"), "{text}");
        let mut query = Query::parse("select=id,,%20name&select=attributes");
        query.select(crate::selectable::FOLDER);
        assert!(query.check().is_ok());
    }

    #[test]
    fn every_wrong_parameter_is_named_in_one_answer() {
        let mut query = Query::parse("limit=x&unread=maybe&fields=all");
        query.limit(50, 200);
        query.flag("unread");
        query.choice("fields", &[("standard", 1)]);
        let text = wrong(&query);
        assert!(text.contains("limit") && text.contains("unread") && text.contains("fields"), "{text}");
        assert_eq!(query.check().unwrap_err().fault().field.as_deref(), Some("limit"));
    }

    #[test]
    fn the_fingerprint_follows_filters_and_nothing_else() {
        let print = |raw: &str| {
            let mut query = Query::parse(raw);
            query.text("subject");
            query.text("in");
            query.limit(50, 200);
            query.fingerprint()
        };
        assert_eq!(print("subject=a&in=b&limit=1"), print("in=b&subject=a&limit=2&page_token=x&odd=1"));
        assert_ne!(print("subject=a&in=b"), print("subject=b&in=a"));
    }
}
