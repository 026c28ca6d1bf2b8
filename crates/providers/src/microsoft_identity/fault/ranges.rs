//! AADSTS numbers that are not listed, by the range they lie in. Asked last, when neither `error` nor `suberror` came.
//!
//! The published list (see `aadsts`) keeps related errors together; a longer number refines the shorter one that begins
//! it (530032 belongs to 53003, 7000222 to 70002), so the leading digits decide.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Ruling, is};

/// What the neighbours of a number mean.
pub(super) fn ruling(number: u32) -> Option<Ruling> {
    let digits = number.to_string();
    let leads = |prefix: &str| digits.starts_with(prefix);
    Some(match () {
        // Conditional access and security policy.
        () if leads("53") => is(DomainPolicy),
        // Client credentials: 7000xx and longer.
        () if leads("7000") || leads("7002") => is(OauthClientMisconfigured),
        // Consent and the application's place in the tenant.
        () if leads("650") && digits.len() > 5 => is(OauthClientMisconfigured).on(Scope::Tenant),
        () if leads("65") => is(InsufficientScope),
        // Grants.
        () if leads("70") => is(ReauthRequired),
        // On-premises agents of pass-through authentication.
        () if leads("80") => is(TransientBackend),
        // Sign-in, accounts, sessions, passwords, devices.
        () if leads("50") || leads("51") || leads("81") || leads("12") || leads("13") || leads("16") => {
            is(ReauthRequired)
        }
        // The request and the protocol endpoints.
        () if leads("90") || leads("75") || leads("72") || leads("28") => is(InvalidRequest).on(Scope::App),
        () => return None,
    })
}
