//! Whom an address of the platform is for: the first segment of every path.

use uuid::Uuid;

use super::apps::{App, Audience};
use super::directory::{CONSUMERS, Directory};
use super::refusal::Refusal;

/// Who may sign in here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Authority {
    Common,
    Organizations,
    Consumers,
    Tenant(Uuid),
}

impl Authority {
    /// Reads the segment: a name, a tenant's id or one of its domains.
    pub(super) fn read(segment: &str, directory: &Directory) -> Result<Self, Refusal> {
        Ok(match segment.to_ascii_lowercase().as_str() {
            "common" => Self::Common,
            "organizations" => Self::Organizations,
            "consumers" => Self::Consumers,
            other => match directory.tenant(other) {
                Some(CONSUMERS) => Self::Consumers,
                Some(tenant) => Self::Tenant(tenant),
                None => return Err(Refusal::of("aadsts.90002").about("tenant", segment)),
            },
        })
    }

    /// Whether accounts of this tenant may sign in here.
    pub(super) fn takes(self, tenant: Uuid) -> bool {
        match self {
            Self::Common => true,
            Self::Organizations => tenant != CONSUMERS,
            Self::Consumers => tenant == CONSUMERS,
            Self::Tenant(own) => own == tenant,
        }
    }

    /// Whether the app may be used here at all.
    pub(super) fn admits(self, app: &App) -> Result<(), Refusal> {
        let refused = |name| Err(Refusal::of(name).about("app", &app.id));
        match (app.audience, self) {
            (Audience::Tenant(own), Self::Tenant(here)) if own == here => Ok(()),
            (Audience::Tenant(_), Self::Tenant(_) | Self::Consumers) => refused("aadsts.700016"),
            (Audience::Tenant(_), _) => refused("aadsts.50194"),
            (Audience::Organizations, Self::Consumers) => refused("aadsts.9002332"),
            (Audience::Consumers, Self::Tenant(_) | Self::Organizations) => refused("aadsts.9002331"),
            _ => Ok(()),
        }
    }
}
