//! What was measured, as a table or as JSON.

use serde_json::{Value, json};

/// Rows of a measurement: what, how much, in which unit, and the target if there is one.
#[derive(Default)]
pub struct Report(Vec<Row>);

struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    target: Option<&'static str>,
}

impl Report {
    pub fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str, target: Option<&'static str>) {
        self.0.push(Row { what: what.into(), value, unit, target });
    }

    pub fn print(&self, as_json: bool) {
        if as_json {
            let rows: Vec<Value> = self
                .0
                .iter()
                .map(|r| json!({ "what": r.what, "value": r.value, "unit": r.unit, "target": r.target }))
                .collect();
            return println!("{:#}", Value::Array(rows));
        }
        for row in &self.0 {
            let target = row.target.map(|target| format!("target {target}")).unwrap_or_default();
            println!("{:<44} {:>12.2} {:<12} {target}", row.what, row.value, row.unit);
        }
    }
}
