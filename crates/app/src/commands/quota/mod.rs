//! `postroad quota`: how a mailbox's quotas stand with its provider, with a small chart.

mod chart;
mod tell;

use std::path::Path;
use std::process::ExitCode;

use model::standing::Standing;
use serde_json::{Value, json};

use super::admin::{ForApplication, choose, must_exist};
use super::demo;
use super::output::{self, Format};
use crate::config::load_from_process;
use crate::wiring::House;

/// Show how a mailbox's quotas stand with its provider: use, ceilings, what is closed and until when, the last hours.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads what the server wrote down: it does so every few seconds while it calls providers, and the first line says how long
ago. No provider is asked. What this very moment is like: GET /v3/grants/GRANT/quota.

Examples:
  postroad quota ada@example.com
  postroad quota ada@example.com --hours 24
  postroad quota ada@example.com --json")]
pub(super) struct Quota {
    /// The grant's id or address.
    grant: String,
    /// How far back the chart reaches, 1 to 48.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=48))]
    hours: u32,
    #[command(flatten)]
    application: ForApplication,
    #[command(flatten)]
    format: Format,
}

pub(super) async fn run(asked: Quota, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut config = load_from_process(file)?.config;
    demo::recall(&mut config)?;
    must_exist(&config)?;
    let house = House::open(&config).await?;
    let done = show(&asked, &house).await;
    let closed = house.close().await;
    done.and(closed).map(|()| ExitCode::SUCCESS)
}

async fn show(asked: &Quota, house: &House) -> anyhow::Result<()> {
    let grant = choose::grant(house, asked.application, &asked.grant).await?;
    let standing = house.engine.kept_quota(&grant, asked.hours).await?;
    if asked.format.json {
        output::json(&whole(&standing, &grant));
        return Ok(());
    }
    let width = output::width();
    for line in tell::all(&standing, &grant, house.engine.now(), width) {
        output::line(&line);
    }
    Ok(())
}

/// For scripts.
fn whole(standing: &Standing, grant: &model::grant::Grant) -> Value {
    json!({
        "grant_id": grant.id, "email": grant.email, "provider": standing.provider, "regime": standing.regime,
        "as_of": standing.as_of, "keys": standing.keys.iter().map(key).collect::<Vec<_>>(),
        "minutes_from": standing.span.0, "minutes_to": standing.span.1, "minutes": standing.minutes,
    })
}

fn key(key: &model::standing::KeyStanding) -> Value {
    let windows = key.windows.iter().map(|w| {
        json!({
            "dimension": w.dimension, "seconds": w.per.as_secs(), "used": w.used, "limit": w.amount,
            "ceiling": w.ceiling, "reserve": w.reserve, "tight": w.tight,
        })
    });
    let windows = windows.collect::<Vec<_>>();
    let throttles = key.throttles.iter().map(|t| {
        json!({
            "what": t.what, "sending_only": t.sending_only, "until": t.until, "times": t.times,
            "kind": t.kind, "message": t.message,
        })
    });
    json!({
        "level": key.level, "next_at": key.next_at, "windows": windows, "throttles": throttles.collect::<Vec<_>>(),
        "in_flight": key.in_flight, "concurrency": key.concurrency, "waiting": key.waiting,
    })
}
