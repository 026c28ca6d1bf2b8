//! Who may not (facts 1.4, 401 and 403): tokens, scopes, policies, and what the operator has to switch on.

use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::envelope::{Challenge, Details, Envelope, global, old};
use crate::fault_plan::catalogue::methods::{API, READS, SEARCHES, WATCH};
use crate::fault_plan::catalogue::{NamedFault, Setting};

const SOURCE: &str = "facts 1.4";
const PROJECT: &[(&str, Setting)] = &[("project_number", Setting::Text("000000000000"))];

const INVALID: Envelope = Envelope {
    inner: Some("Invalid Credentials"),
    location: Some(("Authorization", "header")),
    challenge: Challenge::InvalidToken,
    ..global(
        401,
        "UNAUTHENTICATED",
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )
};

const MISSING: Envelope = Envelope {
    inner: Some("Login Required."),
    location: Some(("Authorization", "header")),
    details: Details::Method("CREDENTIALS_MISSING"),
    challenge: Challenge::Realm,
    ..global(
        401,
        "UNAUTHENTICATED",
        "required",
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )
};

const INVALID_OLD: Envelope =
    Envelope { location: Some(("Authorization", "header")), ..old(401, "global", "authError", "Invalid Credentials") };

const SCOPE: Envelope = Envelope {
    inner: Some("Insufficient Permission"),
    details: Details::Method("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    challenge: Challenge::InsufficientScope,
    ..global(403, "PERMISSION_DENIED", "insufficientPermissions", "Request had insufficient authentication scopes.")
};

const DISABLED: Envelope = Envelope {
    domain: Some("usageLimits"),
    help: Some("https://console.developers.google.com"),
    details: Details::ServiceDisabled,
    ..global(
        403,
        "PERMISSION_DENIED",
        "accessNotConfigured",
        "Gmail API has not been used in project {project_number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project={project_number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
    )
};

const DISABLED_OLD: Envelope = Envelope {
    help: Some("https://console.developers.google.com"),
    ..old(
        403,
        "usageLimits",
        "accessNotConfigured",
        "Access Not Configured. Gmail API has not been used in project {project_number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project={project_number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
    )
};

const fn forbidden(message: &'static str) -> Act {
    Act::Envelope(global(403, "PERMISSION_DENIED", "forbidden", message))
}

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("gmail.invalid_credentials", API, (Captured, SOURCE), Act::Envelope(INVALID),
        "401 `authError`: the access token is expired or revoked; refresh it"),
    row("gmail.invalid_credentials_old", API, (Documented, "facts 1.4, guide to errors"), Act::Envelope(INVALID_OLD),
        "401 `authError` in the one-layer body that Google's guide shows"),
    row("gmail.login_required", API, (Captured, SOURCE), Act::Envelope(MISSING),
        "401 `required`: the request carries no token at all"),
    row("gmail.insufficient_scope", API, (Captured, SOURCE), Act::Envelope(SCOPE),
        "403 `insufficientPermissions`: the person did not grant a scope that opens the method"),
    row("gmail.access_not_configured", API, (Captured, SOURCE), Act::Envelope(DISABLED),
        "403 `accessNotConfigured`, `SERVICE_DISABLED`: the Gmail API is not enabled in the operator's project")
        .with(PROJECT),
    row("gmail.access_not_configured_old", API, (Documented, SOURCE), Act::Envelope(DISABLED_OLD),
        "403 `accessNotConfigured` in the one-layer body from before 2020: `Access Not Configured.`")
        .with(PROJECT),
    row("gmail.project_not_found", API, (Reported, SOURCE),
        Act::Envelope(Envelope { domain: Some("usageLimits"), ..global(403, "PERMISSION_DENIED", "accessNotConfigured",
            "Project {project_number} is not found and cannot be used for API calls.") }),
        "403 `accessNotConfigured`: the operator's project was deleted")
        .with(PROJECT),
    row("gmail.domain_policy", API, (Documented, "facts 1.4, guide to errors"),
        Act::Envelope(old(403, "global", "domainPolicy", "The domain administrators have disabled Gmail apps.")),
        "403 `domainPolicy`: the organisation's administrator does not allow the application"),
    row("gmail.delegation_denied", API, (Documented, SOURCE), forbidden("Delegation denied for {mailbox}"),
        "403 `forbidden`: userId names another mailbox than the token's; the message shows the token's"),
    row("gmail.metadata_scope_query", SEARCHES, (Reported, SOURCE),
        forbidden("Metadata scope does not support 'q' parameter"),
        "403 `forbidden`: a search while gmail.metadata is among the granted scopes"),
    row("gmail.metadata_scope_format", READS, (Assumed, SOURCE),
        forbidden("Metadata scope doesn't allow format {format}"),
        "403 `forbidden`: a body asked for while gmail.metadata is among the granted scopes")
        .with(&[("format", Setting::Choice(&["FULL", "RAW"]))]),
    row("gmail.pubsub_not_authorized", WATCH, (Documented, SOURCE),
        forbidden("Error sending test message to Cloud PubSub {topic} : User not authorized to perform this action."),
        "403 `forbidden`: Gmail may not publish to the Pub/Sub topic; the operator's to mend")
        .with(&[("topic", Setting::Text("projects/sandbox/topics/mail"))]),
];
