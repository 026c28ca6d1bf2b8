//! The platform fails or brakes: repeat later.

use super::{NamedFault, R, fails, says};
use crate::fault_plan::catalogue::act::{Act, row};
use crate::fault_plan::catalogue::methods::ID_TOKEN;

const BUSY: Act = fails(503, "temporarily_unavailable");
const BROKEN: Act = fails(500, "server_error");

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.90033", ID_TOKEN, R, BUSY, "503 `temporarily_unavailable`: passes")
        .with(&says("A transient error has occurred. Please try again.")),
    row("aadsts.90006", ID_TOKEN, R, BUSY, "503 `temporarily_unavailable`: an external server can be retried")
        .with(&says("The service is temporarily unavailable. The request may be retried.")),
    row("aadsts.90012", ID_TOKEN, R, fails(504, "temporarily_unavailable"), "504 `temporarily_unavailable`: the request took too long")
        .with(&says("The request has timed out.")),
    row("aadsts.90024", ID_TOKEN, R, BUSY, "503 `temporarily_unavailable`: the budget of a request was exceeded; passes")
        .with(&says("RequestBudgetExceededError: A transient error has occurred. Try again.")),
    row("aadsts.90090", ID_TOKEN, R, BUSY, "503 `temporarily_unavailable`: the directory can be asked again")
        .with(&says("GraphRetryableError: The service is temporarily unavailable.")),
    row("aadsts.90055", ID_TOKEN, R, fails(429, "temporarily_unavailable"), "429: the tenant's directory is asked too often")
        .with(&says("The server encountered too many requests for the tenant. Please try again later.")),
    row("aadsts.90036", ID_TOKEN, R, BROKEN, "500 `server_error`: an error of the directory that is said not to pass")
        .with(&says("MsodsServiceUnretryableFailure: An unexpected, non-retryable error occurred.")),
    row("aadsts.90092", ID_TOKEN, R, BROKEN, "500 `server_error`: the same of another part")
        .with(&says("GraphNonRetryableError: An unexpected, non-retryable error occurred.")),
    row("aadsts.50033", ID_TOKEN, R, BROKEN, "500 `server_error`: passes")
        .with(&says("RetryableError: A transient error not related to the database operations has occurred.")),
    row("aadsts.50087", ID_TOKEN, R, BROKEN, "500 `server_error`: a transient error during signing out")
        .with(&says("A transient error has occurred during single sign-out. Please try again.")),
    row("aadsts.40010", ID_TOKEN, R, BROKEN, "500 `server_error`: another identity provider can be asked again")
        .with(&says("OAuth2IdPRetryableServerError: There's an issue with your federated Identity Provider. Contact your IDP to resolve this issue.")),
    row("aadsts.70012", ID_TOKEN, R, BROKEN, "500 `server_error`: signing in a personal account failed; passes")
        .with(&says("MsaServerError: A server error occurred while authenticating an MSA (consumer) user. Try again.")),
    row("aadsts.80001", ID_TOKEN, R, BROKEN, "500 `server_error`: the agent on-premises cannot reach the directory")
        .with(&says("OnPremiseStoreIsNotAvailable: The Authentication Agent is unable to connect to Active Directory.")),
    row("aadsts.80002", ID_TOKEN, R, BROKEN, "500 `server_error`: the agent on-premises answered too late")
        .with(&says("OnPremisePasswordValidatorRequestTimedout: Password validation request timed out.")),
];
