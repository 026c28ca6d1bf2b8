//! The test bed: a sandbox and a server, each a process of its own, and everything made that an application needs.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::client::Client;
use crate::provider::Provider;

const TOPIC: &str = "projects/bench/topics/gmail";
const PUSH_TOKEN: &str = "bench-push-token";

/// A sandbox and a server.
pub struct Bed {
    pub api_url: String,
    pub api_key: String,
    pub sandbox_url: String,
    pub server_pid: u32,
    pub provider: Provider,
    pub mailboxes: Vec<(String, String)>,
    setup: Setup,
    server: Child,
    _sandbox: Child,
    _folder: TempDir,
}

impl Bed {
    /// Starts both; `messages` in each of the mailboxes at Google. No grant is made yet.
    pub async fn start(binary: &Path, messages: u64, mailboxes: &[&str]) -> anyhow::Result<Self> {
        Self::start_at(Provider::Google, binary, messages, mailboxes, &[]).await
    }

    /// The same at a provider, with settings of the server. Only Google's mailboxes have messages from the start.
    pub async fn start_at(
        provider: Provider,
        binary: &Path,
        messages: u64,
        mailboxes: &[&str],
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let with_mail = if provider == Provider::Google { mailboxes } else { &[] };
        let (sandbox, ready) = start_sandbox(binary, &folder, messages, with_mail).await?;
        let sandbox_url = text(&ready, "sandbox_url")?;
        let mailboxes = provider.mailboxes(&ready, &mut Client::connect(&sandbox_url, "").await?, mailboxes).await?;
        let port = free_port()?;
        let api_url = format!("http://127.0.0.1:{port}");
        let mut variables = provider.variables(&sandbox_url);
        variables.extend(settings.iter().map(|(name, value)| (format!("POSTROAD_{name}"), (*value).to_owned())));
        let setup = Setup::new(binary, folder.path(), port, variables).await?;
        let application = setup.admin(&["application", "create", "--name", "Bench"]).await?;
        let key = setup.admin(&["key", "create", "--application", &text(&application, "id")?]).await?;
        let secret = folder.path().join("client_secret");
        let (client_id, client_secret) = provider.registration(&ready)?;
        std::fs::write(&secret, client_secret)?;
        let secret = secret.display().to_string();
        let mut connector = vec!["connector", "create", provider.name(), "--client-id", &client_id];
        connector.extend(["--client-secret-file", &secret]);
        if provider == Provider::Google {
            connector.extend(["--topic-name", TOPIC]);
        }
        setup.admin(&connector).await?;
        let server = setup.serve()?;
        let server_pid = server.id().context("the server ended at once")?;
        let mut bed = Self {
            api_key: text(&key, "api_key")?,
            provider,
            mailboxes,
            api_url,
            sandbox_url,
            server_pid,
            setup,
            server,
            _sandbox: sandbox,
            _folder: folder,
        };
        bed.wait_until_it_answers().await?;
        if provider == Provider::Google {
            bed.wire_push().await?;
        }
        Ok(bed)
    }

    /// A connection to the API.
    pub async fn api(&self) -> anyhow::Result<Client> {
        Client::connect(&self.api_url, &self.api_key).await
    }

    /// A connection to the sandbox.
    pub async fn sandbox(&self) -> anyhow::Result<Client> {
        Client::connect(&self.sandbox_url, "").await
    }

    /// Makes a grant from a refresh token; returns its id.
    pub async fn grant(&self, refresh_token: &str) -> anyhow::Result<String> {
        let body = json!({ "provider": self.provider.name(), "settings": { "refresh_token": refresh_token } });
        let made = self.api().await?.call("POST", "/v3/connect/custom", Some(&body)).await?;
        text(&made["data"], "id")
    }

    /// Waits until a grant's mirror follows its mailbox; returns when that was seen.
    pub async fn mirrored(&self, grant: &str) -> anyhow::Result<Instant> {
        let mut api = self.api().await?;
        let request = api.request("GET", &format!("/v3/grants/{grant}/messages?limit=1&select=id"), None);
        let patience = Instant::now() + Duration::from_secs(600);
        loop {
            let answer = api.send(&request).await?;
            if answer.header("postroad-mirror-phase") == Some("live") {
                return Ok(Instant::now());
            }
            ensure!(Instant::now() < patience, "the mailbox was not mirrored within ten minutes");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the server as a power cut does (SIGKILL), and starts it again on the same data.
    pub async fn kill_and_restart(&mut self) -> anyhow::Result<()> {
        self.server.kill().await?;
        self.server = self.setup.serve()?;
        self.server_pid = self.server.id().context("the server ended at once")?;
        self.wait_until_it_answers().await
    }

    async fn wait_until_it_answers(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + Duration::from_secs(30);
        while self.answers().await.is_err() {
            ensure!(Instant::now() < patience, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn answers(&self) -> anyhow::Result<()> {
        self.api().await?.call("GET", "/v3/grants", None).await.map(drop)
    }

    async fn wire_push(&self) -> anyhow::Result<()> {
        let endpoint = format!("{}/v3/push/google?token={PUSH_TOKEN}", self.api_url);
        let body = json!({ "topic": TOPIC, "endpoint": endpoint });
        self.sandbox().await?.call("POST", "/_sandbox/push", Some(&body)).await.map(drop)
    }
}

/// The server's environment: all of its configuration.
struct Setup {
    binary: PathBuf,
    variables: Vec<(String, String)>,
}

impl Setup {
    async fn new(binary: &Path, folder: &Path, port: u16, more: Vec<(String, String)>) -> anyhow::Result<Self> {
        let key = run(Command::new(binary).args(["admin", "key", "generate", "--id", "bench", "--json"])).await?;
        let set = |name: &str, value: String| (format!("POSTROAD_{name}"), value);
        let mut variables = vec![
            set("SERVER__LISTEN", format!("127.0.0.1:{port}")),
            set("SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}")),
            set("STORAGE__DATA_DIR", folder.join("data").display().to_string()),
            set("SEALING__KEYS", format!("bench:{}", text(&key, "key")?)),
            set("WEBHOOKS__ALLOW_PRIVATE", "true".into()),
            set("WEBHOOKS__ALLOW_HTTP", "true".into()),
            set("LIMITS__ADMIN_PER_SECOND", "1000000".into()),
            set("LIMITS__GRANT_PER_SECOND", "1000000".into()),
            set("QUOTA__KEEP_TO_PUBLISHED", "false".into()),
            set("GOOGLE__PUSH_TOKEN", PUSH_TOKEN.into()),
            set("LOG__FILTER", "warn".into()),
        ];
        variables.extend(more);
        Ok(Self { binary: binary.to_owned(), variables })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn serve(&self) -> anyhow::Result<Child> {
        self.command().arg("serve").stdout(Stdio::null()).kill_on_drop(true).spawn().context("starting the server")
    }

    async fn admin(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        run(self.command().arg("admin").args(arguments).arg("--json")).await
    }
}

async fn start_sandbox(
    binary: &Path,
    folder: &TempDir,
    messages: u64,
    mailboxes: &[&str],
) -> anyhow::Result<(Child, Value)> {
    let ready = folder.path().join("sandbox.json");
    let mut command = Command::new(binary);
    command
        .args(["sandbox", "--listen", "127.0.0.1:0", "--messages", &messages.to_string(), "--ready-file"])
        .arg(&ready);
    command.args(mailboxes.iter().flat_map(|email| ["--mailbox", email]));
    let sandbox = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting the sandbox")?;
    let patience = Instant::now() + Duration::from_secs(120);
    while !ready.exists() {
        ensure!(Instant::now() < patience, "the sandbox was not ready within two minutes");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok((sandbox, serde_json::from_slice(&std::fs::read(&ready)?)?))
}

async fn run(command: &mut Command) -> anyhow::Result<Value> {
    let output = command.output().await?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn text(value: &Value, name: &str) -> anyhow::Result<String> {
    Ok(value[name].as_str().with_context(|| format!("no `{name}` in {value}"))?.to_owned())
}
