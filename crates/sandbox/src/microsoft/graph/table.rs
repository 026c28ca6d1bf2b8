//! The one table of Graph's mail methods. Routing, scope checks and fault plan names are read from here.

use super::method::{Handler, Method};
use super::{attaching, attachments, delta, drafts, folders, me, messages, mime, moving, sending};

const READ: &[&str] = &["Mail.Read", "Mail.ReadWrite"];
const WRITE: &[&str] = &["Mail.ReadWrite"];
const SEND: &[&str] = &["Mail.Send"];
const ME: &[&str] = &["User.Read", "User.ReadWrite", "Directory.Read.All", "User.Read.All"];
const SETTINGS: &[&str] = &["MailboxSettings.Read", "MailboxSettings.ReadWrite"];

const fn get(name: &'static str, path: &'static str, scopes: &'static [&'static str], handler: Handler) -> Method {
    Method { name, verb: "GET", path, scopes, handler }
}
const fn post(name: &'static str, path: &'static str, scopes: &'static [&'static str], handler: Handler) -> Method {
    Method { name, verb: "POST", path, scopes, handler }
}
const fn patch(name: &'static str, path: &'static str, scopes: &'static [&'static str], handler: Handler) -> Method {
    Method { name, verb: "PATCH", path, scopes, handler }
}
const fn delete(name: &'static str, path: &'static str, scopes: &'static [&'static str], handler: Handler) -> Method {
    Method { name, verb: "DELETE", path, scopes, handler }
}

/// Paths with fixed words stand before those with names in their place: the first that fits is taken.
#[rustfmt::skip] // one line is one method
pub(crate) static METHODS: &[Method] = &[
    get("graph.me.get", "", ME, me::get),
    get("graph.mailboxSettings.get", "mailboxSettings", SETTINGS, me::settings),
    get("graph.categories.list", "outlook/masterCategories", SETTINGS, me::categories),

    get("graph.folders.delta", "mailFolders/delta", READ, delta::folders),
    get("graph.folders.list", "mailFolders", READ, folders::list),
    post("graph.folders.create", "mailFolders", WRITE, folders::create),
    get("graph.folders.children", "mailFolders/{folder}/childFolders", READ, folders::children),
    post("graph.folders.createChild", "mailFolders/{folder}/childFolders", WRITE, folders::create),
    post("graph.folders.move", "mailFolders/{folder}/move", WRITE, folders::relocate),
    post("graph.folders.copy", "mailFolders/{folder}/copy", WRITE, folders::copy),
    post("graph.folders.permanentDelete", "mailFolders/{folder}/permanentDelete", WRITE, folders::remove),
    get("graph.folders.get", "mailFolders/{folder}", READ, folders::get),
    patch("graph.folders.update", "mailFolders/{folder}", WRITE, folders::update),
    delete("graph.folders.delete", "mailFolders/{folder}", WRITE, folders::delete),

    get("graph.messages.delta", "messages/delta", READ, delta::messages),
    get("graph.messages.list", "messages", READ, messages::list),
    get("graph.messages.count", "messages/$count", READ, messages::count),
    post("graph.messages.create", "messages", WRITE, drafts::create),
    get("graph.messages.mime", "messages/{id}/$value", READ, mime::get),
    post("graph.messages.move", "messages/{id}/move", WRITE, moving::relocate),
    post("graph.messages.copy", "messages/{id}/copy", WRITE, moving::copy),
    post("graph.messages.permanentDelete", "messages/{id}/permanentDelete", WRITE, moving::remove),
    post("graph.messages.send", "messages/{id}/send", SEND, sending::send),
    post("graph.sendMail", "sendMail", SEND, sending::send_mail),
    post("graph.messages.createReply", "messages/{id}/createReply", WRITE, sending::create_reply),
    post("graph.messages.createReplyAll", "messages/{id}/createReplyAll", WRITE, sending::create_reply_all),
    post("graph.messages.createForward", "messages/{id}/createForward", WRITE, sending::create_forward),
    post("graph.messages.reply", "messages/{id}/reply", SEND, sending::reply),
    post("graph.messages.replyAll", "messages/{id}/replyAll", SEND, sending::reply_all),
    post("graph.messages.forward", "messages/{id}/forward", SEND, sending::forward),
    get("graph.attachments.list", "messages/{id}/attachments", READ, attachments::list),
    post("graph.attachments.create", "messages/{id}/attachments", WRITE, attaching::add),
    post("graph.attachments.createUploadSession", "messages/{id}/attachments/createUploadSession", WRITE, attaching::begin),
    get("graph.attachments.value", "messages/{id}/attachments/{attachment}/$value", READ, attachments::value),
    get("graph.attachments.get", "messages/{id}/attachments/{attachment}", READ, attachments::get),
    delete("graph.attachments.delete", "messages/{id}/attachments/{attachment}", WRITE, attaching::remove),
    get("graph.messages.get", "messages/{id}", READ, messages::get),
    patch("graph.messages.update", "messages/{id}", WRITE, drafts::update),
    delete("graph.messages.delete", "messages/{id}", WRITE, moving::delete),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_said_once_and_every_method_has_a_scope() {
        let mut names: Vec<_> = METHODS.iter().map(|method| method.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(METHODS.iter().all(|method| method.name.starts_with("graph.") && !method.scopes.is_empty()));
    }
}
