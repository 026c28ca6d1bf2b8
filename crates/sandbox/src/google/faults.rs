//! Magic addresses among the recipients of a message.

use super::Google;
use super::method::Call;
use super::{gmail, method::Method};
use crate::fault_plan::{self, Effect, Through};

/// What the recipients of a message about to be sent ask for; the first one that asks decides.
pub(crate) fn asked_by_recipients(google: &Google, method: &Method, call: &Call<'_>, path: &str) -> Option<Effect> {
    let raw = match method.name {
        "gmail.messages.send" => gmail::send::message(call),
        "gmail.drafts.send" => gmail::drafts::message(call),
        _ => return None,
    };
    let recipients = crate::world::submit::recipients(&raw.ok()?).ok()?;
    let mut ours = recipients.iter().filter(|address| google.world.is_sandbox_address(address));
    let this = fault_plan::Call { method: method.name, mailbox: &call.mailbox.email, path };
    ours.find_map(|address| google.plan.decide_by_address(&this, address, Through::Recipient))
}
