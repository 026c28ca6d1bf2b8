//! `postroad sandbox faults`: the faults that can be called by name.

use std::process::ExitCode;

use anyhow::bail;
use sandbox::fault_plan::{Catalogue, NamedFault};
use serde_json::{Value, json};

use crate::commands::output::{self, Format};

/// List the faults that can be called by name, with what each does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Make one happen in a running sandbox, three times, for one mailbox:

  curl http://127.0.0.1:7679/_sandbox/faults \\
    -d '{\"name\": \"gmail.user_rate_limit\", \"mailbox\": \"me@sandbox.test\", \"times\": 3}'

or send mail to fault+gmail.user_rate_limit+times3@sandbox.test. docs/SANDBOX.md, \"Test your error handling\", tells it all.

Examples:
  postroad sandbox faults
  postroad sandbox faults oauth.
  postroad sandbox faults gmail.user_rate_limit --json")]
pub(super) struct Faults {
    /// Only names that begin like this.
    #[arg(value_name = "PREFIX", default_value = "")]
    prefix: String,
    #[command(flatten)]
    format: Format,
}

pub(super) fn run(asked: &Faults) -> anyhow::Result<ExitCode> {
    let found: Vec<&NamedFault> = Catalogue::standard().beginning(&asked.prefix).collect();
    if found.is_empty() {
        bail!("no fault's name begins with {:?}; `postroad sandbox faults` lists them all", asked.prefix);
    }
    if asked.format.json {
        let described: Vec<Value> = found.iter().map(|fault| fault.describe()).collect();
        output::json(&json!({ "faults": described }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> =
        found.iter().map(|fault| vec![fault.name.to_owned(), fault.summary.replace('`', "")]).collect();
    output::table(&["NAME", "WHAT IT DOES"], &rows, "");
    if let [fault] = found.as_slice() {
        describe(fault);
    }
    Ok(ExitCode::SUCCESS)
}

/// One fault alone is told in full.
fn describe(fault: &NamedFault) {
    output::line(&format!("\nhits      {}", fault.hits()));
    for (name, setting) in fault.settings() {
        output::line(&format!("setting   {name} = {}", setting.default_value()));
    }
}
