//! `postroad admin key`: API keys.

use std::time::Duration;

use model::ApiKeyId;
use model::secret::ExposeSecret as _;
use serde_json::json;
use uuid::Uuid;

use super::{ForApplication, choose, print_one, show};
use crate::commands::arguments::id;
use crate::commands::output::{self, Format};
use crate::config::units;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Make an API key. The key is shown this once; only its hash is kept.
    Create {
        /// A note to recognise it by.
        #[arg(long, default_value = "admin")]
        name: String,
        /// Refuse it after this long, such as 90d; without it the key does not expire.
        #[arg(long, value_name = "DURATION", value_parser = units::parse_duration)]
        expires_in: Option<Duration>,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// List API keys by id and first characters.
    List {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Revoke an API key.
    Delete {
        /// Its id.
        #[arg(value_parser = id)]
        id: Uuid,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Make a sealing key for the configuration (`sealing.keys`). Nothing is stored.
    Generate {
        /// The key's id, 1 to 32 characters of a-z, 0-9 and -. Without it, one is drawn.
        #[arg(long)]
        id: Option<String>,
        #[command(flatten)]
        format: Format,
    },
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create { name, expires_in, application, format } => {
            let application = choose::application(house, application).await?;
            let expires_at = expires_in.map(|span| house.engine.now().checked_add(span)).transpose()?;
            let (key, text) = house.engine.create_api_key(application.id, &name, expires_at).await?;
            let mut value = show::key(&key);
            value["api_key"] = json!(text.expose_secret());
            print_one(&value, format);
            output::note("Keep the key now: it is not shown again.");
        }
        Action::List { application, format } => {
            let application = choose::application(house, application).await?;
            let all = house.store.api_keys(application.id).await?;
            let columns = ["id", "name", "hint", "created_at", "expires_at"];
            show::many(all.iter().map(show::key).collect(), &columns, "No API key yet.", format);
        }
        Action::Delete { id, application, format } => {
            let application = choose::application(house, application).await?;
            house.engine.revoke_api_key(application.id, ApiKeyId(id)).await?;
            print_one(&json!({ "id": id, "deleted": true }), format);
        }
        Action::Generate { id, format } => {
            super::sealing::generate(id.as_deref(), format)?;
        }
    }
    Ok(())
}
