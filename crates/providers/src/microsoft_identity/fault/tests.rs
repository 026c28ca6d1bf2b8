use model::{Timestamp, Verdict};

use super::*;

fn fault(status: Option<u16>, body: &str) -> Fault {
    classify(&WireAnswer {
        status,
        headers: &[],
        body: body.as_bytes(),
        operation: Some("token.refresh"),
        now: Timestamp::UNIX_EPOCH,
    })
}

#[test]
fn a_dead_secret_never_touches_the_grant() {
    let fault = fault(
        Some(401),
        r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired","error_codes":[7000222]}"#,
    );
    assert_eq!((fault.kind, fault.scope, &fault.verdict), (OauthClientMisconfigured, Scope::App, &Verdict::Never));
    assert_eq!(fault.provider_code.as_deref(), Some("AADSTS7000222"));
}

#[test]
fn the_four_states_of_invalid_grant_stay_apart() {
    let kind = |number: u32| {
        let body = format!(r#"{{"error":"invalid_grant","error_description":"AADSTS{number}: text"}}"#);
        fault(Some(400), &body).kind
    };
    assert_eq!(kind(50173), ReauthRequired);
    assert_eq!(kind(53003), DomainPolicy);
    assert_eq!(kind(65001), InsufficientScope);
    assert_eq!(kind(50196), AccountThrottled);
    assert_eq!(kind(987_654), ReauthRequired);
}

#[test]
fn a_wrapper_gives_way_to_the_cause_it_quotes() {
    let body =
        r#"{"error":"invalid_grant","error_codes":[70002,50126],"error_description":"AADSTS70002: x AADSTS50126: y"}"#;
    assert_eq!(fault(Some(400), body).provider_code.as_deref(), Some("AADSTS50126"));
}

#[test]
fn a_suberror_decides_where_the_number_is_not_listed() {
    let body = r#"{"error":"invalid_grant","suberror":"consent_required","error_codes":[999999]}"#;
    assert_eq!(fault(Some(400), body).kind, InsufficientScope);
}

#[test]
fn an_unlisted_number_alone_is_judged_by_its_range() {
    assert_eq!(fault(None, "AADSTS530099: blocked").kind, DomainPolicy);
    assert_eq!(fault(None, "AADSTS7000299: secret").kind, OauthClientMisconfigured);
    assert_eq!(fault(None, "AADSTS99999999999999999999").kind, Unknown);
}

#[test]
fn tokens_never_reach_the_log() {
    let fault = fault(Some(500), r#"{"access_token":"eyJ0secret","error":"server_error"}"#);
    assert!(!format!("{fault:?}").contains("eyJ0secret"));
}

#[test]
fn the_service_failing_outranks_everything() {
    assert_eq!(fault(Some(400), r#"{"error":"temporarily_unavailable"}"#).verdict, Verdict::Backoff);
    assert_eq!(fault(Some(503), "<html>busy</html>").kind, TransientBackend);
}

#[test]
fn printed_answers_are_read() {
    let body =
        r#"received HTTP status 401 with response: {"error":"invalid_client","error_description":"AADSTS7000215: In"#;
    assert_eq!(fault(Some(401), body).kind, OauthClientMisconfigured);
    assert_eq!(fault(None, "oauth2: invalid_grant Bad token").kind, ReauthRequired);
}

#[test]
fn a_claims_challenge_is_no_token_and_a_token_beside_one_is_withheld() {
    let claims = r#"{\"access_token\":{\"acrs\":{\"essential\":true}}}"#;
    let body =
        |more: &str| format!(r#"{{"error":"interaction_required","error_codes":[50076],"claims":"{claims}"{more}}}"#);
    let read = |body: &str| {
        let answer = WireAnswer {
            status: Some(400),
            headers: &[],
            body: body.as_bytes(),
            operation: None,
            now: model::Timestamp::UNIX_EPOCH,
        };
        classify(&answer)
    };
    let told = read(&body(""));
    assert_eq!(told.provider_error.unwrap()["error_codes"][0], 50076);
    let told = read(&body(r#","access_token":"eyJ0"}"#));
    assert!(told.provider_error.is_none() && !told.raw.unwrap().contains("eyJ0"));
    let told = read(&format!("{} and then {}", body(""), r#"{"refresh_token":"0.AX"}"#));
    assert!(told.provider_error.is_none() && !told.raw.unwrap().contains("0.AX"));
}
