//! Revoking a token and asking about it (facts 4).

use crate::fault_plan::catalogue::NamedFault;
use crate::fault_plan::catalogue::act::{Evidence::*, row};
use crate::fault_plan::catalogue::flat::{flat, says};
use crate::fault_plan::catalogue::methods::{REVOKE, TOKENINFO, USERINFO};

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("oauth.revoke_invalid_token", REVOKE, (Reported, "facts 4"), flat(400, "invalid_token"),
        "400 `invalid_token` at revocation: the token was dead already")
        .with(&says("Token expired or revoked")),
    row("oauth.tokeninfo_invalid_token", TOKENINFO, (Reported, "facts 4"), flat(400, "invalid_token"),
        "400 `invalid_token` at tokeninfo: the token is dead or no token")
        .with(&says("Invalid Value")),
    row("oauth.userinfo_invalid_token", USERINFO, (Assumed, "facts 4"), flat(401, "invalid_request"),
        "401 at userinfo: the access token is expired or revoked")
        .with(&says("Invalid Credentials")),
];
