//! `postroad admin faults`

use model::fault::UnknownFault;
use serde_json::{Value, json};

use super::{ForApplication, choose, print_one, show};
use crate::commands::output::{self, Format};
use crate::wiring::House;

const REPORT: &str = "\
A provider answered with these and Postroad did not recognise them; it went on cautiously. To have them recognised, report
them to the project: the row (`--json` has the whole sample) and what you did. Addresses, tokens and ids are masked, but
read the sample before you send it. `postroad admin faults forget` empties the list afterwards.";

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// List errors of providers that were not recognised, with how often and since when.
    #[command(after_help = "\
Counts are written every few seconds while the server runs; the 200 seen last are kept per application.

Examples:
  postroad admin faults list
  postroad admin faults list --json > report.json")]
    List {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Forget them, after they were reported.
    Forget {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::List { application, format } => {
            let application = choose::application(house, application).await?;
            let all = house.store.unknown_faults(application.id).await?;
            let columns = ["provider", "operation", "status", "code", "count", "last_seen_at", "sample"];
            let none = "Every error of a provider was recognised so far.";
            let shown = |fault: &UnknownFault| if format.json { whole(fault) } else { short(fault) };
            show::many(all.iter().map(shown).collect(), &columns, none, format);
            if !all.is_empty() {
                output::note(&format!("\n{REPORT}"));
            }
        }
        Action::Forget { application, format } => {
            let application = choose::application(house, application).await?;
            let forgotten = house.store.forget_unknown_faults(application.id).await?;
            print_one(&json!({ "forgotten": forgotten }), format);
        }
    }
    Ok(())
}

/// As reported.
fn whole(fault: &UnknownFault) -> Value {
    json!({
        "postroad": env!("CARGO_PKG_VERSION"), "fingerprint": fault.fingerprint, "provider": fault.provider,
        "protocol": fault.protocol, "operation": fault.operation, "status": fault.status, "code": fault.code,
        "first_seen_at": fault.first_seen_at, "last_seen_at": fault.last_seen_at, "count": fault.count,
        "sample": fault.sample,
    })
}

/// As it fits a line.
fn short(fault: &UnknownFault) -> Value {
    let mut value = whole(fault);
    let mut sample: String = fault.sample.chars().take(60).collect();
    if sample.len() < fault.sample.len() {
        sample.push_str("...");
    }
    value["sample"] = json!(sample);
    value
}
