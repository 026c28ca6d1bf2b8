//! One row, ready to be asked.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use engine::connectors::ConnectorEdit;
use engine::webhooks::WebhookEdit;
use model::event::EventType;
use model::grant::Grant;
use model::secret::SecretString;
use model::sync::SyncPhase;
use model::{ApplicationId, Provider};
use sandbox::control::AccountChange;
use sandbox::fault_plan::RuleSpec;
use serde_json::{Map, Value, json};

use super::scripted::Part;
use super::{Asked, Stage};
use crate::table::{Before, Brought, Call, Grant as Fate, Row, Where};

const SCOPES: [&str; 4] = [
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
    "https://mail.google.com/",
];
/// The same at Microsoft, by short names.
const MICROSOFT_SCOPES: [&str; 7] =
    ["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"];
/// Another account at Microsoft.
pub const OTHER: &str = "other.account@sandbox.test";
/// Longer than anything here takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A row whose trouble is prepared.
pub struct Scene {
    pub row: Row,
    pub key: SecretString,
    pub application: ApplicationId,
    pub grant: Option<Grant>,
    pub asked: Asked,
    /// When the trouble began.
    begun: Instant,
    email: String,
    part: Option<Arc<Part>>,
}

impl Stage {
    /// Makes what the row needs, lets the first sync end, and only then lets things go wrong.
    pub async fn prepare(&self, row: Row) -> Scene {
        let engine = &self.house().engine;
        let provider = provider(&row);
        let email = format!("{}@sandbox.test", row.name);
        let application = engine.create_application(row.name).await.unwrap().id;
        let (_, key) = engine.create_api_key(application, row.name, None).await.unwrap();
        let key = if row.call == Call::Stranger { SecretString::from("nobodys-key".to_owned()) } else { key };
        let part = scripted(&row).then(|| self.parts.add(row.name, part(&row, &email)));
        match provider {
            _ if part.is_some() => {}
            Provider::Microsoft => self.sandbox.world().add_microsoft_mailbox(&email, row.name),
            _ => self.sandbox.world().add_mailbox(&email, row.name),
        }
        connector(engine, application, provider, part.is_some().then_some(row.name)).await;
        let grant =
            if row.grant == Fate::None { None } else { Some(self.grant(&row, application, provider, &email).await) };
        self.subscribe(&row, application).await;
        let begun = Instant::now();
        self.spoil(&row, &email);
        let token = self.brought(&row, &email);
        let asked = Asked::of(row.call, provider.as_str(), application.to_string(), token);
        Scene { row, key, application, grant, asked, begun, email, part }
    }

    async fn grant(&self, row: &Row, application: ApplicationId, provider: Provider, email: &str) -> Grant {
        let token = match provider {
            _ if scripted(row) => format!("{}|good", row.name),
            Provider::Microsoft => self.microsoft_token(email),
            _ => self.refresh_token(email, &SCOPES),
        };
        let settings = Map::from_iter([("refresh_token".to_owned(), json!(token))]);
        let grant = self.house().engine.custom_grant(application, provider, settings, None, None).await.unwrap();
        self.until(&format!("{} is mirrored", row.name), async || {
            let state = self.house().store.sync_state(grant.id).await.unwrap();
            state.is_some_and(|state| state.phase == SyncPhase::Live)
        })
        .await;
        grant
    }

    async fn subscribe(&self, row: &Row, application: ApplicationId) {
        let types =
            [EventType::GrantCreated, EventType::GrantUpdated, EventType::GrantDeleted, EventType::GrantExpired];
        let edit = WebhookEdit {
            trigger_types: Some(types.to_vec()),
            url: Some(self.receiver.url(row.name)),
            ..WebhookEdit::default()
        };
        self.house().engine.create_webhook(application, edit).await.unwrap();
    }

    /// From here on things go wrong, and every call is counted.
    fn spoil(&self, row: &Row, email: &str) {
        let rule = |name: &str, method: &str, times| RuleSpec {
            name: Some(name.to_owned()),
            method: Some(method.to_owned()),
            mailbox: Some(email.to_owned()),
            times,
            ..RuleSpec::default()
        };
        match &row.before {
            // The access token dies, and the next one is refused.
            Before::Sandbox { fault, times, .. } if fault.starts_with("aadsts.") => {
                self.sandbox.plan().add(rule(fault, "identity.token.refresh", *times)).unwrap();
                self.sandbox.world().expire_access_tokens(Some(email));
            }
            Before::Sandbox { fault, times, with } => {
                let mut failing = rule(fault, method(row, row.call.leads()), *times);
                failing.settings = with.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                self.sandbox.plan().add(failing).unwrap();
            }
            Before::Expired => self.sandbox.world().expire_access_tokens(Some(email)),
            Before::Revoked => self.sandbox.world().revoke_account(email),
            Before::Nothing | Before::Says(_) => {}
        }
        // A delay of nothing: it changes no answer, and the plan notes every call it sees.
        for method in [Where::Search, Where::Send, Where::Token].map(|leads| method(row, leads)) {
            let mut counting = rule("network.slow", method, None);
            counting.settings = Map::from_iter([("seconds".to_owned(), json!(0))]);
            self.sandbox.plan().add(counting).unwrap();
        }
    }

    fn brought(&self, row: &Row, email: &str) -> String {
        let (Call::Bring(brought) | Call::Renew(brought)) = row.call else { return String::new() };
        match (brought, provider(row)) {
            (Brought::Unknown, _) => "1//nobody-issued-this".into(),
            (Brought::Good, _) if scripted(row) => format!("{}|good", row.name),
            (Brought::Other, Provider::Microsoft) => self.microsoft_token(OTHER),
            (Brought::Alias, Provider::Microsoft) => {
                let email = Some(format!("alias.{email}"));
                let renamed = AccountChange { email, ..AccountChange::default() };
                let oid =
                    self.sandbox.world().change_account(&format!("{}@sandbox.test", row.name), renamed).unwrap().id;
                self.microsoft_token(&oid.to_string())
            }
            (Brought::Good, Provider::Microsoft) => self.microsoft_token(email),
            (Brought::Lacking(scope), _) => {
                let scopes: Vec<&str> = SCOPES.into_iter().filter(|granted| *granted != scope).collect();
                self.refresh_token(email, &scopes)
            }
            (Brought::Other, _) => self.refresh_token("friend@sandbox.test", &SCOPES),
            (Brought::Revoked, _) => {
                let token = self.refresh_token(email, &SCOPES);
                self.sandbox.world().revoke_account(email);
                token
            }
            _ => self.refresh_token(email, &SCOPES),
        }
    }

    fn microsoft_token(&self, account: &str) -> String {
        self.sandbox.world().issue_refresh_token(account, sandbox::DEFAULT_APP_ID, &MICROSOFT_SCOPES)
    }

    fn refresh_token(&self, email: &str, scopes: &[&str]) -> String {
        self.sandbox.world().issue_refresh_token(email, sandbox::DEFAULT_CLIENT_ID, scopes)
    }

    /// Waits until `reached` says so.
    pub async fn until(&self, what: &str, reached: impl AsyncFn() -> bool) {
        let waiting = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            while !reached().await {
                ticks.tick().await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "waited in vain until {what}");
    }
}

impl Scene {
    /// How often the provider was asked for what the row is about.
    pub fn asked_count(&self, stage: &Stage) -> usize {
        match (&self.part, self.row.call.leads()) {
            (Some(part), _) if matches!(self.row.before, Before::Says(_)) => part.asked.load(Ordering::SeqCst),
            (Some(part), Where::Token) => part.bought.load(Ordering::SeqCst) - usize::from(self.grant.is_some()),
            // Whose an unknown token is, nobody knows: Google was asked, but not about this mailbox.
            (None, Where::Token) if self.provider() == Provider::Google => 1,
            (None, leads) => self.hits(stage, method(&self.row, leads)),
            (Some(_), _) => 0,
        }
    }

    /// How often it may have been asked by now.
    pub fn may_be_asked(&self) -> RangeInclusive<usize> {
        let (least, most) = (*self.row.asked.start(), *self.row.asked.end());
        let again = self.row.again_after.map_or(0, |pause| self.begun.elapsed().as_millis() / pause.as_millis());
        least..=most + again as usize
    }

    /// Access tokens bought since the trouble began.
    pub fn bought_count(&self, stage: &Stage) -> usize {
        self.hits(stage, method(&self.row, Where::Token))
    }

    /// Messages taken in for sending.
    pub fn sent_count(&self, stage: &Stage) -> usize {
        stage.sandbox.world().accepted().iter().filter(|sent| sent.mailbox == self.email).count()
    }

    /// The path of this grant, or one that is nobody's.
    pub fn grant_id(&self) -> String {
        self.grant.as_ref().map_or_else(|| "me".to_owned(), |grant| grant.id.to_string())
    }

    fn provider(&self) -> Provider {
        provider(&self.row)
    }

    fn hits(&self, stage: &Stage, method: &str) -> usize {
        let hits = stage.sandbox.plan().hits();
        hits.iter().filter(|hit| hit.method == method && hit.mailbox == self.email).count()
    }
}

/// Whether the row's provider says what is prescribed, byte for byte: what the sandbox has no services for.
fn scripted(row: &Row) -> bool {
    matches!(row.before, Before::Says(_))
}

fn provider(row: &Row) -> Provider {
    let of_microsoft = |fault: &str| ["aadsts.", "graph."].iter().any(|family| fault.starts_with(family));
    let named = matches!(row.before, Before::Sandbox { fault, .. } if of_microsoft(fault));
    let microsoft = scripted(row) || named || row.of.starts_with("Microsoft");
    if microsoft { Provider::Microsoft } else { Provider::Google }
}

fn part(row: &Row, email: &str) -> Part {
    let script = match &row.before {
        Before::Says(wire) => Some((row.call.leads(), wire.clone())),
        _ => None,
    };
    Part { email: email.to_owned(), script, asked: 0.into(), bought: 0.into() }
}

fn method(row: &Row, leads: Where) -> &'static str {
    match (leads, provider(row)) {
        (Where::Nowhere, _) => "none",
        (Where::Search, Provider::Microsoft) => "graph.messages.list",
        (Where::Send, Provider::Microsoft) => "graph.messages.send",
        (Where::Token, Provider::Microsoft) => "identity.token.refresh",
        (Where::Search, _) => "gmail.messages.list",
        (Where::Send, _) => "gmail.drafts.send",
        (Where::Token, _) => "oauth.token.refresh",
    }
}

/// The application's connector; a scripted row's bears its name.
async fn connector(engine: &engine::Engine, application: ApplicationId, provider: Provider, script: Option<&str>) {
    let (id, secret) = match (script, provider) {
        (Some(name), _) => (name, "secret"),
        (None, Provider::Microsoft) => (sandbox::DEFAULT_APP_ID, sandbox::DEFAULT_APP_SECRET),
        (None, _) => (sandbox::DEFAULT_CLIENT_ID, sandbox::DEFAULT_CLIENT_SECRET),
    };
    let settings: Map<String, Value> =
        Map::from_iter([("client_id".to_owned(), json!(id)), ("client_secret".to_owned(), json!(secret))]);
    let edit = ConnectorEdit { settings: Some(settings), ..ConnectorEdit::default() };
    engine.create_connector(application, provider, edit).await.unwrap();
}
