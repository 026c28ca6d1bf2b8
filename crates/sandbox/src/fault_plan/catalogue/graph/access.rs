//! Who may not do what (Microsoft facts 3): 401, 402, 403 and 423.

use super::{Challenge, Refusal, refusal, says};
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::{GRAPH, GRAPH_DIRECTORY};
use crate::fault_plan::catalogue::{Evidence, NamedFault, Setting};
use crate::microsoft::NEWER_TOKEN;

const R: (Evidence, &str) = (Reported, "Microsoft facts 3");
const D: (Evidence, &str) = (Documented, "Microsoft facts 3");

const fn token(message: &'static str) -> Act {
    Act::Graph(Refusal { challenge: Challenge::Realm, ..refusal(401, "InvalidAuthenticationToken", message) })
}

const CLAIMS: Refusal = Refusal {
    challenge: Challenge::Claims,
    ..refusal(
        401,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    )
};

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.token_empty", GRAPH, D, token("Access token is empty."), "401: no token came with the request"),
    row("graph.token_expired", GRAPH, D, token("Access token has expired or is not yet valid."),
        "401: the access token is dead; refresh it once"),
    row("graph.token_audience", GRAPH, D, token("Access token validation failure. Invalid audience."),
        "401: the token was bought for another resource"),
    row("graph.token_garbage", GRAPH, R, token("CompactToken parsing failed with error code: 80049217"),
        "401: what was sent is no token of Graph: cut short, or another resource's"),
    row("graph.token_garbage_old", GRAPH, R, token("CompactToken parsing failed with error code: -2147184105"),
        "401: the same in older words"),
    row("graph.claims_challenge", GRAPH, R, Act::Graph(CLAIMS),
        "401 `insufficient_claims`: access was revoked, or a policy changed; `WWW-Authenticate` says which claims the next token needs; other ones than the default only a person can meet")
        .with(&[("claims", Setting::Text(NEWER_TOKEN))]),
    row("graph.unlicensed", GRAPH, R, says(401, "UnknownError", ""),
        "401 that says nothing: the mailbox has no licence, or the app is blocked"),
    row("graph.authentication_error", GRAPH, R, says(401, "AuthenticationError", "Error authenticating with resource"),
        "401: the catch-all of sign-in troubles"),
    row("graph.unauthorized_empty", GRAPH, R, says(401, "", ""), "401 without a body"),
    row("graph.payment_required", GRAPH, (Assumed, "Microsoft facts 3"), says(402, "PaymentRequired", "Payment is required for this API."),
        "402: a metered API without a subscription"),
    row("graph.access_denied", GRAPH, D, says(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        "403: a scope is missing, or a policy keeps the app from this mailbox; not a bad password"),
    row("graph.authorization_denied", GRAPH_DIRECTORY, D,
        says(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        "403: a permission in the directory is missing"),
    row("graph.conditional_access", GRAPH, R, says(403, "insufficient_claims", "Conditional access policy requires additional claims."),
        "403: a conditional access policy"),
    row("graph.resource_locked", GRAPH, R, says(423, "resourceLocked", "The resource is locked."),
        "423: the mailbox or the tenant is locked"),
    row("graph.not_allowed", GRAPH, R, says(423, "notAllowed", "Access to this site has been blocked. Please contact the administrator to resolve this problem."),
        "423: the tenant's subscription has lapsed"),
];
