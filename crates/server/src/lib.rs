//! HTTP in, HTTP out. Every URL is on one page: [`routes`].
//!
//! A request enters through `front`, is routed by `routes`, passes `mailbox` when it is about a grant's mail, and
//! is answered by a handler with `reply` or refused with `error`, the only place where faults become HTTP.

mod app;
mod auth;
mod brief;
mod call;
mod client;
mod cursor;
mod disposition;
mod error;
mod extract;
pub mod faults;
mod front;
mod handlers;
mod limits;
mod listen;
mod mailbox;
mod metrics;
pub mod openapi;
mod page;
mod reference;
mod reply;
pub mod routes;
mod select;
mod selectable;

/// What the operator decides about the HTTP side.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Requests per second and application: applications, authentication, connectors, grants, webhooks (contract: 50).
    pub admin_rate: u32,
    /// Requests per second and grant: messages, threads, folders, drafts (contract: 200).
    pub grant_rate: u32,
    /// Multipart sends per second and grant (contract: 10).
    pub multipart_rate: u32,
    /// Visits to the marks of tracked messages per second and network address. Mail programs that fetch pictures for all
    /// their readers come from few addresses.
    pub visit_rate: u32,
    /// Network address and program of those who visit the marks are kept and told.
    pub visitors: bool,
    /// Largest JSON body in bytes (contract: 3 MB).
    pub max_json_body: usize,
    /// Largest multipart body in bytes (contract: 25 MB).
    pub max_multipart_body: usize,
    /// Give up on reading a request (its head, then its body) after this long.
    pub body_deadline: std::time::Duration,
    /// Give up on answering after this long (contract: 90 s).
    pub request_deadline: std::time::Duration,
    /// Trust `X-Forwarded-For` from a reverse proxy.
    pub trust_proxy: bool,
    /// `/metrics` is answered.
    pub metrics: bool,
    /// Who presents it may read the metrics; without one, this machine alone may.
    pub metrics_token: Option<model::secret::SecretString>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            admin_rate: 50,
            grant_rate: 200,
            multipart_rate: 10,
            visit_rate: 100,
            visitors: true,
            max_json_body: 3 * 1024 * 1024,
            max_multipart_body: 25 * 1024 * 1024,
            body_deadline: std::time::Duration::from_secs(60),
            request_deadline: std::time::Duration::from_secs(95),
            trust_proxy: false,
            metrics: true,
            metrics_token: None,
        }
    }
}

/// Serves until `stop` is cancelled, then lets requests in hand finish and returns.
pub async fn serve(
    listener: tokio::net::TcpListener,
    engine: engine::Engine,
    settings: Settings,
    stop: tokio_util::sync::CancellationToken,
) -> std::io::Result<()> {
    let deadline = settings.body_deadline;
    let router = front::service(app::App::new(engine, settings));
    listen::run(listener, router, deadline, stop).await;
    Ok(())
}

/// The HTTP side without a listener, for tests that call it directly.
pub fn service(engine: engine::Engine, settings: Settings) -> axum::Router {
    front::service(app::App::new(engine, settings))
}
