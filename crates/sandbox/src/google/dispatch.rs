//! Carrying out one API call: the checks every method shares, in Google's order, and the fault plan around them.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Google;
use super::enforce::Leave;
use super::errors::{Error, no_such_path};
use super::faults::asked_by_recipients;
use super::method::{Call, Method, Output};
use super::route::{self, Door, Found};
use super::uploads::{self, Resumed, Upload};
use super::wire::{Incoming, Outcome};
use super::{schemas, table};
use crate::faults::{Done, Manner, Scene, with_faults};
use crate::fields::Mask;
use crate::world::mailbox::Mailbox;
use crate::world::permits::Access;

/// Parameters that every method takes (facts 3); `$.xgafv` and the upload ones among them.
pub(crate) const STANDARD: [&str; 11] = [
    "$.xgafv",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
];

/// Answers one call to the Gmail API.
pub(crate) async fn api(google: &Google, incoming: &Incoming) -> Outcome {
    enter(google, Cow::Borrowed(incoming)).finish().await
}

/// A call whose method is known, and whether quotas let it through. From here on it counts as under way.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    google: &'a Google,
    incoming: Cow<'a, Incoming>,
    /// `None` where Google has no such path.
    found: Option<Found>,
    leave: Leave,
}

/// Takes in one call, from outside or from inside a batch.
pub(crate) fn enter<'a>(google: &'a Google, incoming: Cow<'a, Incoming>) -> Entered<'a> {
    let incoming = method_override(&incoming).map_or(incoming, Cow::Owned);
    let found = route::find(&incoming);
    let leave = found.as_ref().map_or(Leave::Unmetered, |found| Leave::ask(google, found, &incoming));
    Entered { google, incoming, found, leave }
}

impl Entered<'_> {
    /// Carries it out.
    pub(crate) async fn finish(self) -> Outcome {
        let Self { google, incoming, found, leave } = self;
        let incoming = &*incoming;
        let Some(found) = found else { return Outcome::Answer(no_such_path(&incoming.path)) };
        let mut permit = match leave.wait(google).await {
            Ok(permit) => permit,
            Err(refusal) => return Outcome::Answer(refusal),
        };
        let mailbox = concerned(google, incoming, &found.user);
        let Method { name, operation, scopes, .. } = *found.method;
        let scene = Scene { method: name, mailbox, path: &incoming.path, operation, scopes, back: None };
        let outcome = with_faults(&google.world, &google.plan, &scene, |manner| {
            perform(google, &found, incoming, manner).unwrap_or_else(|error| Done::Answer(error.answer()))
        })
        .await;
        if let (Some(permit), Outcome::Answer(answer)) = (&mut permit, &outcome) {
            permit.answered_bytes = answer.body.len() as u64;
        }
        outcome
    }
}

/// The mailbox a call is about, as far as can be told before it is checked.
fn concerned(google: &Google, incoming: &Incoming, user: &str) -> String {
    if user != "me" {
        return user.to_lowercase();
    }
    let now_ms = google.world.clock().now_ms();
    let permits = google.world.permits();
    incoming
        .bearer()
        .and_then(|token| permits.access(token, now_ms))
        .map(|access| access.email.clone())
        .unwrap_or_default()
}

/// A long GET may come as a POST with its query as a form (facts 3.3).
fn method_override(incoming: &Incoming) -> Option<Incoming> {
    let verb = incoming.header("x-http-method-override")?.to_ascii_uppercase();
    let mut changed = incoming.clone();
    changed.method = verb.parse().ok()?;
    if verb == "GET" && incoming.content_type().starts_with("application/x-www-form-urlencoded") {
        changed.query.0.extend(incoming.form().0);
        changed.body = bytes::Bytes::new();
    }
    Some(changed)
}

/// A message that came with the call, and the JSON beside it.
type Uploaded = (Map<String, Value>, Option<bytes::Bytes>);

fn perform<'a>(google: &'a Google, found: &Found, incoming: &Incoming, manner: Manner) -> Result<Done<'a>, Error> {
    match uploads::resume(google, found, incoming)? {
        Resumed::No => carry_out(google, found, incoming, None, manner),
        Resumed::Answer(answer) => Ok(Done::Answer(answer)),
        Resumed::Whole(whole) => carry_out(google, found, &whole.incoming, Some((whole.body, whole.media)), manner),
    }
}

fn carry_out<'a>(
    google: &'a Google,
    found: &Found,
    incoming: &Incoming,
    resumed: Option<Uploaded>,
    manner: Manner,
) -> Result<Done<'a>, Error> {
    let access = authenticate(google, found.method, incoming)?;
    check_parameters(found.method, incoming)?;
    let mailbox = mailbox(google, &access, &found.user)?;
    let output = output(incoming)?;
    let (body, media) = match resumed {
        Some(uploaded) => uploaded,
        None if found.door == Door::Upload => match uploads::read(google, found, incoming)? {
            Upload::Started(answer) => return Ok(Done::Answer(answer)),
            Upload::Whole { body, media } => (body, Some(media)),
        },
        None => (json_body(found.method, incoming)?, None),
    };
    if let Some(schema) = found.method.request.and_then(schemas::find) {
        schema.check(&body)?;
    }
    let path = found.path.clone();
    let call = Call { google, mailbox, access, path, query: incoming.query.clone(), body, media, output, manner };
    let handler = found.method.handler;
    match asked_by_recipients(google, found.method, &call, &incoming.path) {
        None => handler(&call).map(Done::Answer),
        Some(effect) => {
            let rest = move |manner| handler(&Call { manner, ..call }).unwrap_or_else(|error| error.answer());
            Ok(Done::Provoked { effect, rest: Box::new(rest) })
        }
    }
}

fn authenticate(google: &Google, method: &Method, incoming: &Incoming) -> Result<Access, Error> {
    let token = incoming.bearer().ok_or_else(|| Error::missing_credentials(method.operation))?;
    let now_ms = google.world.clock().now_ms();
    let access = google.world.permits().access(token, now_ms).cloned().ok_or_else(Error::invalid_credentials)?;
    let opens = access.scopes.iter().any(|scope| method.scopes.contains(&scope.as_str()));
    if opens { Ok(access) } else { Err(Error::insufficient_scopes(method.operation, method.scopes)) }
}

/// Unknown parameters are refused, not passed over (facts 1.4).
fn check_parameters(method: &Method, incoming: &Incoming) -> Result<(), Error> {
    for (name, value) in &incoming.query.0 {
        if STANDARD.contains(&name.as_str()) || name == "upload_id" {
            continue;
        }
        let param =
            method.query.iter().find(|param| param.name == name).ok_or_else(|| Error::unknown_parameter(name))?;
        param.check(value)?;
    }
    Ok(())
}

fn mailbox(google: &Google, access: &Access, user: &str) -> Result<Arc<Mailbox>, Error> {
    if user != "me" && !user.eq_ignore_ascii_case(&access.email) {
        return Err(Error::delegation_denied(&access.email));
    }
    google.world.mailbox(&access.email).map_err(|_| Error::mail_service_not_enabled())
}

fn output(incoming: &Incoming) -> Result<Output, Error> {
    let mask = match incoming.query.filled("fields") {
        Some(text) => Some(Mask::parse(text).map_err(|bad| Error::invalid_fields(bad.to_string()))?),
        None => None,
    };
    if let Some(unknown) = mask.as_ref().and_then(|mask| mask.first_unknown(&schemas::knows_field)) {
        return Err(Error::invalid_fields(format!("Invalid field selection {unknown}")));
    }
    let pretty = !matches!(incoming.query.get("prettyPrint"), Some("false" | "0"));
    Ok(Output { pretty, mask: mask.filter(|mask| !mask.selects_all()) })
}

/// The body as a JSON object; an absent one is empty.
fn json_body(method: &Method, incoming: &Incoming) -> Result<Map<String, Value>, Error> {
    if method.request.is_none() || incoming.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&incoming.body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Error::invalid_json("Root element must be a message.")),
        Err(error) => {
            Err(Error::invalid_json(&format!("Parse error at line {}, column {}.", error.line(), error.column())))
        }
    }
}

/// Whether the token is held to what gmail.metadata allows: one such scope is enough, whatever else was granted
/// (facts 1.4).
pub(crate) fn is_metadata_only(access: &Access) -> bool {
    access.scopes.iter().any(|scope| scope == table::METADATA)
}
