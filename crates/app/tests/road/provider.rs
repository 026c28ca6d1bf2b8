//! At which provider a road's mailboxes lie, and all that its tests see of the difference.

use model::Provider;
use model::folder::{Folder, FolderRole};
use model::message::Placement;
use sandbox::World;
use serde_json::{Map, Value, json};

use crate::harness::TOPIC;

/// Scopes of somebody who gives everything that is needed.
pub fn scopes(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Microsoft => {
            &["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"]
        }
        _ => &[
            "openid",
            "https://www.googleapis.com/auth/userinfo.email",
            "https://www.googleapis.com/auth/userinfo.profile",
            "https://mail.google.com/",
        ],
    }
}

/// The registration at the sandbox.
pub fn client_id(provider: Provider) -> &'static str {
    match provider {
        Provider::Microsoft => sandbox::DEFAULT_APP_ID,
        _ => sandbox::DEFAULT_CLIENT_ID,
    }
}

/// The settings of its connector.
pub fn connector(provider: Provider) -> Map<String, Value> {
    let (id, secret, more) = match provider {
        Provider::Microsoft => (sandbox::DEFAULT_APP_ID, sandbox::DEFAULT_APP_SECRET, None),
        _ => {
            (sandbox::DEFAULT_CLIENT_ID, sandbox::DEFAULT_CLIENT_SECRET, Some(("topic_name".to_owned(), json!(TOPIC))))
        }
    };
    let named = [("client_id".to_owned(), json!(id)), ("client_secret".to_owned(), json!(secret))];
    named.into_iter().chain(more).collect()
}

/// Somebody's address.
pub fn address(provider: Provider, who: &str) -> String {
    match provider {
        Provider::Microsoft => format!("{who}@contoso.test"),
        _ => format!("{who}@sandbox.test"),
    }
}

/// Makes somebody's mailbox.
pub fn mailbox(world: &World, provider: Provider, who: &str) -> String {
    let email = address(provider, who);
    match provider {
        Provider::Microsoft => world.add_microsoft_mailbox(&email, who),
        _ => world.add_mailbox(&email, who),
    }
    email
}

/// The calls by which the outbox sends, as a fault plan names them: saving a draft, and sending it.
pub fn sends(provider: Provider) -> [&'static str; 2] {
    match provider {
        Provider::Microsoft => ["graph.messages.create", "graph.messages.send"],
        _ => ["gmail.drafts.create", "gmail.drafts.send"],
    }
}

/// Where a message lies and how it is marked, in the words that the sandbox's snapshot has for it, sorted.
pub fn labels(provider: Provider, folders: &[Folder], placement: &Placement) -> Vec<String> {
    let mut labels: Vec<String> = match provider {
        Provider::Microsoft => {
            let place = placement.folders.iter().map(|id| place(folders, id.as_str()));
            let marks = [(placement.unread, "UNREAD"), (placement.starred, "STARRED"), (placement.draft, "DRAFT")];
            let marks = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark.to_owned());
            place.chain(marks).chain(placement.categories.iter().flatten().cloned()).collect()
        }
        _ => placement.folders.iter().map(|folder| folder.0.clone()).collect(),
    };
    labels.sort();
    labels
}

/// A name by which somebody tags a message there with another program.
pub fn tag(provider: Provider) -> &'static str {
    match provider {
        Provider::Microsoft => "To do",
        _ => "IMPORTANT",
    }
}

/// The well-known name of a folder, or what it is called.
fn place(folders: &[Folder], id: &str) -> String {
    let Some(folder) = folders.iter().find(|folder| folder.id.as_str() == id) else { return id.to_owned() };
    let known = match folder.role {
        Some(FolderRole::Inbox) => "inbox",
        Some(FolderRole::Sent) => "sentitems",
        Some(FolderRole::Drafts) => "drafts",
        Some(FolderRole::Trash) => "deleteditems",
        Some(FolderRole::Junk) => "junkemail",
        Some(FolderRole::Archive) => "archive",
        _ => return folder.name.clone(),
    };
    known.to_owned()
}
