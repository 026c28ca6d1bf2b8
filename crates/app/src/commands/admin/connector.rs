//! `postroad admin connector`

use std::path::PathBuf;

use engine::connectors::ConnectorEdit;
use model::Provider;
use serde_json::{Map, Value, json};

use super::{ForApplication, choose, print_one, secret_input, show};
use crate::commands::output::Format;
use crate::wiring::House;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Register with a provider. One connector per provider and application.
    #[command(after_help = "\
Examples:
  postroad admin connector create google --client-id ID --client-secret-file secret.txt
  pass show google/postroad | postroad admin connector create google --client-id ID --client-secret-file -")]
    Create(Edit),
    /// List connectors.
    List {
        #[command(flatten)]
        application: ForApplication,
        #[command(flatten)]
        format: Format,
    },
    /// Show a connector.
    Show(Named),
    /// Change a connector. What is left out stays, the secret included.
    Update(Edit),
    /// Remove a connector. Its grants stay but can no longer refresh.
    Delete(Named),
}

#[derive(Debug, clap::Args)]
pub(super) struct Named {
    /// The provider: google or microsoft.
    #[arg(value_parser = provider)]
    provider: Provider,
    #[command(flatten)]
    application: ForApplication,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    #[command(flatten)]
    named: Named,
    /// The operator's name for it.
    #[arg(long)]
    name: Option<String>,
    /// OAuth client id.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// File with the OAuth client secret; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Google: Pub/Sub topic that Gmail publishes to, `projects/P/topics/T`.
    #[arg(long, value_name = "TOPIC")]
    topic_name: Option<String>,
    /// Microsoft: tenant whose accounts may sign in; `common` when left out.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Scope that hosted authentication asks for; repeat for several.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
}

/// A provider by its name.
pub(super) fn provider(text: &str) -> Result<Provider, String> {
    Provider::parse(text).ok_or_else(|| "write google or microsoft".to_owned())
}

impl Edit {
    /// The edit, over the settings there are.
    fn over(&self, kept: &Value) -> anyhow::Result<ConnectorEdit> {
        let mut settings = kept.as_object().cloned().unwrap_or_else(Map::new);
        let secret = self.client_secret_file.as_deref().map(secret_input::read).transpose()?;
        let given = [
            ("client_id", &self.client_id),
            ("client_secret", &secret),
            ("topic_name", &self.topic_name),
            ("tenant", &self.tenant),
        ];
        for (name, value) in given {
            if let Some(value) = value {
                settings.insert(name.into(), json!(value));
            }
        }
        Ok(ConnectorEdit {
            name: self.name.clone(),
            settings: Some(settings),
            scopes: (!self.scopes.is_empty()).then(|| self.scopes.clone()),
            active_credential_id: None,
        })
    }
}

pub(super) async fn run(action: Action, house: &House) -> anyhow::Result<()> {
    match action {
        Action::Create(edit) => {
            let application = choose::application(house, edit.named.application).await?;
            let made =
                house.engine.create_connector(application.id, edit.named.provider, edit.over(&json!({}))?).await?;
            print_one(&show::connector(&made, None), edit.named.format);
        }
        Action::List { application, format } => {
            let application = choose::application(house, application).await?;
            let all = house.store.connectors(application.id).await?;
            let columns = ["provider", "name", "client_secret", "fault", "scope", "created_at"];
            let mut shown = Vec::new();
            for connector in &all {
                let fault = house.store.connector_fault(application.id, connector.provider).await?;
                shown.push(show::connector(connector, fault.as_ref()));
            }
            show::many(shown, &columns, "No connector yet.", format);
        }
        Action::Show(named) => {
            let application = choose::application(house, named.application).await?;
            let connector = existing(house, application.id, named.provider).await?;
            let fault = house.store.connector_fault(application.id, named.provider).await?;
            print_one(&show::connector(&connector, fault.as_ref()), named.format);
        }
        Action::Update(edit) => {
            let application = choose::application(house, edit.named.application).await?;
            let kept = existing(house, application.id, edit.named.provider).await?;
            let edited = edit.over(&kept.settings)?;
            let updated = house.engine.update_connector(application.id, edit.named.provider, edited).await?;
            print_one(&show::connector(&updated, None), edit.named.format);
        }
        Action::Delete(named) => {
            let application = choose::application(house, named.application).await?;
            house.engine.remove_connector(application.id, named.provider).await?;
            print_one(&json!({ "provider": named.provider, "deleted": true }), named.format);
        }
    }
    Ok(())
}

async fn existing(
    house: &House,
    application: model::ApplicationId,
    provider: Provider,
) -> anyhow::Result<model::connector::Connector> {
    let found = house.store.connector(application, provider).await?;
    found.ok_or_else(|| {
        anyhow::anyhow!("no {provider} connector; make one with `postroad admin connector create {provider}`")
    })
}
