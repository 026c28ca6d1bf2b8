//! The keys that a grant's calls count against.

use std::sync::Arc;

use model::grant::Grant;
use model::quota::{Level, Limits};
use model::{ApplicationId, GrantId, Provider};
use quota::Keys;
use serde::{Deserialize, Serialize};

use crate::digest;

/// Something with a quota.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) enum Key {
    /// An application's registration with a provider.
    Project(ApplicationId, Provider),
    /// A mailbox as reached through one registration: a grant.
    Grant(GrantId),
    /// A mailbox, whoever reaches it: a digest of its address, so that grants of several applications share it.
    Mailbox(#[serde(with = "hex::serde")] [u8; 16]),
}

impl Key {
    /// The registration that a grant came through.
    pub(crate) fn project(grant: &Grant) -> Self {
        Key::Project(grant.application_id, grant.provider)
    }

    /// The mailbox itself.
    pub(crate) fn mailbox(grant: &Grant) -> Self {
        let place = format!("{}\n{}", grant.provider, model::address::lookup_form(&grant.email));
        let digest = digest::sha256(place.as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Key::Mailbox(short)
    }
}

/// The way of a grant's calls past the pacer.
#[derive(Clone)]
pub(crate) struct Passage {
    pub(super) grant: GrantId,
    pub(super) flow: Key,
    pub(super) keys: Keys<Key>,
    pub(super) project: Key,
    mailbox: Key,
    pub(super) limits: Arc<Limits>,
    pub(super) provider: Provider,
}

impl Passage {
    pub(super) fn of(grant: &Grant, limits: Arc<Limits>) -> Self {
        let (flow, project, mailbox) = (Key::Grant(grant.id), Key::project(grant), Key::mailbox(grant));
        let keys =
            Keys::none().with(Level::Project, project).with(Level::ProjectMailbox, flow).with(Level::Mailbox, mailbox);
        Self { grant: grant.id, flow, keys, project, mailbox, limits, provider: grant.provider }
    }

    /// The registration's key.
    pub(crate) fn project(&self) -> &Key {
        &self.project
    }

    /// The key at a level. A tenant has none of its own yet: its registration stands for it.
    pub(super) fn key(&self, level: Level) -> Option<Key> {
        Some(match level {
            Level::Project | Level::Tenant => self.project,
            Level::ProjectMailbox => self.flow,
            Level::Mailbox => self.mailbox,
        })
    }
}
