//! Counts, prints.

use std::collections::BTreeMap;
use std::io::Write;

use providers::classify::Protocol;

use crate::case::Case;
use crate::disputed;

/// All cases.
pub struct Report<'a>(Vec<&'a Case>);

/// Prints a line past the test harness' macros, which the house keeps for commands.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

impl<'a> Report<'a> {
    pub fn of(cases: &'a [Case]) -> Self {
        Self(cases.iter().collect())
    }

    pub fn protocols(&self) -> impl Iterator<Item = Protocol> {
        Protocol::ALL.into_iter().filter(|protocol| self.0.iter().any(|case| case.clear && case.protocol == *protocol))
    }

    /// Of the clear cases, of one protocol or all.
    pub fn kind_share(&self, protocol: Option<Protocol>) -> f64 {
        let of = |case: &Case| case.clear && protocol.is_none_or(|protocol| case.protocol == protocol);
        self.share(of, Case::kind_is_right)
    }

    pub fn retry_share(&self) -> f64 {
        self.share(|case| case.clear, Case::retry_is_right)
    }

    fn share(&self, of: impl Fn(&Case) -> bool, right: impl Fn(&Case) -> bool) -> f64 {
        let cases: Vec<_> = self.0.iter().filter(|case| of(case)).collect();
        let good = cases.iter().filter(|case| right(case)).count();
        if cases.is_empty() { 1.0 } else { good as f64 / cases.len() as f64 }
    }

    pub fn print(&self) {
        self.print_shares();
        self.print_confusion();
        self.print_disagreements();
        for (id, reason) in disputed::LABELS {
            line(&format!("disputed {id}: {reason}"));
        }
    }

    fn print_shares(&self) {
        line("of                        cases   kind  retry  scope");
        self.print_share("all", |_| true);
        self.print_share("unambiguous", |case| case.clear);
        self.print_share("strong", |case| case.strong);
        for protocol in Protocol::ALL {
            self.print_share(protocol.as_str(), |case| case.protocol == protocol);
            self.print_share(&format!("{} unambiguous", protocol.as_str()), |case| {
                case.clear && case.protocol == protocol
            });
        }
    }

    fn print_share(&self, name: &str, of: impl Fn(&Case) -> bool + Copy) {
        let count = self.0.iter().filter(|case| of(case)).count();
        let kind = self.share(of, Case::kind_is_right);
        let retry = self.share(of, Case::retry_is_right);
        let scope = self.share(of, |case| case.labelled.scope == case.given.scope);
        line(&format!("{name:25} {count:5}  {kind:.3}  {retry:.3}  {scope:.3}"));
    }

    /// Only the cells off the diagonal, with the number right per kind.
    fn print_confusion(&self) {
        let mut table: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for case in &self.0 {
            *table.entry(&case.labelled.kind).or_default().entry(&case.given.kind).or_default() += 1;
        }
        line("labelled kind -> given kinds");
        for (labelled, given) in table {
            let cells: Vec<_> = given.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            line(&format!("{labelled:28} {}", cells.join(", ")));
        }
    }

    fn print_disagreements(&self) {
        for case in self.0.iter().filter(|case| !case.kind_is_right() || !case.retry_is_right()) {
            let (l, g) = (&case.labelled, &case.given);
            let clear = if case.clear { "" } else { " (ambiguous)" };
            line(&format!("{}: labelled {} {}, given {} {}{clear}", case.id, l.kind, l.retry, g.kind, g.retry));
        }
    }
}
