//! Carrying out one call: the checks every method shares, in Graph's order, and the fault plan around them.

use http::{HeaderMap, Method};

use super::Graph;
use super::errors::{self, Error};
use super::method::Call;
use super::prefer::Preferences;
use super::route::{self, Found};
use super::sending::asked_by_recipients;
use crate::faults::{Done, Manner, Scene, with_faults};
use crate::google::{Answer, Incoming, Outcome};
use crate::microsoft::identity::{Account, Opened, Unopened};
use crate::microsoft::limits::{Place, Throttled};

/// The largest JSON or MIME body (facts 1.5).
pub(crate) const LARGEST_BODY: usize = 4 << 20;

/// Answers one call, from outside or from inside a batch.
pub(crate) async fn answer(graph: &Graph, incoming: &Incoming) -> Outcome {
    let now = graph.world.clock().now();
    let found = match route::find(incoming) {
        Ok(found) => found,
        // The gateway asks for a token before it looks at the path.
        Err(error) => {
            let error = opened(graph, incoming).err().unwrap_or(error);
            return Outcome::Answer(stamped(error.answer(incoming, now), incoming));
        }
    };
    let scene = scene(graph, &found, incoming);
    let _place = match enter(graph, &scene, incoming).await {
        Ok(place) => place,
        Err(error) => return Outcome::Answer(stamped(error.answer(incoming, now), incoming)),
    };
    let outcome = with_faults(&graph.world, &graph.plan, &scene, |manner| {
        perform(graph, &found, incoming, manner).unwrap_or_else(|error| Done::Answer(error.answer(incoming, now)))
    })
    .await;
    match outcome {
        Outcome::Answer(answer) => Outcome::Answer(stamped(answer, incoming)),
        Outcome::Cut => Outcome::Cut,
    }
}

/// Counts the call, if it is anybody's. The place is to be held until the answer.
async fn enter(graph: &Graph, scene: &Scene<'_>, incoming: &Incoming) -> Result<Option<Place>, Error> {
    let Ok(opened) = opened(graph, incoming) else { return Ok(None) };
    let up = matches!(incoming.method, Method::POST | Method::PUT | Method::PATCH);
    let bytes = if up { incoming.body.len() as u64 } else { 0 };
    let (place, latency) = graph.world.graph_meter().admit(&opened.app, &scene.mailbox, bytes);
    if !latency.is_zero() {
        graph.world.clock().sleep(latency).await;
    }
    place.map(Some).map_err(|throttled| match throttled {
        Throttled::Crowded { wait_ms } => Error::crowded(wait_ms),
        Throttled::Window { wait_ms } => Error::throttled(wait_ms),
    })
}

/// The mailbox a call is about, as far as can be told before it is checked.
fn scene<'a>(graph: &Graph, found: &Found, incoming: &'a Incoming) -> Scene<'a> {
    let user = if found.user.eq_ignore_ascii_case("me") {
        incoming.bearer().and_then(|token| graph.world.identity().open(token).ok()).map(|opened| opened.oid.to_string())
    } else {
        Some(found.user.clone())
    };
    let account = user.as_deref().and_then(|user| graph.world.identity().account(user));
    let mailbox = account.map(|account| account.mail.to_lowercase()).or(user).unwrap_or_default();
    Scene { method: found.method.name, mailbox, path: &incoming.path, ..Scene::default() }
}

fn perform<'a>(graph: &'a Graph, found: &Found, incoming: &'a Incoming, manner: Manner) -> Result<Done<'a>, Error> {
    let opened = opened(graph, incoming)?;
    if !opened.may(found.method.scopes) {
        return Err(Error::access_denied());
    }
    let account = account(graph, &opened, &found.user)?;
    let mailbox = graph.world.exchange(&account.mail);
    // Who somebody is can be told without a mailbox.
    let mailbox = match mailbox {
        Some(mailbox) => mailbox,
        None if found.method.name == "graph.me.get" => graph.nowhere(&account),
        None => return Err(Error::no_mailbox()),
    };
    if incoming.body.len() > LARGEST_BODY {
        return Err(Error::too_large());
    }
    let call = Call {
        graph,
        method: found.method,
        mailbox,
        account,
        opened,
        path: found.path.clone(),
        query: incoming.query.clone(),
        headers: incoming.headers.clone(),
        body: incoming.body.clone(),
        prefer: Preferences::of(&incoming.headers),
        root: format!("{}/{}", incoming.base, found.version),
        url: format!("{}{}", incoming.base, incoming.path),
        manner,
    };
    let handler = found.method.handler;
    match asked_by_recipients(&call, &incoming.path) {
        None => handler(&call).map(Done::Answer),
        Some(effect) => {
            let now = graph.world.clock().now();
            let rest =
                move |manner| handler(&Call { manner, ..call }).unwrap_or_else(|error| error.answer(incoming, now));
            Ok(Done::Provoked { effect, rest: Box::new(rest) })
        }
    }
}

/// What the token opens.
pub(crate) fn opened(graph: &Graph, incoming: &Incoming) -> Result<Opened, Error> {
    let token = incoming.bearer().ok_or_else(|| Error::unopened(Unopened::Empty))?;
    graph.world.identity().open(token).map_err(Error::unopened)
}

/// The account a call is about: the token's own, for nobody here may open another's.
fn account(graph: &Graph, opened: &Opened, user: &str) -> Result<Account, Error> {
    let identity = graph.world.identity();
    let own = identity.account(&opened.oid.to_string()).ok_or_else(|| Error::no_user(&opened.upn))?;
    if user.eq_ignore_ascii_case("me") {
        return Ok(own);
    }
    match identity.account(user) {
        Some(other) if other.oid == own.oid => Ok(own),
        Some(_) => Err(Error::access_denied()),
        None => Err(Error::no_user(user)),
    }
}

/// Every answer says which request it was.
fn stamped(answer: Answer, incoming: &Incoming) -> Answer {
    let request_id = errors::request_id(incoming);
    let client = incoming.header("client-request-id").unwrap_or(&request_id).to_owned();
    let diagnostic =
        r#"{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SBX0"}}"#;
    let mut answer = answer.with("request-id", &request_id).with("client-request-id", &client);
    let known: &HeaderMap = &answer.headers;
    if !known.contains_key("x-ms-ags-diagnostic") {
        answer = answer.with("x-ms-ags-diagnostic", diagnostic);
    }
    answer
}
