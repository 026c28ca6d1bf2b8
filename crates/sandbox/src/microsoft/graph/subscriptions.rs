//! `/subscriptions`: change notifications, with the handshake that comes first (facts 1.6).

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::Graph;
use super::dispatch::opened;
use super::errors::Error;
use super::method::{empty, parameter};
use super::prefer::Preferences;
use super::route;
use crate::faults::{Done, Scene, with_faults};
use crate::google::{Answer, Incoming, Outcome};
use crate::microsoft::identity::{Account, Opened};
use crate::microsoft::mail::folder;
use crate::microsoft::mail::ids::Form;
use crate::microsoft::news::{self, Subscription};
use crate::world::chance::secret;

/// The longest a subscription may live: seven days.
const LONGEST_MS: i64 = 10_080 * 60_000;
/// The most subscriptions of one mailbox, over all apps.
const MOST: usize = 1_000;
/// How long the handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The longest `clientState`.
const LONGEST_STATE: usize = 128;
const READS: &[&str] = &["Mail.Read", "Mail.ReadWrite"];

/// Answers a request about subscriptions.
pub(crate) async fn answer(graph: &Graph, incoming: &Incoming) -> Outcome {
    let now = graph.world.clock().now();
    let rest = route::version(&incoming.path).map_or("", |(_, rest)| rest);
    let words: Vec<&str> = rest.split('/').skip(1).collect();
    let (name, id) = match (&incoming.method, words.as_slice()) {
        (&Method::POST, []) => ("graph.subscriptions.create", ""),
        (&Method::GET, []) => ("graph.subscriptions.list", ""),
        (&Method::GET, [id]) => ("graph.subscriptions.get", *id),
        (&Method::PATCH, [id]) => ("graph.subscriptions.update", *id),
        (&Method::DELETE, [id]) => ("graph.subscriptions.delete", *id),
        (&Method::POST, [id, "reauthorize"]) => ("graph.subscriptions.reauthorize", *id),
        _ => return Outcome::Answer(Error::no_verb().answer(incoming, now)),
    };
    let caller = caller(graph, incoming);
    let mailbox = caller.as_ref().map(|(_, account)| account.mail.to_lowercase()).unwrap_or_default();
    let scene = Scene { method: name, mailbox, path: &incoming.path, ..Scene::default() };
    let made = match (name, &caller) {
        ("graph.subscriptions.create", Ok(caller)) => Some(create(graph, incoming, caller)),
        _ => None,
    };
    // The handshake is made before anybody is told that the subscription exists.
    let greeted = match &made {
        Some(Ok(made)) => greet(made).await,
        _ => Ok(()),
    };
    with_faults(&graph.world, &graph.plan, &scene, move |_| {
        let answer = caller.and_then(|caller| match made {
            Some(made) => made.and_then(|made| greeted.map(|()| keep(graph, incoming, made))),
            None => existing(graph, incoming, &caller, name, id),
        });
        Done::Answer(answer.unwrap_or_else(|error| error.answer(incoming, now)))
    })
    .await
}

fn caller(graph: &Graph, incoming: &Incoming) -> Result<(Opened, Account), Error> {
    let opened = opened(graph, incoming)?;
    if !opened.may(READS) {
        return Err(Error::access_denied());
    }
    let account = graph.world.identity().account(&opened.oid.to_string()).ok_or_else(|| Error::no_user(&opened.upn))?;
    Ok((opened, account))
}

fn create(graph: &Graph, incoming: &Incoming, (opened, account): &(Opened, Account)) -> Result<Subscription, Error> {
    let body = object(incoming)?;
    let text = |name: &str| parameter(&body, name).and_then(Value::as_str).map(str::to_owned);
    let wanted = |name: &str| {
        text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| invalid(&format!("Required property '{name}' is missing.")))
    };
    let change_type = wanted("changeType")?;
    if !change_type.split(',').all(|kind| ["created", "updated", "deleted"].contains(&kind.trim())) {
        return Err(invalid("The changeType may hold created, updated and deleted, with commas between."));
    }
    let client_state = text("clientState");
    if client_state.as_ref().is_some_and(|state| state.len() > LONGEST_STATE) {
        return Err(invalid("The clientState has more than 128 characters."));
    }
    if parameter(&body, "includeResourceData").is_some_and(|value| *value == Value::Bool(true)) {
        return Err(invalid("includeResourceData is not supported by this service."));
    }
    let mailbox = graph.world.exchange(&account.mail).ok_or_else(Error::no_mailbox)?;
    if graph.world.news().all().iter().filter(|have| have.email == mailbox.email).count() >= MOST {
        return Err(Error::new(403, "ExtensionError", "The mailbox has reached its limit of 1000 subscriptions."));
    }
    let resource = wanted("resource")?;
    let folder = followed(graph, account, &resource)?;
    Ok(Subscription {
        id: uuid::Uuid::new_v4().to_string(),
        app: opened.app.clone(),
        email: mailbox.email.clone(),
        account: account.graph_id(),
        tenant: account.tenant.to_string(),
        resource,
        folder,
        change_type,
        url: address(&wanted("notificationUrl")?)?,
        lifecycle_url: text("lifecycleNotificationUrl").map(|url| address(&url)).transpose()?,
        client_state,
        expires_ms: expiry(graph, &wanted("expirationDateTime")?)?,
        immutable: Preferences::of(&incoming.headers).immutable,
        silent: false,
    })
}

/// `me/messages`, `users/x/mailFolders('inbox')/messages`: the folder, or the whole mailbox.
fn followed(graph: &Graph, account: &Account, resource: &str) -> Result<Option<u64>, Error> {
    let unknown = || invalid(&format!("The resource '{resource}' is not supported."));
    let words = route::words(resource.split('?').next().unwrap_or_default());
    let (user, rest) = route::user(&words);
    let own = user == "me" || graph.world.identity().account(&user).is_some_and(|named| named.oid == account.oid);
    if !own {
        return Err(Error::access_denied());
    }
    let lower: Vec<String> = rest.iter().map(|word| word.to_lowercase()).collect();
    match lower.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["messages"] => Ok(None),
        ["mailfolders", _, "messages"] => {
            let mailbox = graph.world.exchange(&account.mail).ok_or_else(Error::no_mailbox)?;
            let by_id = || {
                mailbox.naming.read(&rest[1]).ok().filter(|named| named.form == Form::Folder).map(|named| named.number)
            };
            let key = folder::well_known(&rest[1]).or_else(by_id).ok_or_else(Error::malformed_id)?;
            if mailbox.read().folders.contains_key(&key) { Ok(Some(key)) } else { Err(Error::no_folder()) }
        }
        _ => Err(unknown()),
    }
}

/// Asks an address whether it wants to hear: it must give the token back as plain text within ten seconds.
async fn greet(made: &Subscription) -> Result<(), Error> {
    let client = reqwest::Client::builder().timeout(HANDSHAKE).build().unwrap_or_default();
    for url in std::iter::once(&made.url).chain(&made.lifecycle_url) {
        let token =
            format!("Validation: Testing client application reachability for subscription Request-Id: {}", secret(24));
        let asked = url::Url::parse_with_params(url, [("validationToken", &token)])
            .map_err(|_| unreachable_url("BadRequest"))?;
        let request = client.post(asked).header("content-type", "text/plain; charset=utf-8").body("");
        let told = request.send().await.map_err(|_| unreachable_url("timeout"))?;
        let status = told.status();
        let plain = told
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/plain"));
        let said = told.text().await.map_err(|_| unreachable_url("timeout"))?;
        if status != StatusCode::OK || !plain || said.trim() != token {
            return Err(unreachable_url(status.canonical_reason().unwrap_or("error")));
        }
    }
    Ok(())
}

fn unreachable_url(why: &str) -> Error {
    Error::new(
        400,
        "ValidationError",
        format!(
            "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request. ({why})"
        ),
    )
}

fn keep(graph: &Graph, incoming: &Incoming, made: Subscription) -> Answer {
    let shown = show(&made);
    graph.world.news().put(made);
    json_answer(incoming, StatusCode::CREATED, shown)
}

fn existing(
    graph: &Graph,
    incoming: &Incoming,
    (opened, account): &(Opened, Account),
    name: &str,
    id: &str,
) -> Result<Answer, Error> {
    let own = |have: &Subscription| have.app == opened.app && have.account == account.graph_id();
    let all: Vec<Subscription> = graph.world.news().all().into_iter().filter(own).collect();
    if name == "graph.subscriptions.list" {
        let shown: Vec<Value> = all.iter().map(|have| show(have).into()).collect();
        let body = json!({"@odata.context": format!("{}/v1.0/$metadata#subscriptions", incoming.base), "value": shown});
        return Ok(Answer::new(StatusCode::OK, "application/json", body.to_string()));
    }
    let missing = || Error::new(404, "ResourceNotFound", "The object was not found.");
    let mut found = all.into_iter().find(|have| have.id == id).ok_or_else(missing)?;
    match name {
        "graph.subscriptions.get" => Ok(json_answer(incoming, StatusCode::OK, show(&found))),
        "graph.subscriptions.delete" => {
            graph.world.news().remove(id);
            Ok(empty(StatusCode::NO_CONTENT))
        }
        "graph.subscriptions.reauthorize" => Ok(empty(StatusCode::ACCEPTED)),
        _ => {
            let body = object(incoming)?;
            let until = parameter(&body, "expirationDateTime").and_then(Value::as_str);
            found.expires_ms =
                expiry(graph, until.ok_or_else(|| invalid("Required property 'expirationDateTime' is missing."))?)?;
            graph.world.news().put(found.clone());
            Ok(json_answer(incoming, StatusCode::OK, show(&found)))
        }
    }
}

fn show(subscription: &Subscription) -> Map<String, Value> {
    let shown = json!({
        "id": subscription.id, "resource": subscription.resource, "applicationId": subscription.app,
        "changeType": subscription.change_type, "clientState": subscription.client_state,
        "notificationUrl": subscription.url, "lifecycleNotificationUrl": subscription.lifecycle_url,
        "expirationDateTime": news::instant(subscription.expires_ms), "creatorId": subscription.account,
        "latestSupportedTlsVersion": "v1_2", "includeResourceData": false,
    });
    shown.as_object().cloned().unwrap_or_default()
}

fn json_answer(incoming: &Incoming, status: StatusCode, mut shown: Map<String, Value>) -> Answer {
    let context = format!("{}/v1.0/$metadata#subscriptions/$entity", incoming.base);
    shown.shift_insert(0, "@odata.context".to_owned(), context.into());
    Answer::new(status, "application/json", Value::Object(shown).to_string())
}

fn object(incoming: &Incoming) -> Result<Map<String, Value>, Error> {
    serde_json::from_slice(&incoming.body)
        .map_err(|error| Error::bad_body(format!("Unable to read JSON request payload. {error}")))
}

/// https, or http on this machine: the sandbox's listeners have no certificates.
fn address(url: &str) -> Result<String, Error> {
    let read = url::Url::parse(url).map_err(|_| invalid("The notification URL is not a URL."))?;
    let local = matches!(read.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match read.scheme() {
        "https" => Ok(url.to_owned()),
        "http" if local => Ok(url.to_owned()),
        _ => Err(invalid("The notification URL must be https.")),
    }
}

fn expiry(graph: &Graph, text: &str) -> Result<i64, Error> {
    let until: jiff::Timestamp = text.parse().map_err(|_| invalid("The expirationDateTime cannot be read."))?;
    let (until, now_ms) = (until.as_millisecond(), graph.world.clock().now_ms());
    if until <= now_ms {
        return Err(invalid("Subscription expiration must be in the future."));
    }
    if until > now_ms + LONGEST_MS {
        return Err(invalid("Subscription expiration can only be 10080 minutes in the future."));
    }
    Ok(until)
}

fn invalid(message: &str) -> Error {
    Error::new(400, "InvalidRequest", message)
}
