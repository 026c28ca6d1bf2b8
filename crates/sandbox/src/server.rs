//! Starting and stopping: one listener, one world.

mod connection;
mod intake;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::control;
use crate::fault_plan::Plan;
use crate::google::Google;
use crate::microsoft::Microsoft;
use crate::options::Options;
use crate::world::World;
use connection::{CutHandle, Cuttable};
use intake::Intake;

/// How long running requests have to finish at a shutdown.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running sandbox. It stops when it is dropped; [`Sandbox::shutdown`] also waits for it.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    url: String,
    secure: Option<Secure>,
    world: World,
    plan: Arc<Plan>,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

/// The other listener, which speaks TLS.
#[derive(Debug)]
struct Secure {
    url: String,
    authority: String,
}

/// Binds the listener and begins to serve.
///
/// # Errors
/// When an address cannot be bound, or no certificate can be made.
pub async fn start(options: Options) -> io::Result<Sandbox> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let world = World::new(&options);
    let plan = Arc::new(Plan::new());
    plan.set_seed(options.seed);
    let google = Arc::new(Google::new(world.clone(), plan.clone(), &options));
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(world.push().clone().work(stop.clone()));
    tasks.spawn(world.news().clone().work(stop.clone()));
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let microsoft = Arc::new(Microsoft::new(world.clone(), plan.clone()));
    let routes = |scheme| {
        // Who came in by TLS is not sent on to where there is none.
        let own = |url: &String| scheme == "http" || url.starts_with("https:");
        let public_url = options.public_url.clone().filter(own);
        router(google.clone(), microsoft.clone(), &world, &plan, Door { scheme, public_url })
    };
    let secure = match options.tls {
        Some(at) => Some(serve_tls(at, routes("https"), &mut tasks, stop.clone()).await?),
        None => None,
    };
    tasks.spawn(serve(listener, routes("http"), stop.clone()));
    Ok(Sandbox { address, url, secure, world, plan, stop, tasks })
}

/// Every path: the control API under `/_sandbox`, Microsoft's own, Google everywhere else.
fn router(google: Arc<Google>, microsoft: Arc<Microsoft>, world: &World, plan: &Arc<Plan>, door: Door) -> Router {
    control::router(Arc::new(world.clone()), plan.clone(), world.meter().clone()).fallback(intake::provider).with_state(
        Intake {
            google,
            microsoft,
            scheme: door.scheme,
            public_url: door.public_url.map(|url| url.trim_end_matches('/').into()),
        },
    )
}

/// How requests come in.
struct Door {
    scheme: &'static str,
    public_url: Option<String>,
}

/// Binds the TLS listener, and begins to serve there as well.
async fn serve_tls(
    at: SocketAddr,
    router: Router,
    tasks: &mut JoinSet<()>,
    stop: CancellationToken,
) -> io::Result<Secure> {
    let credentials = tls::credentials()?;
    let listener = TcpListener::bind(at).await?;
    let url = format!("https://localhost:{}", listener.local_addr()?.port());
    let secured = tls::Secured::over(listener, credentials.acceptor, stop.clone())?;
    tasks.spawn(async move {
        let service = router.into_make_service_with_connect_info::<CutHandle>();
        if let Err(error) = axum::serve(secured, service).with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "the sandbox's TLS listener failed");
        }
    });
    Ok(Secure { url, authority: credentials.authority })
}

async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<CutHandle>();
    let server = axum::serve(Cuttable(listener), service).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = server.await {
        tracing::error!(%error, "the sandbox's listener failed");
    }
}

impl Sandbox {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The base URL, without a slash at the end.
    pub fn url(&self) -> String {
        self.url.trim_end_matches('/').to_owned()
    }

    /// The base URL of the TLS listener, without a slash at the end; `None` where none was asked for.
    pub fn tls_url(&self) -> Option<&str> {
        self.secure.as_ref().map(|secure| secure.url.as_str())
    }

    /// The certificate of the development authority, in PEM: what a client has to trust to speak to [`Self::tls_url`].
    pub fn authority(&self) -> Option<&str> {
        self.secure.as_ref().map(|secure| secure.authority.as_str())
    }

    /// The world it serves.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What it was told to do wrong.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Lets running requests finish, and stops. Who is still waiting after five seconds (for a frozen clock, say) is
    /// cut off.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        let done = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, done).await.is_err() {
            self.tasks.abort_all();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
