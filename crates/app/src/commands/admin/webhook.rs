//! `postroad admin webhook`

use engine::webhooks::WebhookEdit;
use model::DeliveryId;
use model::event::EventType;
use model::secret::{ExposeSecret as _, SecretString};
use model::webhook::{DeliveryState, Webhook, WebhookStatus};
use serde_json::json;
use uuid::Uuid;

use super::{ForApplication, choose, print_one, show};
use crate::commands::arguments::id;
use crate::commands::output::{self, Format};
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Make a webhook; its URL must answer the challenge. The secret is shown this once.
    #[command(after_help = "\
Example:
  postroad admin webhook create --url https://app.example.com/hook --trigger message.created --trigger grant.expired")]
    Create {
        #[command(flatten)]
        edit: Edit,
        #[command(flatten)]
        application: ForApplication,
    },
    /// List webhooks.
    List {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Show a webhook.
    Show(Named),
    /// Change a webhook; a new URL or activation is challenged first.
    Update {
        /// The webhook's id.
        #[arg(value_parser = id)]
        id: Uuid,
        /// active or pause.
        #[arg(long, value_parser = ["active", "pause"])]
        status: Option<String>,
        #[command(flatten)]
        edit: Edit,
    },
    /// Remove a webhook and its deliveries.
    Delete(Named),
    /// Give a webhook a new secret, shown this once. The old one is dead at once.
    RotateSecret(Named),
    /// Show the newest deliveries of a webhook.
    Deliveries {
        #[command(flatten)]
        named: Named,
        /// Only this state: pending, delivered or failed.
        #[arg(long, value_parser = ["pending", "delivered", "failed"])]
        state: Option<String>,
        /// At most this many.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Deliver again what failed: everything, or the deliveries named.
    Replay {
        #[command(flatten)]
        named: Named,
        /// Only this delivery; repeat for several.
        #[arg(long = "delivery", value_name = "ID", value_parser = id)]
        deliveries: Vec<Uuid>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The webhook's id.
    #[arg(value_parser = id)]
    id: Uuid,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    /// Where deliveries go.
    #[arg(long)]
    url: Option<String>,
    /// What to hear of, such as message.created; repeat for several.
    #[arg(long = "trigger", value_name = "TYPE", value_parser = trigger)]
    triggers: Vec<EventType>,
    /// A note.
    #[arg(long)]
    description: Option<String>,
    /// Whom to tell when it fails; repeat for several.
    #[arg(long = "notify", value_name = "EMAIL")]
    notify: Vec<String>,
    /// Gzip deliveries.
    #[arg(long, value_name = "BOOL")]
    compressed: Option<bool>,
    #[command(flatten)]
    format: Format,
}

fn trigger(text: &str) -> Result<EventType, String> {
    EventType::parse(text).ok_or_else(|| {
        let known: Vec<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("known types: {}", known.join(", "))
    })
}

impl Edit {
    fn into_edit(self, status: Option<&str>) -> WebhookEdit {
        WebhookEdit {
            trigger_types: (!self.triggers.is_empty()).then_some(self.triggers),
            url: self.url,
            description: self.description,
            notification_emails: (!self.notify.is_empty()).then_some(self.notify),
            compressed: self.compressed,
            status: status.and_then(WebhookStatus::parse),
        }
    }
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create { edit, application } => {
            let application = choose::application(house, application).await?;
            let format = edit.format;
            let (made, secret) = house.engine.create_webhook(application.id, edit.into_edit(None)).await?;
            print_with_secret(&made, &secret, format);
        }
        Action::List { application, format } => {
            let application = choose::application(house, application).await?;
            let all = house.store.webhooks(application.id).await?;
            let columns = ["id", "status", "webhook_url", "trigger_types"];
            show::many(all.iter().map(show::webhook).collect(), &columns, "No webhook yet.", format);
        }
        Action::Show(named) => print_one(&show::webhook(&choose::webhook(house, named.id).await?), named.format),
        Action::Update { id, status, edit } => {
            let webhook = choose::webhook(house, id).await?;
            let format = edit.format;
            let edit = edit.into_edit(status.as_deref());
            let updated = house.engine.update_webhook(webhook.application_id, webhook.id, edit).await?;
            print_one(&show::webhook(&updated), format);
        }
        Action::Delete(named) => {
            let webhook = choose::webhook(house, named.id).await?;
            house.engine.remove_webhook(webhook.application_id, webhook.id).await?;
            print_one(&json!({ "id": webhook.id, "deleted": true }), named.format);
        }
        Action::RotateSecret(named) => {
            let webhook = choose::webhook(house, named.id).await?;
            let (rotated, secret) = house.engine.rotate_webhook_secret(webhook.application_id, webhook.id).await?;
            print_with_secret(&rotated, &secret, named.format);
        }
        Action::Deliveries { named, state, limit } => deliveries(house, named, state.as_deref(), limit).await?,
        Action::Replay { named, deliveries } => {
            let webhook = choose::webhook(house, named.id).await?;
            let chosen = (!deliveries.is_empty()).then(|| deliveries.into_iter().map(DeliveryId).collect());
            let replayed = house.engine.replay_deliveries(webhook.application_id, webhook.id, chosen).await?;
            print_one(&json!({ "id": webhook.id, "replayed": replayed }), named.format);
        }
    }
    Ok(())
}

fn print_with_secret(webhook: &Webhook, secret: &SecretString, format: Format) {
    let mut value = show::webhook(webhook);
    value["webhook_secret"] = json!(secret.expose_secret());
    print_one(&value, format);
    output::note("Keep the secret now: it is not shown again.");
}

async fn deliveries(house: &House, named: Named, state: Option<&str>, limit: usize) -> anyhow::Result<()> {
    let webhook = choose::webhook(house, named.id).await?;
    let state = state.map(|text| match text {
        "pending" => DeliveryState::Pending,
        "delivered" => DeliveryState::Delivered,
        _ => DeliveryState::Failed,
    });
    let all = house.store.deliveries(webhook.id, state, limit).await?;
    let columns = ["id", "state", "type", "attempts", "last_status", "last_error", "occurred_at"];
    show::many(all.iter().map(show::delivery).collect(), &columns, "No delivery.", named.format);
    Ok(())
}
