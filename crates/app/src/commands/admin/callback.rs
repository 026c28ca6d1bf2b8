//! `postroad admin callback`

use model::CallbackUriId;
use serde_json::json;
use uuid::Uuid;

use super::{ForApplication, choose, print_one, show};
use crate::commands::arguments::id;
use crate::commands::output::Format;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Register a callback URL: https, or http on localhost. It is compared byte for byte.
    Create {
        /// The URL.
        url: String,
        /// web, desktop, js, ios or android.
        #[arg(long)]
        platform: Option<String>,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// List callback URLs.
    List {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Remove a callback URL.
    Delete {
        /// Its id.
        #[arg(value_parser = id)]
        id: Uuid,
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create { url, platform, application, format } => {
            let application = choose::application(house, application).await?;
            let made = house.engine.add_callback_uri(application.id, &url, platform, json!({})).await?;
            print_one(&show::callback(&made), format);
        }
        Action::List { application, format } => {
            let application = choose::application(house, application).await?;
            let all = house.store.callback_uris(application.id).await?;
            let none = "No callback URL yet.";
            show::many(all.iter().map(show::callback).collect(), &["id", "platform", "url"], none, format);
        }
        Action::Delete { id, application, format } => {
            let application = choose::application(house, application).await?;
            house.engine.remove_callback_uri(application.id, CallbackUriId(id)).await?;
            print_one(&json!({ "id": id, "deleted": true }), format);
        }
    }
    Ok(())
}
