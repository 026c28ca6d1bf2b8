//! The `Prefer` header: several preferences may share one line, or come in several (facts 1.2).

use http::HeaderMap;

/// What the caller would like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Preferences {
    /// `IdType="ImmutableId"`.
    pub(crate) immutable: bool,
    /// `outlook.body-content-type="text"`.
    pub(crate) text: Option<bool>,
    /// `odata.maxpagesize=N`.
    pub(crate) page: Option<usize>,
}

impl Preferences {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let lines = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for wish in lines.flat_map(|line| line.split([',', ';'])) {
            let (name, value) = wish.split_once('=').unwrap_or((wish, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "idtype" => prefer.immutable = value.eq_ignore_ascii_case("ImmutableId"),
                "outlook.body-content-type" => prefer.text = Some(value.eq_ignore_ascii_case("text")),
                "odata.maxpagesize" => prefer.page = value.parse().ok().filter(|page| *page > 0),
                _ => {}
            }
        }
        prefer
    }

    /// What goes back as `Preference-Applied`.
    pub(crate) fn applied(&self) -> Vec<String> {
        let text =
            self.text.map(|text| format!("outlook.body-content-type=\"{}\"", if text { "text" } else { "html" }));
        let page = self.page.map(|page| format!("odata.maxpagesize={page}"));
        let immutable = self.immutable.then(|| "IdType=\"ImmutableId\"".to_owned());
        [immutable, text, page].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_preferences_share_a_line() {
        let mut headers = HeaderMap::new();
        headers.append("prefer", "IdType=\"ImmutableId\", outlook.body-content-type=\"text\"".parse().unwrap());
        headers.append("prefer", "odata.maxpagesize=50".parse().unwrap());
        let prefer = Preferences::of(&headers);
        assert_eq!(prefer, Preferences { immutable: true, text: Some(true), page: Some(50) });
        assert_eq!(prefer.applied().len(), 3);
        assert_eq!(Preferences::of(&HeaderMap::new()), Preferences::default());
    }
}
