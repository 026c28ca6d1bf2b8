//! Totals over a file of labelled errors, and what was taken for what.

use std::collections::BTreeMap;

use providers::classify::Labelled;

/// One error: what it is held to be, what it was taken for.
#[derive(Clone, Debug)]
pub(super) struct Case {
    id: String,
    labelled: Option<[String; 3]>,
    given: [String; 3],
    clear: bool,
    strong: bool,
}

/// Places in a case's triples.
const KIND: usize = 0;
const RETRY: usize = 1;
const SCOPE: usize = 2;

impl Case {
    /// A classified line.
    pub fn of(case: &Labelled, kind: &str, retry: &str, scope: &str) -> Self {
        let label = |name| case.label(name).map(str::to_owned);
        let labelled = label("kind").zip(label("retry"));
        Self {
            id: case.text("id").unwrap_or("(no id)").to_owned(),
            labelled: labelled.map(|(kind, retry)| [kind, retry, label("scope").unwrap_or_default()]),
            given: [kind, retry, scope].map(str::to_owned),
            clear: !case.is_ambiguous(),
            strong: case.text("real") == Some("strong"),
        }
    }

    fn agrees(&self, place: usize) -> bool {
        self.labelled.as_ref().is_some_and(|labelled| labelled[place] == self.given[place])
    }

    pub fn kind_is_right(&self) -> bool {
        self.agrees(KIND)
    }

    pub fn retry_is_right(&self) -> bool {
        self.agrees(RETRY)
    }

    pub fn is_clear(&self) -> bool {
        self.clear
    }

    pub fn is_strong(&self) -> bool {
        self.strong
    }
}

/// All errors of a file.
#[derive(Default)]
pub(super) struct Report {
    cases: Vec<Case>,
    /// Lines that could not be read.
    pub unreadable: usize,
}

impl Report {
    pub fn add(&mut self, case: Case) {
        self.cases.push(case);
    }

    fn labelled(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| case.labelled.is_some())
    }

    /// How many, and of the labelled ones how many are right.
    pub fn totals(&self) -> Vec<String> {
        let labelled = self.labelled().count();
        let unknown = self.cases.iter().filter(|case| case.given[KIND] == "unknown").count();
        let count = self.cases.len();
        let mut lines = vec![format!("{count} classified, {unknown} of them unknown, {} unreadable", self.unreadable)];
        if labelled > 0 {
            lines.push("labelled       cases    kind   retry   scope".to_owned());
            lines.push(self.shares("all", |_| true));
            lines.push(self.shares("unambiguous", Case::is_clear));
            lines.push(self.shares("strong", Case::is_strong));
        }
        lines
    }

    fn shares(&self, name: &str, of: impl Fn(&Case) -> bool) -> String {
        let cases: Vec<&Case> = self.labelled().filter(|case| of(case)).collect();
        let share = |place| {
            let right = cases.iter().filter(|case| case.agrees(place)).count();
            if cases.is_empty() { "-".to_owned() } else { format!("{:.1}%", 100.0 * right as f64 / cases.len() as f64) }
        };
        format!("{name:<12}{:>8}{:>8}{:>8}{:>8}", cases.len(), share(KIND), share(RETRY), share(SCOPE))
    }

    /// Which kinds were taken for which, and every disagreement over kind or retry.
    pub fn confusion(&self) -> Vec<String> {
        let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for case in self.labelled() {
            let labelled = case.labelled.as_ref().map_or("", |labelled| &labelled[KIND]);
            *table.entry(labelled).or_default().entry(&case.given[KIND]).or_default() += 1;
        }
        let mut lines = vec![String::new(), "labelled kind               taken for".to_owned()];
        lines.extend(table.into_iter().map(|(labelled, given)| {
            let cells: Vec<String> = given.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            format!("{labelled:<28}{}", cells.join(", "))
        }));
        let wrong = self.labelled().filter(|case| !case.kind_is_right() || !case.retry_is_right());
        let wrong: Vec<String> = wrong.map(disagreement).collect();
        lines.extend([String::new(), format!("disagreements: {}", wrong.len())]);
        lines.extend(wrong);
        lines
    }
}

fn disagreement(case: &Case) -> String {
    let labelled = case.labelled.clone().unwrap_or_default();
    let clear = if case.clear { "" } else { " (ambiguous)" };
    let (id, given) = (&case.id, &case.given);
    format!("{id}: labelled {} {}, given {} {}{clear}", labelled[KIND], labelled[RETRY], given[KIND], given[RETRY])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(line: &str, kind: &str, retry: &str) -> Case {
        Case::of(&Labelled::read(line).unwrap(), kind, retry, "request")
    }

    fn report() -> Report {
        let mut report = Report::default();
        let labelled = r#"{"id":"a","label":{"kind":"not_found","retry":"never","scope":"request"},"real":"strong"}"#;
        report.add(case(labelled, "not_found", "never"));
        report.add(case(&labelled.replace("\"a\"", "\"b\",\"ambiguous\":true"), "invalid_request", "never"));
        report.add(case(r#"{"id":"c"}"#, "unknown", "backoff"));
        report
    }

    #[test]
    fn only_labelled_cases_are_counted_right_or_wrong() {
        let lines = report().totals();
        assert_eq!(lines[0], "3 classified, 1 of them unknown, 0 unreadable");
        assert!(lines[2].contains("50.0%") && lines[2].contains("100.0%"), "{}", lines[2]);
        assert!(lines[3].starts_with("unambiguous        1  100.0%"), "{}", lines[3]);
        assert_eq!(Report::default().totals().len(), 1);
    }

    #[test]
    fn the_confusion_names_both_kinds_and_the_disagreements() {
        let text = report().confusion().join("\n");
        assert!(text.contains("not_found                   invalid_request 1, not_found 1"), "{text}");
        assert!(text.contains("b: labelled not_found never, given invalid_request never (ambiguous)"), "{text}");
    }
}
