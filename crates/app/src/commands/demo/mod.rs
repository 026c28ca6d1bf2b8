//! `postroad demo`: a working email API over sandbox mailboxes, in one command.

mod connect;
mod guide;
mod kept;
mod mirror;
mod ready;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use model::Provider;
use model::secret::SecretString;
use tokio::net::TcpListener;

pub(super) use self::kept::recall;

use self::kept::Kept;
use self::ready::Ready;
use super::output::{self, Format};
use super::private_file::must_have_place;
use super::progress::Progress;
use crate::config::{Config, load_from_process};
use crate::wiring::stand_in::{self, Filling, Wish};
use crate::wiring::{House, Serving, start_logging, stop_asked};

/// Start the sandbox and the server, fill mailboxes, connect them, and say what to do next.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing leaves this machine: the mailboxes live in the sandbox, a stand-in for Google and Microsoft on a port of its own.
The sandbox forgets. Started again with the same options and --data-dir it is filled with the same mail, and the mirror \
is reconciled with it: mail sent in an earlier run is gone, while API key, application and grants stay the same.

Examples:
  postroad demo
  postroad demo --messages 10000
  postroad demo --microsoft-mailbox me@contoso.test --mailbox you@example.test
  postroad demo --seed-mail ~/Maildir --data-dir ./demo-data
  postroad demo --listen 127.0.0.1:0 --sandbox-listen 127.0.0.1:0 --ready-file ready.json --json")]
pub(super) struct Demo {
    /// Where the API listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7678")]
    listen: SocketAddr,
    /// Where the sandbox listens; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7679")]
    sandbox_listen: SocketAddr,
    /// Keep everything here instead of in a temporary folder that goes away at the end.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    mail: MailWish,
    /// Write addresses, API key and grants here as JSON once everything is ready.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// Let the sandbox enforce Gmail's quotas, for example `current:sliding`, as `postroad sandbox --quotas` does.
    /// Syncs are then refused and slowed down as at Gmail, which lets 300 messages a minute through for each mailbox.
    #[arg(long, value_name = "SPEC", default_value = "off")]
    quotas: sandbox::Quotas,
    /// Let the sandbox enforce Graph's limits, for example `published`, as `postroad sandbox --graph-quotas` does.
    #[arg(long, value_name = "SPEC")]
    graph_quotas: Option<sandbox::GraphQuotas>,
    /// Leave the sandbox's quotas off, as they are unless asked for; scripts that need them off say so with this.
    #[arg(long, conflicts_with_all = ["quotas", "graph_quotas"])]
    no_quotas: bool,
    #[command(flatten)]
    format: Format,
}

/// What mail there is.
#[derive(Debug, clap::Args)]
pub(super) struct MailWish {
    /// Generated messages in the first mailbox (300 unless told otherwise); the others get a third, at most 100.
    #[arg(long, value_name = "N")]
    messages: Option<u64>,
    /// Put the mail of this folder (eml files, Maildir) or file (mbox, eml) into the first mailbox.
    #[arg(long, value_name = "DIR|MBOX")]
    seed_mail: Option<PathBuf>,
    /// Another seed makes other mail; the same seed makes the same. 1 unless told otherwise.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// A mailbox at Google, instead of the usual five of both providers; repeat for several.
    #[arg(long = "mailbox", value_name = "EMAIL")]
    mailboxes: Vec<String>,
    /// A mailbox at Microsoft, instead of the usual five; repeat for several. Its domain is its tenant; outlook.com and
    /// its like are personal accounts.
    #[arg(long = "microsoft-mailbox", value_name = "EMAIL")]
    microsoft_mailboxes: Vec<String>,
}

impl MailWish {
    /// What each mailbox is filled with.
    pub(super) fn fillings(&self) -> anyhow::Result<Vec<Filling>> {
        let google = self.mailboxes.iter().map(|email| (Provider::Google, email.clone()));
        let microsoft = self.microsoft_mailboxes.iter().map(|email| (Provider::Microsoft, email.clone()));
        let fillings = stand_in::fillings(&Wish {
            messages: self.messages,
            seed_mail: self.seed_mail.clone(),
            mailboxes: google.chain(microsoft).collect(),
        });
        stand_in::distinct(&fillings)?;
        Ok(fillings)
    }
}

/// How often mailboxes are asked that do not tell of changes themselves.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// For requests in hand when the demo is stopped.
const DRAIN: Duration = Duration::from_secs(5);

pub(super) async fn run(asked: Demo, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    asked.ready_file.as_deref().map_or(Ok(()), must_have_place)?;
    let mut config = load_from_process(file)?.config;
    if file.is_none() && config.log.filter == "info" {
        config.log.filter = "warn".into();
    }
    start_logging(&config.log)?;
    let fillings = asked.mail.fillings()?;
    let temporary =
        asked.data_dir.is_none().then(tempfile::tempdir).transpose().context("making a temporary folder")?;
    let folder = asked.data_dir.clone().or_else(|| Some(temporary.as_ref()?.path().to_owned()));
    config.storage.data_dir = folder.context("a demo has a given or a temporary folder")?;

    let listener = listen(asked.listen, "--listen").await?;
    let _held = kept::hold(&config.storage.data_dir)?;
    let mut kept = Kept::read_or_new(&config.storage.data_dir)?;
    kept.choose_seed(asked.mail.seed);
    let quotas = asked.quotas != sandbox::Quotas::Off || asked.graph_quotas.is_some();
    if !quotas {
        // A sandbox without quotas is mirrored as fast as it answers, and asked as often as people look.
        config.quota.keep_to_published = false;
        config.sync.poll_interval = config.sync.poll_interval.min(POLL_INTERVAL);
    }
    let sandbox = start_sandbox(&asked, &kept).await?;
    kept.sandbox_url = Some(sandbox.url());
    settle(&mut config, &listener, &sandbox, &kept)?;
    let (filled, house) = tokio::join!(fill(sandbox.world(), fillings.clone(), &kept), House::open_to_serve(&config));
    filled?;
    let house = house?;
    let grants = connect::connect(&house, sandbox.world(), &config, &mut kept, &fillings).await?;
    kept.write(&config.storage.data_dir)?;

    let mut serving = Serving::start(house, listener, &config)?;
    let ready = Ready::new(&config, &kept, &sandbox.url(), &grants);
    ready.wait_until_answered().await?;
    mirror::wait_for_first_mail(serving.house(), &grants).await?;
    let stop = stop_asked().context("listening for signals")?;
    if let Some(path) = &asked.ready_file {
        ready.write(path)?;
    }
    match asked.format.json {
        true => output::json(&ready.to_json()),
        false => output::line(&guide::guide(&ready, asked.data_dir.as_deref())),
    }
    let house = serving.house().clone();
    let ended = tokio::select! {
        () = stop => Ok(()),
        broken = serving.broke() => return Err(broken),
        failed = mirror::show_progress(&house, &grants) => Err(failed),
    };
    output::note("Stopping.");
    serving.drain(DRAIN).await?;
    sandbox.shutdown().await;
    drop(temporary);
    ended.map(|()| ExitCode::SUCCESS)
}

async fn listen(address: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("listening on {address} ({option}); if another demo runs, stop it or give `{option} 127.0.0.1:0`")
    })
}

async fn start_sandbox(asked: &Demo, kept: &Kept) -> anyhow::Result<sandbox::Sandbox> {
    let listen = asked.sandbox_listen;
    let options = sandbox::Options {
        listen,
        seed: kept.seed,
        quotas: asked.quotas.clone(),
        graph_quotas: asked.graph_quotas.clone(),
        ..sandbox::Options::default()
    };
    sandbox::start(options).await.with_context(|| {
        format!("starting the sandbox on {listen}; if another one runs, stop it or give `--sandbox-listen 127.0.0.1:0`")
    })
}

/// Points the configuration at the sandbox and at what the demo keeps.
fn settle(config: &mut Config, listener: &TcpListener, sandbox: &sandbox::Sandbox, kept: &Kept) -> anyhow::Result<()> {
    config.server.listen = listener.local_addr().context("asking for the address listened on")?;
    config.server.public_url = format!("http://{}", reachable(config.server.listen));
    config.google = stand_in::google_at(&sandbox.url(), SecretString::from(kept.push_token.clone()));
    config.microsoft = stand_in::microsoft_at(&sandbox.url());
    // Receivers under development listen on loopback, where plain http is always fine.
    config.webhooks.allow_private = true;
    kept.lend_key(config)
}

/// An address that can be gone to: one that listens everywhere is reached on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        std::net::IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn fill(world: &sandbox::World, fillings: Vec<Filling>, kept: &Kept) -> anyhow::Result<()> {
    let (world, seed, newest) = (world.clone(), kept.seed, kept.seeded_at);
    let work = tokio::task::spawn_blocking(move || {
        let progress = Progress::start("Writing mail", stand_in::total(&fillings));
        stand_in::fill(&world, &fillings, seed, newest, &|done| progress.set(done))?;
        let mailboxes: Vec<_> = fillings.iter().map(|filling| filling.email.as_str()).collect();
        progress.finish(&format!("Mailboxes filled: {}.", mailboxes.join(", ")));
        anyhow::Ok(())
    });
    work.await.context("filling the mailboxes")?
}
