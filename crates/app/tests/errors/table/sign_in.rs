//! Signing in at Microsoft, over the sandbox's identity platform: who the account is, and every class of refusal of a
//! refresh. The person, the administrator and the operator are told apart, and only the first one's refusals end a grant.

use model::FaultKind::*;

use super::row::*;

/// What refuses the person, or needs somebody else.
const OF: &str = "provider authentication failed";

pub fn rows() -> Vec<Row> {
    [accounts(), persons(), others()].into_iter().flatten().collect()
}

fn accounts() -> Vec<Row> {
    let other = refused(403, "grant.reauth_email_invalid", WrongAccount)
        .scope("account")
        .retry("after_reauth")
        .words(&["other.account@sandbox.test", "another account, not another address of the same one"]);
    let direct = refused(400, "grant.invalid_authentication", BasicAuthBlocked)
        .scope("account")
        .retry("after_reauth")
        .field("settings.password")
        .words(&["OAuth"]);
    // What is asked is asked of the other account, or under the other name.
    let renewed = |name, of, brought| row(name, of, Call::Renew(brought), Before::Nothing).asked(0..=0);
    vec![
        renewed("other_account", "Microsoft returned a different email address at re-auth", Brought::Other).is(other),
        renewed("alias_account", "Microsoft returned an alias at re-auth", Brought::Alias),
        row("password_entered", "Microsoft does not allow direct password entry", Call::Password, Before::Nothing)
            .is(direct)
            .grant(Grant::None),
    ]
}

/// A search after the access token died; the refresh is refused with this number. Whose the dead token was, Graph does not
/// know: what is counted is the refresh.
fn refresh(name: &'static str, fault: &'static str) -> Row {
    row(name, OF, Call::Search, sandbox(fault)).asked(0..=0).bought(1)
}

/// Refusals that the person lifts by signing in again: the grant is marked, announced once, and left alone.
fn persons() -> Vec<Row> {
    let dead = |number: u64| {
        refused(403, "unauthorized", ReauthRequired)
            .scope("account")
            .retry("after_reauth")
            .says("/error_codes/0", number)
    };
    let ends = |name, fault, number| refresh(name, fault).is(dead(number)).grant(Grant::Expired).then(Then::Expired);
    let consent = refused(403, "insufficient_scopes", InsufficientScope)
        .scope("account")
        .retry("after_reauth")
        .says("/error_codes/0", 65001);
    vec![
        ends("password_changed", "aadsts.50173", 50173),
        ends("unused_for_90_days", "aadsts.700082", 700_082),
        ends("expired_or_revoked", "aadsts.70008", 70008),
        ends("sign_in_frequency", "aadsts.70043", 70043),
        ends("second_factor", "aadsts.50076", 50076),
        ends("second_factor_enrolment", "aadsts.50079", 50079),
        refresh("consent_taken_back", "aadsts.65001").is(consent).grant(Grant::Expired).then(Then::Expired),
    ]
}

/// Refusals that no sign-in lifts: the administrator or the operator acts, and the grant stays as it is.
fn others() -> Vec<Row> {
    let administrator = |number: u64| {
        refused(403, "provider_error", DomainPolicy)
            .scope("tenant")
            .says("/error_codes/0", number)
            .words(&["administrator"])
    };
    let operator = |number: u64| {
        refused(403, "provider_error", OauthClientMisconfigured).scope("app").says("/error_codes/0", number)
    };
    vec![
        refresh("conditional_access", "aadsts.53003").is(administrator(53003)),
        refresh("device_not_compliant", "aadsts.53000").is(administrator(53000)),
        refresh("admin_consent", "aadsts.90094").is(administrator(90094)),
        refresh("not_assigned", "aadsts.50105").is(administrator(50105)),
        refresh("secret_wrong", "aadsts.7000215").is(operator(7_000_215)),
        refresh("secret_expired", "aadsts.7000222").is(operator(7_000_222)),
        refresh("app_unknown", "aadsts.700016").is(operator(700_016)),
    ]
}
