//! Faults of what somebody has to set up.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const API_DISABLED: Entry = Entry {
    group: Group::Setup,
    actor: Actor::Operator,
    meaning: "The project that owns the client id has not switched on the provider's mail API, or the project itself \
        was suspended or deleted. It concerns every mailbox of the connector.",
    cause: "The provider's API is not enabled in the operator's project.",
    remedy: "Enable the API in the provider's console, wait a few minutes, try again.",
    by_itself: "Grants stay valid: nobody has to sign in again. Sync keeps looking, with growing pauses, and goes on by \
        itself once the API is on.",
    steps: &["For Gmail: APIs and services, Library, Gmail API, Enable, in the project whose number the \
          provider's message names."],
};

pub(in crate::fault) const DOMAIN_POLICY: Entry = Entry {
    group: Group::Setup,
    actor: Actor::Administrator,
    meaning: "The person's organisation has a rule against this: the application is not allowed, conditional access \
        asks for a managed device, or consent is the administrator's. Sending the person round again leads back \
        here.",
    cause: "An administrator of the account's organisation does not allow this application.",
    remedy: "Ask that administrator to allow the application.",
    by_itself: "The grant stays valid, because the rule may change while the permission lives. Sync looks again with \
        growing pauses.",
    steps: &[
        "Google Workspace: Security, API controls, App access control: trust the client id.",
        "Microsoft Entra: grant admin consent to the application, or exclude it from the conditional access \
          policy that the provider names.",
    ],
};

pub(in crate::fault) const OAUTH_CLIENT_MISCONFIGURED: Entry = Entry {
    group: Group::Setup,
    actor: Actor::Operator,
    meaning: "The registration with the provider is wrong, not the person: client secret expired, client id unknown, \
        redirect URI not registered, application not in the tenant. It concerns every grant of the connector.",
    cause: "The provider rejects the connector's client id, secret or redirect URI.",
    remedy: "Correct the connector; the grants behind it are unharmed and need no new authentication.",
    by_itself: "No grant is marked and no refresh token is thrown away. Once the connector is right, everything goes \
        on.",
    steps: &[
        "Compare client id and secret with the provider's console; Microsoft secrets expire after at most two years.",
        "Set them with `PATCH /v3/connectors/{provider}` or `postroad admin connector update`.",
    ],
};

pub(in crate::fault) const QUARANTINED_DEVICE: Entry = Entry {
    group: Group::Setup,
    actor: Actor::Administrator,
    meaning: "Exchange keeps a list of devices that may connect, and holds this one in quarantine or blocks it. Mail \
        does not flow in either direction until it is released.",
    cause: "Exchange holds the connecting device in quarantine.",
    remedy: "An Exchange administrator has to release it.",
    by_itself: "The request is not repeated.",
    steps: &[
        "Exchange admin centre, Mobile, Quarantined devices: allow the device, or add a rule that allows its family.",
    ],
};
