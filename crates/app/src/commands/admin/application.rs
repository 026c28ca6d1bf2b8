//! `postroad admin application`

use model::{Fault, FaultKind};
use serde_json::json;
use uuid::Uuid;

use super::{choose, print_one, show};
use crate::commands::arguments::id;
use crate::commands::output::Format;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Make an application. Its id is the OAuth client_id.
    Create {
        /// Shown on the hosted pages.
        #[arg(long)]
        name: String,
        /// Where hosted authentication may return to; repeat for several. https, or http on localhost.
        #[arg(long = "callback-url", value_name = "URL")]
        callback_urls: Vec<String>,
        #[command(flatten)]
        format: Format,
    },
    /// List applications.
    List(Format),
    /// Show an application.
    Show {
        /// Its id.
        #[arg(value_parser = id)]
        id: Uuid,
        #[command(flatten)]
        format: Format,
    },
    /// Remove an application with its keys, connectors and webhooks. It cannot be brought back under its id.
    Delete {
        /// Its id.
        #[arg(value_parser = id)]
        id: Uuid,
        /// Remove its grants and their mail in the mirror, too, and revoke them at their providers.
        #[arg(long)]
        with_grants: bool,
        #[command(flatten)]
        format: Format,
    },
    /// Rename an application.
    Update {
        /// Its id.
        #[arg(value_parser = id)]
        id: Uuid,
        /// The new name.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        format: Format,
    },
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create { name, callback_urls, format } => create(house, &name, &callback_urls, format).await?,
        Action::List(format) => {
            let all = house.store.applications().await?;
            let none = "No application yet. Make one: postroad admin application create --name NAME";
            show::many(all.iter().map(show::application).collect(), &["id", "name", "created_at"], none, format);
        }
        Action::Show { id, format } => {
            let application = choose::application_by_id(house, id).await?;
            let callbacks = house.store.callback_uris(application.id).await?;
            let mut value = show::application(&application);
            value["callback_urls"] = json!(callbacks.iter().map(|c| &c.url).collect::<Vec<_>>());
            print_one(&value, format);
        }
        Action::Delete { id, with_grants, format } => {
            let application = choose::application_by_id(house, id).await?;
            let grants = house.engine.remove_application(application.id, with_grants).await.map_err(refused)?;
            print_one(&json!({ "id": id, "deleted": true, "grants_deleted": grants }), format);
        }
        Action::Update { id, name, format } => {
            let application = choose::application_by_id(house, id).await?;
            let updated = house.engine.update_application(application.id, Some(name), json!({})).await?;
            print_one(&show::application(&updated), format);
        }
    }
    Ok(())
}

async fn create(house: &House, name: &str, callback_urls: &[String], format: Format) -> anyhow::Result<()> {
    let application = house.engine.create_application(name).await?;
    for url in callback_urls {
        house.engine.add_callback_uri(application.id, url, None, json!({})).await?;
    }
    let mut value = show::application(&application);
    value["callback_urls"] = json!(callback_urls);
    print_one(&value, format);
    Ok(())
}

fn refused(fault: Fault) -> anyhow::Error {
    match fault.kind {
        FaultKind::ConflictOrPrecondition => anyhow::anyhow!("{} `--with-grants` removes them, too.", fault.message),
        _ => fault.into(),
    }
}
