//! The request is built wrongly.

use super::{NamedFault, R, about, refuses, refuses_for, says};
use crate::fault_plan::catalogue::act::row;
use crate::fault_plan::catalogue::methods::ID_TOKEN;

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.900144", ID_TOKEN, R, refuses("invalid_request"), "400 `invalid_request`: a parameter is not in the request")
        .with(&about("The request body must contain the following parameter: '{parameter}'.", "parameter", "grant_type")),
    row("aadsts.70003", ID_TOKEN, R, refuses("unsupported_grant_type"), "400 `unsupported_grant_type`: the endpoint does not know the grant type")
        .with(&about("The app requested an unsupported grant type '{grant_type}'.", "grant_type", "magic")),
    row("aadsts.9002313", ID_TOKEN, R, refuses("invalid_request"), "400 `invalid_request`: malformed")
        .with(&says("Invalid request. Request is malformed or invalid.")),
    row("aadsts.28000", ID_TOKEN, R, refuses("invalid_request"), "400 `invalid_request`: scopes of two resources in one token request")
        .with(&says("Provided value for the input parameter scope is not valid because it contains more than one resource. The client must request a token for one resource at a time.")),
    row("aadsts.700022", ID_TOKEN, R, refuses("invalid_request"), "400 `invalid_request`: scopes of two resources in one token request, in the other words")
        .with(&says("The provided value for the input parameter 'scope' isn't valid because it contains more than one resource.")),
    row("aadsts.1002012", ID_TOKEN, R, refuses("invalid_scope"), "400 `invalid_scope`: an application that signs itself in must ask for `.default`")
        .with(&about("The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", "scope", "Mail.Read")),
    row("aadsts.70016", ID_TOKEN, R, refuses("authorization_pending"), "400 `authorization_pending`: the person has not signed in on the other device yet")
        .with(&says("OAuth 2.0 device flow error. Authorization is pending. Continue polling.")),
    row("aadsts.70018", ID_TOKEN, R, refuses("bad_verification_code"), "400 `bad_verification_code`: the device code is wrong")
        .with(&says("Invalid verification code due to User typing in wrong user code for device code flow. Authorization is not approved.")),
    row("aadsts.70019", ID_TOKEN, R, refuses("expired_token"), "400 `expired_token`: the device code has expired")
        .with(&says("Verification code expired. Have the user retry the sign-in.")),
    row("aadsts.50196", ID_TOKEN, R, refuses_for("invalid_grant", "client_loop"), "400 `invalid_grant`: the same token is asked for again and again; the grant is alive")
        .with(&says("The server terminated an operation because it encountered a client request loop. Please contact your app vendor.")),
];
