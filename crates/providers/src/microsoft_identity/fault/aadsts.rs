//! AADSTS numbers with a meaning of their own.
//!
//! Source: "Microsoft Entra authentication and authorization error codes"
//! (learn.microsoft.com/entra/identity-platform/reference-error-codes). Four states look alike and must stay apart: the
//! person must act, the administrator must act, the operator must act (never mark a grant), nobody need act.

use model::FaultKind::*;
use model::Scope;

use crate::ruling::{Advice, Ruling, is};

/// What a number means that names its cause.
pub(super) fn specific(number: u32) -> Option<Ruling> {
    operator(number).or_else(|| person(number)).or_else(|| administrator(number)).or_else(|| service(number))
}

/// Numbers that wrap another, or cover several causes: weaker than a suberror.
pub(super) fn wrapper(number: u32) -> Option<Ruling> {
    Some(match number {
        // Refresh token or code not accepted; the rest of the text says why.
        70000 => is(ReauthRequired),
        // "Error validating credentials", followed by the cause.
        70002 | 50012 => is(OauthClientMisconfigured),
        _ => return None,
    })
}

/// The connector's client id, secret, certificate, redirect URI or tenant; and requests built wrongly.
fn operator(number: u32) -> Option<Ruling> {
    Some(match number {
        // Secrets and assertions: wrong, expired, missing, of a public client, unsigned.
        7000215
        | 7000222
        | 7000216
        | 7000218
        | 7000219
        | 700025
        | 700027
        | 700023
        | 700024
        | 700030
        | 7000112..=7000114
        | 700212
        | 700213
        | 700211
        | 50027
        | 500133 => is(OauthClientMisconfigured),
        // Application unknown or disabled, not in the tenant, resource not there.
        // 65002: the resource has to preauthorise the application.
        700016 | 700011 | 70001 | 700054 | 50001 | 500011 | 65002 => is(OauthClientMisconfigured),
        65005 | 650052 | 650053 | 650056 | 650057 | 650051 => is(OauthClientMisconfigured).on(Scope::Tenant),
        // Redirect URI; reply address missing.
        50011 | 70004 | 500113 | 500112 | 500117 | 500119 => is(OauthClientMisconfigured),
        // Wrong authority for this kind of application or account; tenant unknown or in another cloud.
        50194 | 9002331 | 9002332 | 9002344 | 90130 | 9001023 | 90002 | 90038 | 9002325..=9002327 | 700051 | 700005 => {
            is(OauthClientMisconfigured)
        }
        // Parameters: missing, malformed, unsupported; PKCE verifier wrong.
        900144
        | 90014
        | 90013
        | 90015
        | 90016
        | 90019
        | 90023
        | 90100
        | 90102
        | 90105
        | 90106
        | 90107
        | 900382
        | 900971
        | 9002313
        | 9000411
        | 1002016
        | 50146
        | 50147
        | 50148
        | 501481
        | 50059
        | 50128
        | 50049
        | 50048
        | 50061..=50063
        | 70003
        | 70005
        | 70007
        | 70011
        | 70018
        | 70022
        | 28002
        | 28003
        | 700022
        | 700020
        | 75001
        | 75005
        | 75008
        | 75011
        | 75016 => is(InvalidRequest).on(Scope::App),
        _ => return None,
    })
}

/// The person signs in, consents, or owns an account that is no use.
fn person(number: u32) -> Option<Ruling> {
    Some(match number {
        // Refresh token or code: expired, inactive, revoked, sign-in frequency, 24 h of a browser application, used.
        70008 | 700082 | 700084 | 700081 | 700083 | 700085 | 70043 | 70044 | 50173 | 54005 | 50089 | 70019 | 70020
        | 700003 | 135010 | 135011 => is(ReauthRequired),
        // Password: wrong, expired, changed; session gone.
        50126 | 50055 | 50056 | 50132 | 50133 | 50144 | 50142 | 50135 | 50058 | 50064 | 50140 | 50143 | 50178
        | 50085 | 16000 | 16001 | 16003 | 500208 | 80012 => is(ReauthRequired),
        // More factors, or enrolling for them.
        50072 | 50074 | 50076 | 50078 | 50079 | 50097 | 50125 | 50155 | 50158 | 50187 | 53004 | 500121 | 50088
        | 501314 => is(ReauthRequired),
        // Locked after wrong passwords, or a bad address.
        50053 => is(ReauthRequired),
        // Consent: never given, declined.
        65001 | 65004 => is(InsufficientScope),
        // Not in this directory; disabled; guest disabled.
        50034 | 51004 | 50020 | 90072 | 50057 | 500571 | 500341 | 500342 => is(MailboxUnavailable).on(Scope::Account),
        // Device flow: the person has not finished.
        70016 => is(ConflictOrPrecondition).but(Advice::Backoff),
        _ => return None,
    })
}

/// Rules that an administrator set. Sending the person round again leads back here.
fn administrator(number: u32) -> Option<Ruling> {
    Some(match number {
        // Conditional access, device compliance, security defaults, identity protection.
        50005
        | 50127
        | 50129
        | 50131
        | 53000..=53003
        | 53009..=53011
        | 530001..=530004
        | 530020..=530022
        | 530031..=530035 => is(DomainPolicy),
        // Consent is the administrator's; user not assigned to the application.
        90094 | 90095 | 90008 | 90093 | 900941 | 50105 | 50177 | 65006 | 500014 => is(DomainPolicy),
        // Tenant restrictions, cross-tenant access.
        500021 | 500022 | 500212 | 500213 | 500214 => is(DomainPolicy),
        _ => return None,
    })
}

/// The platform fails or brakes.
fn service(number: u32) -> Option<Ruling> {
    Some(match number {
        90033
        | 90006
        | 90012
        | 90020
        | 90024
        | 90090
        | 90081
        | 90084
        | 90085
        | 90091
        | 50033
        | 50086
        | 50087
        | 50000
        | 40008..=40010
        | 70012
        | 80001
        | 80002
        | 80005
        | 80007
        | 80010
        | 80014
        | 120000
        | 120002
        | 130500
        | 1000000
        | 1000001 => is(TransientBackend),
        // "Directory failure" said not to be retryable; once more is all that is left.
        90036 | 90092 => is(TransientBackend),
        // The tenant is braked.
        90055 => is(AccountThrottled).on(Scope::Tenant),
        // The same client asks for the same token again and again; the grant is alive.
        50196 => is(AccountThrottled).on(Scope::App),
        _ => return None,
    })
}
