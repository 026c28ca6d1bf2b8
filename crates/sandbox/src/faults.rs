//! The fault plan, and magic addresses, around every call.

use std::time::Duration;

use url::Url;

use crate::fault_plan::{self, Effect, Moment, Plan, Then, Through};
use crate::google::{Answer, Outcome};
use crate::world::World;

/// What is known of a call before it is carried out.
#[derive(Debug, Default)]
pub(crate) struct Scene<'a> {
    /// As a FaultPlan names it.
    pub(crate) method: &'a str,
    /// The mailbox, as far as can be told; empty when not.
    pub(crate) mailbox: String,
    pub(crate) path: &'a str,
    /// Google's inner name of the method; empty elsewhere.
    pub(crate) operation: &'a str,
    pub(crate) scopes: &'a [&'a str],
    /// Where an authorization request goes back to.
    pub(crate) back: Option<Url>,
}

/// How a call is to be carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    Usual,
    /// A message is accepted for sending and not sent; so long afterwards a notice says so.
    Capped(Duration),
    /// A message is accepted for sending at Graph, and comes back with this report.
    Returned(&'static str),
}

impl Manner {
    /// How long after accepting a message it is told that it was not sent; `None` where it is sent.
    pub(crate) fn notice_after(self) -> Option<Duration> {
        match self {
            Self::Usual | Self::Returned(_) => None,
            Self::Capped(wait) => Some(wait),
        }
    }
}

/// What came of a call.
pub(crate) enum Done<'a> {
    Answer(Answer),
    /// A recipient's address asks for a fault; the call itself is still to be carried out.
    Provoked {
        effect: Effect,
        rest: Rest<'a>,
    },
}

type Rest<'a> = Box<dyn FnOnce(Manner) -> Answer + Send + 'a>;

impl Done<'_> {
    /// The answer, whatever a recipient's address asks for.
    fn answer(self) -> Answer {
        match self {
            Self::Answer(answer) => answer,
            Self::Provoked { rest, .. } => rest(Manner::Usual),
        }
    }
}

/// Does what the fault plan says about this call, or else the address it is about, or else one it is sent to; and the
/// call itself unless that stands in its way.
pub(crate) async fn with_faults<'a>(
    world: &World,
    plan: &Plan,
    scene: &Scene<'_>,
    act: impl FnOnce(Manner) -> Done<'a>,
) -> Outcome {
    if let Some(effect) = decided(world, plan, scene) {
        return carry_out(world, scene, effect, |manner| act(manner).answer()).await;
    }
    match act(Manner::Usual) {
        Done::Answer(answer) => Outcome::Answer(answer),
        Done::Provoked { effect, rest } => carry_out(world, scene, effect, rest).await,
    }
}

fn decided(world: &World, plan: &Plan, scene: &Scene<'_>) -> Option<Effect> {
    let Scene { method, mailbox, path, .. } = scene;
    let call = fault_plan::Call { method, mailbox, path };
    let by_address = || {
        let ours = world.is_sandbox_address(mailbox);
        ours.then(|| plan.decide_by_address(&call, mailbox, Through::Mailbox)).flatten()
    };
    plan.decide(&call).or_else(by_address)
}

async fn carry_out(world: &World, scene: &Scene<'_>, effect: Effect, act: impl FnOnce(Manner) -> Answer) -> Outcome {
    if !effect.delay.is_zero() {
        world.clock().sleep(effect.delay).await;
    }
    let (after_effect, answer) = match effect.then {
        Then::Proceed => return Outcome::Answer(act(Manner::Usual)),
        Then::Capped { notice_after } => return Outcome::Answer(act(Manner::Capped(notice_after))),
        Then::Returned { report } => return Outcome::Answer(act(Manner::Returned(report))),
        Then::Cut { after_effect } => (after_effect, None),
        Then::Answer { answer, after_effect } => (after_effect, Some(answer)),
    };
    if after_effect {
        act(Manner::Usual);
    }
    let moment = Moment {
        now: world.clock().now(),
        mailbox: &scene.mailbox,
        operation: scene.operation,
        scopes: scene.scopes,
        back: scene.back.as_ref(),
    };
    answer.map_or(Outcome::Cut, |answer| Outcome::Answer(answer.render(&moment).into()))
}

impl From<fault_plan::Rendered> for Answer {
    fn from(rendered: fault_plan::Rendered) -> Self {
        let status = http::StatusCode::from_u16(rendered.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = http::HeaderMap::new();
        for (name, value) in rendered.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), value.parse()) {
                headers.append(name, value);
            }
        }
        Self { status, headers, body: rendered.body.into() }
    }
}
