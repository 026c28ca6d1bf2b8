//! The fault plan, and magic addresses, around every call.

use super::Graph;
use crate::fault_plan::{self, Effect, Moment, Then, Through};
use crate::google::{Answer, Outcome};
use crate::microsoft::mail::notice::Returned;

/// What is known of a call before it is carried out.
#[derive(Debug, Default)]
pub(crate) struct Scene<'a> {
    /// As a FaultPlan names it.
    pub(crate) method: &'a str,
    /// The mailbox, as far as can be told; empty when not.
    pub(crate) mailbox: String,
    pub(crate) path: &'a str,
    /// Who a message about to be sent goes to.
    pub(crate) recipients: Vec<String>,
}

/// How a call is to be carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    Usual,
    /// A message is accepted for sending, and comes back from every recipient.
    Returned(Returned),
}

impl Manner {
    /// Why a message comes back; `None` where it is delivered.
    pub(crate) fn returned(self) -> Option<Returned> {
        match self {
            Self::Usual => None,
            Self::Returned(returned) => Some(returned),
        }
    }
}

/// Does what the fault plan says about this call, or else the address it is about, or else one it is sent to; and the
/// call itself unless that stands in its way.
pub(crate) async fn with_faults(graph: &Graph, scene: &Scene<'_>, act: impl FnOnce(Manner) -> Answer) -> Outcome {
    let Some(effect) = decided(graph, scene) else { return Outcome::Answer(act(Manner::Usual)) };
    if !effect.delay.is_zero() {
        graph.world.clock().sleep(effect.delay).await;
    }
    let (after_effect, answer) = match effect.then {
        Then::Proceed => return Outcome::Answer(act(Manner::Usual)),
        // Google's way of not sending; Exchange's own is a report.
        Then::Capped { .. } => {
            return Outcome::Answer(act(Manner::Returned(crate::microsoft::mail::notice::OVER_QUOTA)));
        }
        Then::Cut { after_effect } => (after_effect, None),
        Then::Answer { answer, after_effect } => (after_effect, Some(answer)),
    };
    if after_effect {
        act(Manner::Usual);
    }
    let moment = Moment { mailbox: &scene.mailbox, ..Moment::at(graph.world.clock().now()) };
    answer.map_or(Outcome::Cut, |answer| Outcome::Answer(answer.render(&moment).into()))
}

fn decided(graph: &Graph, scene: &Scene<'_>) -> Option<Effect> {
    let Scene { method, mailbox, path, recipients } = scene;
    let call = fault_plan::Call { method, mailbox, path };
    let ours = |address: &str| graph.world.is_sandbox_address(address);
    let by_mailbox = || ours(mailbox).then(|| graph.plan.decide_by_address(&call, mailbox, Through::Mailbox)).flatten();
    let by_recipient = || {
        let mut ours = recipients.iter().filter(|address| ours(address));
        ours.find_map(|address| graph.plan.decide_by_address(&call, address, Through::Recipient))
    };
    graph.plan.decide(&call).or_else(by_mailbox).or_else(by_recipient)
}
