use std::sync::Arc;

use http_body_util::BodyExt;
use model::{Timestamp, Verdict};
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_700_000_000;

async fn answered(family: Family, refusal: impl Into<Refusal>) -> (StatusCode, http::HeaderMap, Value) {
    let call = Call {
        request_id: Arc::from("r-1"),
        family,
        clock: Arc::new(call::Standing(Timestamp::from_second(NOW).unwrap())),
        public_url: Arc::from("https://mail.example"),
    };
    let refusal = refusal.into();
    let response = call::scope(call, async move { refusal.into_response() }).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn a_fault_explains_itself_in_the_contracts_envelope() {
    let (status, headers, body) = answered(Family::Mail, Fault::invalid("to[0].email", "must be an address")).await;
    assert_eq!(status, 400);
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(
        body,
        json!({
            "request_id": "r-1",
            "error": {
                "type": "invalid_request_error",
                "message": "to[0].email: must be an address",
                "fault": {
                    "kind": "invalid_request",
                    "scope": "request",
                    "field": "to[0].email",
                    "cause": FaultKind::InvalidRequest.cause(),
                    "remedy": FaultKind::InvalidRequest.remedy(),
                    "retry": {"verdict": "never"},
                    "docs": "https://mail.example/docs/faults/invalid_request"
                }
            }
        })
    );
}

#[tokio::test]
async fn an_instant_becomes_retry_after_and_is_never_told_too_early() {
    let at = Timestamp::from_millisecond(NOW * 1000 + 1_200).unwrap();
    let fault = Fault::new(FaultKind::RateLimitedUser, "Too many.").with_verdict(Verdict::At(at));
    let (status, headers, body) = answered(Family::Mail, fault).await;
    assert_eq!(status, 429);
    assert_eq!(headers[header::RETRY_AFTER], "2");
    assert_eq!(body["error"]["type"], "rate_limit_error");
    assert_eq!(body["error"]["fault"]["retry"], json!({"verdict": "at", "at": NOW + 2, "after_seconds": 2}));
}

#[tokio::test]
async fn our_own_limit_and_the_providers_are_told_apart() {
    let (status, _, ours) = answered(Family::Mail, Fault::new(FaultKind::ApiRateLimited, "x")).await;
    assert_eq!((status.as_u16(), &ours["error"]["type"]), (429, &json!("nylas_rate_limit_exceeded")));
    assert!(ours["error"].get("provider_error").is_none());
}

#[tokio::test]
async fn a_providers_error_is_an_object_or_absent() {
    let object = json!({"error": {"code": 403, "message": "no"}});
    let fault = |provider_error| Fault { provider_error, ..Fault::new(FaultKind::PermissionDenied, "x") };
    let (status, _, body) = answered(Family::Mail, fault(Some(object.clone()))).await;
    assert_eq!(status, 403);
    assert_eq!(body["error"]["provider_error"], object);
    for other in [json!("text"), json!([1]), Value::Null] {
        let (_, _, body) = answered(Family::Mail, fault(Some(other))).await;
        assert!(body["error"].get("provider_error").is_none());
    }
}

#[tokio::test]
async fn a_422_says_what_the_mail_server_said_and_nothing_else_does() {
    let fault = |kind, error| Fault { provider_error: Some(error), ..Fault::new(kind, "x") };
    for error in [json!({"message": "No\u{1b}."}), json!({"error": {"message": "No."}})] {
        let (status, _, body) = answered(Family::Mail, fault(FaultKind::MessageRejected, error)).await;
        assert_eq!((status.as_u16(), &body["error"]["server_error"]), (422, &json!("No.")));
    }
    let (_, _, body) = answered(Family::Mail, fault(FaultKind::MessageRejected, json!({"code": 5}))).await;
    assert!(body["error"].get("server_error").is_none());
    let (_, _, body) = answered(Family::Mail, fault(FaultKind::RateLimitedUser, json!({"message": "x"}))).await;
    assert!(body["error"].get("server_error").is_none());
}

#[tokio::test]
async fn what_went_wrong_inside_stays_inside() {
    let (status, _, body) = answered(Family::Mail, Fault::internal("password is hunter2")).await;
    assert_eq!(status, 500);
    assert_eq!(body["error"]["fault"]["kind"], "internal");
    assert!(!body.to_string().contains("hunter2"));
}

#[tokio::test]
async fn missing_things_have_the_type_of_their_family() {
    for (family, kind) in [
        (Family::Mail, "not_found_error"),
        (Family::Grants, "grant.not_found"),
        (Family::Connectors, "connector.not_found_error"),
        (Family::Webhooks, "70000"),
        (Family::Other, "api.not_found_error"),
    ] {
        let (status, _, body) = answered(family, Fault::not_found("x")).await;
        assert_eq!((status.as_u16(), &body["error"]["type"]), (404, &json!(kind)));
    }
}

#[tokio::test]
async fn token_endpoints_answer_in_oauth_shape_with_all_four_fields() {
    let fault = Fault {
        provider_code: Some("invalid_grant".into()),
        provider_error: Some(json!({"error_code": 45004})),
        ..Fault::new(FaultKind::InvalidRequest, "Code verifier challenge failed")
    };
    let (status, _, body) = answered(Family::Oauth, fault).await;
    assert_eq!(status, 400);
    assert_eq!(body["error"], "invalid_grant");
    assert_eq!(body["error_code"], 45004);
    assert_eq!(body["error_description"], "Code verifier challenge failed");
    assert!(body["error_uri"].as_str().unwrap().starts_with("https://mail.example/"));
    assert_eq!(body["request_id"], "r-1");
    let (status, headers, body) = answered(Family::Oauth, Fault::new(FaultKind::ApiKeyInvalid, "x")).await;
    assert_eq!((status.as_u16(), &body["error"]), (401, &json!("invalid_client")));
    assert!(headers.contains_key(header::WWW_AUTHENTICATE));
}

#[test]
fn every_kind_has_a_status_of_its_own_choosing() {
    for kind in FaultKind::ALL {
        let status = status_of(*kind, Family::Mail);
        assert!(status.is_client_error() || status.is_server_error(), "{kind:?}");
        assert!(status != 500 || *kind == FaultKind::Internal, "{kind:?} has no row");
    }
}
