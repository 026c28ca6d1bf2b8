//! The text exposition format of Prometheus, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::Write as _;

/// The `Content-Type` of the page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a family of samples is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Cumulative buckets.
    Histogram,
}

/// Labels of a sample: names and values.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// A page under way.
#[derive(Default)]
pub struct Page(String);

impl Page {
    /// Begins a family: all its samples follow, before the next family begins.
    pub fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { text: &mut self.0, name }
    }

    /// A family of one gauge without labels.
    pub fn gauge(&mut self, name: &'static str, help: &str, value: f64) {
        self.family(name, Kind::Gauge, help).put(&[], value);
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0
    }
}

/// A family under way.
pub struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Family<'_> {
    /// One sample.
    pub fn put(&mut self, labels: Labels<'_>, value: f64) {
        self.sample("", labels, None, value);
    }

    /// One histogram: counts that fell into each bucket (not cumulative; bounds in seconds), beyond the last, and the sum.
    pub fn histogram(&mut self, labels: Labels<'_>, bounds: &[f64], counts: &[u64], sum: f64) {
        let mut cumulative = 0;
        for (at, count) in counts.iter().enumerate() {
            cumulative += count;
            let bound = bounds.get(at).map_or_else(|| "+Inf".to_owned(), f64::to_string);
            self.sample("_bucket", labels, Some(&bound), cumulative as f64);
        }
        self.sample("_sum", labels, None, sum);
        self.sample("_count", labels, None, cumulative as f64);
    }

    fn sample(&mut self, suffix: &str, labels: Labels<'_>, bound: Option<&str>, value: f64) {
        let all = labels.iter().copied().chain(bound.map(|bound| ("le", bound)));
        let pairs: Vec<String> = all.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = match pairs.is_empty() {
            true => writeln!(self.text, "{}{suffix} {value}", self.name),
            false => writeln!(self.text, "{}{suffix}{{{}}} {value}", self.name, pairs.join(",")),
        };
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_written_as_the_format_says() {
        let mut page = Page::default();
        page.family("a_total", Kind::Counter, "Things\nof \\ use.").put(&[("what", "say \"hi\"\\\n")], 3.0);
        page.gauge("b", "One.", 0.5);
        page.family("c", Kind::Histogram, "Times.").histogram(&[("x", "y")], &[0.1, 1.0], &[2, 1, 4], 12.5);
        let text = page.finish();
        assert!(text.starts_with("# HELP a_total Things\\nof \\\\ use.\n# TYPE a_total counter\n"), "{text}");
        assert!(text.contains("a_total{what=\"say \\\"hi\\\"\\\\\\n\"} 3\n"), "{text}");
        assert!(text.contains("\nb 0.5\n"), "{text}");
        for line in
            ["c_bucket{x=\"y\",le=\"0.1\"} 2", "c_bucket{x=\"y\",le=\"1\"} 3", "c_bucket{x=\"y\",le=\"+Inf\"} 7"]
        {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.ends_with("c_sum{x=\"y\"} 12.5\nc_count{x=\"y\"} 7\n"), "{text}");
    }
}
