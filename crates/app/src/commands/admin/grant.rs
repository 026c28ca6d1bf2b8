//! `postroad admin grant`

use std::path::PathBuf;

use model::Provider;
use model::grant::{Grant, GrantStatus};
use serde_json::{Map, Value, json};
use store::filter::GrantFilter;

use super::{ForApplication, choose, print_one, secret_input, show};
use crate::commands::output::Format;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Make a grant from a refresh token, or renew the one its address has.
    #[command(after_help = "\
Examples:
  postroad admin grant create --refresh-token-file token.txt
  postroad admin grant create --provider microsoft --refresh-token-file token.txt")]
    Create {
        /// The provider that issued the token.
        #[arg(long, default_value_t = Provider::Google, value_parser = super::connector::provider)]
        provider: Provider,
        /// File with the refresh token; `-` reads standard input.
        #[arg(long, value_name = "FILE")]
        refresh_token_file: PathBuf,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// List grants, newest first.
    List {
        /// Only this status: valid or invalid.
        #[arg(long, value_parser = ["valid", "invalid"])]
        status: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Show a grant and how far its mirror has come.
    Show(Named),
    /// Give a grant a new refresh token of the same account.
    Update {
        #[command(flatten)]
        named: Named,
        /// File with the refresh token; `-` reads standard input.
        #[arg(long, value_name = "FILE")]
        refresh_token_file: PathBuf,
    },
    /// Look for changes in the mailbox now instead of at the next poll.
    Sync(Named),
    /// Remove a grant and everything mirrored for it. It cannot be brought back under its id.
    Delete(Named),
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The grant's id or address.
    grant: String,
    #[command(flatten)]
    application: ForApplication,
    #[command(flatten)]
    format: Format,
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create { provider, refresh_token_file, application, format } => {
            let application = choose::application(house, application).await?;
            let settings = token_settings(&refresh_token_file)?;
            let grant = house.engine.custom_grant(application.id, provider, settings, None, None).await?;
            print_one(&show::grant(&grant), format);
        }
        Action::List { status, limit, application, format } => {
            let application = choose::application(house, application).await?;
            let filter = filter(application.id, status.as_deref(), limit);
            let all = house.store.grants(filter).await?;
            let columns = ["id", "email", "provider", "status", "created_at"];
            show::many(all.iter().map(show::grant).collect(), &columns, "No grant yet.", format);
        }
        Action::Show(named) => {
            let grant = choose::grant(house, named.application, &named.grant).await?;
            print_one(&with_sync(house, &grant).await?, named.format);
        }
        Action::Update { named, refresh_token_file } => {
            let grant = choose::grant(house, named.application, &named.grant).await?;
            let settings = token_settings(&refresh_token_file)?;
            let updated = house.engine.update_grant(grant.id, Some(settings), None).await?;
            print_one(&show::grant(&updated), named.format);
        }
        Action::Sync(named) => {
            let grant = choose::grant(house, named.application, &named.grant).await?;
            house.engine.sync_now(grant.id).await?;
            print_one(&json!({ "id": grant.id, "sync": "due now" }), named.format);
        }
        Action::Delete(named) => {
            let grant = choose::grant(house, named.application, &named.grant).await?;
            house.engine.remove_grant(grant.id).await?;
            print_one(&json!({ "id": grant.id, "deleted": true }), named.format);
        }
    }
    Ok(())
}

fn token_settings(file: &std::path::Path) -> anyhow::Result<Map<String, Value>> {
    let token = secret_input::read(file)?;
    Ok(Map::from_iter([("refresh_token".to_owned(), json!(token))]))
}

fn filter(application_id: model::ApplicationId, status: Option<&str>, limit: usize) -> GrantFilter {
    GrantFilter {
        status: status.map(|text| if text == "valid" { GrantStatus::Valid } else { GrantStatus::Invalid }),
        ..GrantFilter::of(application_id, limit)
    }
}

async fn with_sync(house: &House, grant: &Grant) -> anyhow::Result<Value> {
    let mut value = show::grant(grant);
    if let Some(state) = house.store.sync_state(grant.id).await? {
        value["sync_phase"] = json!(state.phase);
        value["mirrored"] = json!(state.mirrored);
        value["fresh_at"] = json!(state.fresh_at);
        value["next_sync_at"] = json!(state.next_at);
        value["failures_in_a_row"] = json!(state.failures);
    }
    value["push_until"] = json!(house.store.watch(grant.id).await?.map(|watch| watch.ends_at));
    value["not_mirrored"] = json!(house.store.unmirrored(grant.id).await?.len());
    Ok(value)
}
