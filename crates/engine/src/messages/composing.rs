//! From a composition to raw bytes: sender, Message-ID, threading headers, limits.

use bytes::Bytes;
use mail::compose::Outgoing;
use model::address::lookup_form;
use model::grant::Grant;
use model::tracking::NewTracked;
use model::{Address, Fault, FaultKind, MessageId, ThreadId};

use super::{Composition, carriage, metadata};
use crate::at_rest::AtRest;
use crate::gate::Class;
use crate::{Engine, Result};

/// Bytes of body and files together at most (nylas-v3.md 1.5: 25 MB).
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// A message ready to be sent or saved.
pub(crate) struct Composed {
    pub(crate) raw: Bytes,
    /// The thread it goes into, when it answers a message.
    pub(crate) thread: Option<ThreadId>,
    /// What its marks stand for, when it is tracked.
    pub(crate) tracked: Option<NewTracked>,
}

impl Engine {
    /// Composes a message of this grant. Touches the provider only to read through the message answered, or to look up
    /// aliases when another sender is asked for.
    pub(crate) async fn compose(&self, grant: &Grant, composition: &Composition) -> Result<Composed> {
        composition.metadata.as_ref().map_or(Ok(()), metadata::check)?;
        carriage::check(grant.provider, &composition.outgoing)?;
        let mut outgoing = composition.outgoing.clone();
        self.fill_in(grant, composition, &mut outgoing).await?;
        check_size(&outgoing)?;
        outgoing.from = vec![self.sender(grant, &outgoing.from).await?];
        outgoing.message_id = self.new_message_id();
        outgoing.date = self.now().as_second();
        let mut thread = None;
        if let Some(id) = &composition.reply_to_message_id {
            thread = Some(self.answer(grant, id, &mut outgoing).await?);
        }
        let tracked = match &composition.tracking {
            Some(tracking) => self.mark(grant, tracking, &mut outgoing).await?,
            None => None,
        };
        let raw = composed(outgoing).await?;
        carriage::check_bytes(grant.provider, raw.len())?;
        Ok(Composed { raw, thread, tracked })
    }

    /// The sender: the grant's own address unless one of its aliases is asked for.
    async fn sender(&self, grant: &Grant, asked: &[Address]) -> Result<Address> {
        let asked = match asked {
            [] => return Ok(own(grant)),
            [one] => one,
            _ => return Err(Fault::invalid("from", "`from` must hold exactly one address.")),
        };
        if lookup_form(&asked.email) == lookup_form(&grant.email) {
            let name = asked.name.clone().or_else(|| grant.name.clone());
            return Ok(Address { name, email: asked.email.clone() });
        }
        let aliases =
            self.inner.gate.call(grant, Class::Interactive, |mailbox| async move { mailbox.send_as().await }).await?;
        let alias = aliases.into_iter().find(|alias| lookup_form(&alias.address.email) == lookup_form(&asked.email));
        let alias = alias.ok_or_else(|| not_ours(asked))?;
        Ok(Address { name: asked.name.clone().or(alias.address.name), email: asked.email.clone() })
    }

    /// Sets the threading headers (RFC 5322 section 3.6.4): the parent's references, then the parent.
    async fn answer(&self, grant: &Grant, id: &MessageId, outgoing: &mut Outgoing) -> Result<ThreadId> {
        let parent = self.message(grant, id).await.map_err(|fault| match fault.kind {
            FaultKind::NotFound => Fault {
                field: Some("reply_to_message_id".into()),
                ..Fault::not_found("`reply_to_message_id` names no message of this mailbox.")
            },
            _ => fault,
        })?;
        if let Some(parent_id) = &parent.rfc_message_id {
            let raw = self.inner.store().raw(grant.id, id).await.at_rest()?.unwrap_or_default();
            outgoing.references = references(&raw, parent.in_reply_to.as_deref(), parent_id);
            outgoing.in_reply_to = Some(parent_id.clone());
        }
        Ok(parent.thread_id)
    }

    /// `<uuid@domain>`. The domain is where this installation is reached, if that is a name.
    fn new_message_id(&self) -> String {
        let url = url::Url::parse(&self.settings().public_url).ok();
        let domain = url.as_ref().and_then(url::Url::domain).filter(|domain| domain.contains('.'));
        format!("<{}@{}>", self.inner.new_id(), domain.unwrap_or("postroad"))
    }
}

fn own(grant: &Grant) -> Address {
    Address { name: grant.name.clone(), email: grant.email.clone() }
}

fn not_ours(asked: &Address) -> Fault {
    let message =
        format!("The account may not send as {}: it is neither its address nor one of its aliases.", asked.email);
    Fault { field: Some("from".into()), ..Fault::new(FaultKind::SenderNotAllowed, message) }
}

/// References at most; longer chains keep their root and their end.
const MOST_REFERENCES: usize = 30;

fn references(parent: &[u8], parents_parent: Option<&str>, parent_id: &str) -> Vec<String> {
    let mut chain = mail::parse::parse(mail::parse::head(parent)).references;
    if chain.is_empty() {
        chain.extend(parents_parent.map(str::to_owned));
    }
    chain.retain(|id| id != parent_id);
    if chain.len() >= MOST_REFERENCES {
        chain.drain(1..=chain.len() - MOST_REFERENCES + 1);
    }
    chain.push(parent_id.to_owned());
    chain
}

fn check_size(outgoing: &Outgoing) -> Result<()> {
    let size = outgoing.body.len() + outgoing.files.iter().map(|file| file.content.len()).sum::<usize>();
    if size <= MOST_BYTES {
        return Ok(());
    }
    let message = format!("Body and attachments come to {size} bytes; at most {MOST_BYTES} are allowed.");
    Err(Fault { field: Some("attachments".into()), ..Fault::new(FaultKind::MessageTooLarge, message) })
}

/// Composes on a blocking thread: base64 of 25 MB takes a while.
async fn composed(outgoing: Outgoing) -> Result<Bytes> {
    let composed = tokio::task::spawn_blocking(move || mail::compose::compose(&outgoing)).await;
    let composed = composed.map_err(|error| Fault::internal(format!("composing broke off: {error}")))?;
    composed.map(Bytes::from).map_err(|refused| Fault::invalid(refused.field, refused.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_continue_the_parents_chain() {
        let parent = b"Message-ID: <c@x>\r\nReferences: <a@x>\r\n <b@x>\r\n\r\nbody\r\n";
        assert_eq!(references(parent, None, "<c@x>"), ["<a@x>", "<b@x>", "<c@x>"]);
    }

    #[test]
    fn a_parent_without_references_lends_its_in_reply_to() {
        assert_eq!(references(b"Subject: x\r\n\r\n", Some("<a@x>"), "<b@x>"), ["<a@x>", "<b@x>"]);
    }

    #[test]
    fn long_chains_keep_root_and_end() {
        let ids: Vec<String> = (0..100).map(|n| format!("<{n}@x>")).collect();
        let parent = format!("References: {}\r\n\r\n", ids.join("\r\n "));
        let chain = references(parent.as_bytes(), None, "<p@x>");
        assert_eq!(chain.len(), MOST_REFERENCES);
        assert_eq!((chain[0].as_str(), chain[28].as_str(), chain[29].as_str()), ("<0@x>", "<99@x>", "<p@x>"));
    }

    #[test]
    fn too_many_bytes_are_refused() {
        let outgoing = Outgoing { body: "x".repeat(MOST_BYTES + 1), ..Outgoing::default() };
        assert_eq!(check_size(&outgoing).unwrap_err().kind, FaultKind::MessageTooLarge);
    }
}
