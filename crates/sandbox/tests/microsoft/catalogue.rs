//! Every named fault of Graph, provoked over HTTP once, is as the project's notes on Microsoft have it.

use reqwest::{Method, RequestBuilder};
use sandbox::fault_plan::Catalogue;
use serde_json::json;

use crate::harness::{ADELE, ALEX, House, Person, letter, read};

/// Name, status and code; the code is empty where there is no body.
#[rustfmt::skip] // one line is one fault
const ROWS: &[(&str, u16, &str)] = &[
    ("mailbox_concurrency", 429, "ApplicationThrottled"), ("too_many_requests", 429, "TooManyRequests"),
    ("activity_limit", 429, "activityLimitReached"), ("throttled_unknown", 429, "UnknownError"),
    ("throttled_503", 503, "ErrorServerBusy"),
    ("token_empty", 401, "InvalidAuthenticationToken"), ("token_expired", 401, "InvalidAuthenticationToken"),
    ("token_audience", 401, "InvalidAuthenticationToken"), ("token_garbage", 401, "InvalidAuthenticationToken"),
    ("token_garbage_old", 401, "InvalidAuthenticationToken"), ("claims_challenge", 401, "InvalidAuthenticationToken"),
    ("unlicensed", 401, "UnknownError"), ("authentication_error", 401, "AuthenticationError"), ("unauthorized_empty", 401, ""),
    ("payment_required", 402, "PaymentRequired"), ("access_denied", 403, "ErrorAccessDenied"),
    ("authorization_denied", 403, "Authorization_RequestDenied"), ("conditional_access", 403, "insufficient_claims"),
    ("resource_locked", 423, "resourceLocked"), ("not_allowed", 423, "notAllowed"),
    ("no_segment", 400, "BadRequest"), ("parse_uri", 400, "RequestBroker--ParseUri"), ("parse_uri_inner", 400, "invalidRequest"),
    ("invalid_id", 400, "ErrorInvalidIdMalformed"), ("invalid_query", 400, "ErrorInvalidUrlQuery"),
    ("invalid_filter", 400, "ErrorInvalidUrlQueryFilter"), ("inefficient_filter", 400, "InefficientFilter"),
    ("invalid_property", 400, "ErrorInvalidProperty"), ("property_validation", 400, "ErrorPropertyValidationFailure"),
    ("mime_not_base64", 400, "ErrorMimeContentInvalidBase64String"), ("mime_invalid", 400, "ErrorMimeContentInvalid"),
    ("attachment_size_limit", 400, "ErrorAttachmentSizeLimitExceeded"), ("missing_email_address", 400, "ErrorMissingEmailAddress"),
    ("subscription_validation", 400, "ValidationError"), ("subscription_invalid", 400, "InvalidRequest"),
    ("method_not_allowed", 405, "Request_BadRequest"), ("not_implemented", 501, "NotImplemented"),
    ("folder_exists", 409, "ErrorFolderExists"), ("conflict", 409, "ErrorIrresolvableConflict"),
    ("conflict_412", 412, "ErrorIrresolvableConflict"), ("request_too_large", 413, "RequestEntityTooLarge"),
    ("request_size_exceeded", 413, "ErrorRequestSizeExceeded"),
    ("invalid_recipients", 400, "ErrorInvalidRecipients"), ("message_size_exceeded", 400, "ErrorMessageSizeExceeded"),
    ("send_as_denied", 403, "ErrorSendAsDenied"), ("create_item_denied", 403, "ErrorCreateItemAccessDenied"),
    ("submission_blocked", 403, "ErrorMessageSubmissionBlocked"), ("message_blocked", 403, "ErrorMessageBlocked"),
    ("message_limit", 403, "ErrorExceededMessageLimit"), ("message_limit_429", 429, "ErrorExceededMessageLimit"),
    ("recipient_limit", 403, "ErrorExceededMaxRecipientLimit"), ("submission_quota", 403, "ErrorSubmissionQuotaExceeded"),
    ("account_suspend", 403, "ErrorAccountSuspend"), ("quota_exceeded", 507, "ErrorQuotaExceeded"),
    ("item_not_found", 404, "ErrorItemNotFound"), ("folder_not_found", 404, "ErrorFolderNotFound"),
    ("sync_folder_not_found", 404, "ErrorSyncFolderNotFound"), ("mailbox_not_enabled", 404, "MailboxNotEnabledForRESTAPI"),
    ("mailbox_not_enabled_old", 404, "MailboxNotEnabledForRESTAPI"), ("mailbox_not_hosted", 404, "MailboxNotHostedInExchangeOnline"),
    ("resource_not_found", 404, "ResourceNotFound"), ("no_such_user", 404, "Request_ResourceNotFound"),
    ("invalid_user", 404, "ErrorInvalidUser"), ("not_found_empty", 404, ""),
    ("sync_state_not_found", 410, "SyncStateNotFound"), ("sync_state_invalid", 410, "SyncStateInvalid"),
    ("resync_required", 410, "resyncRequired"),
    ("internal_error", 500, "ErrorInternalServerError"), ("transient_error", 500, "ErrorInternalServerTransientError"),
    ("corrupt_data", 500, "ErrorCorruptData"), ("cannot_open_attachment", 500, "ErrorCannotOpenFileAttachment"),
    ("bad_gateway", 502, "BadGateway"), ("store_unavailable", 503, "ErrorMailboxStoreUnavailable"),
    ("mailbox_move", 503, "ErrorMailboxMoveInProgress"), ("mailbox_info_stale", 503, "MailboxInfoStale"),
    ("service_unavailable", 503, "ServiceUnavailable"), ("server_busy", 503, "ErrorServerBusy"), ("unavailable_empty", 503, ""),
    ("gateway_timeout", 504, "GatewayTimeout"), ("gateway_timeout_unknown", 504, "UnknownError"),
    ("bandwidth_limit", 509, "BandwidthLimitExceeded"),
];

/// Reports, and what each says.
const REPORTS: &[(&str, &str)] = &[
    ("ndr_recipient", "550 5.1.10"),
    ("ndr_quota", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException"),
    ("ndr_tenant_limit", "550 5.7.233"),
    ("ndr_tenant_blocked", "550 5.7.705"),
    ("ndr_bad_sender", "550 5.1.8"),
];

/// A request that calls a method; its path need not lead anywhere, for the fault comes first.
fn knock(adele: &Person, method: &str) -> RequestBuilder {
    let get = |path: &str| adele.request(Method::GET, path);
    let post = |path: &str| adele.request(Method::POST, path).json(&json!({}));
    match method {
        "graph.me.*" => get(""),
        "graph.messages.get" => get("/messages/x"),
        "graph.messages.list" => get("/messages"),
        "graph.messages.delta" => get("/mailFolders/inbox/messages/delta"),
        "graph.folders.get" => get("/mailFolders/inbox"),
        "graph.folders.create" => post("/mailFolders"),
        "graph.messages.create" => post("/messages"),
        "graph.messages.send" => post("/messages/x/send"),
        "graph.attachments.create" => post("/messages/x/attachments"),
        "graph.subscriptions.create" => post(&format!("{}/v1.0/subscriptions", adele.base)),
        other => panic!("nothing here calls {other}"),
    }
}

async fn plan(house: &House, name: &str) {
    let rule = json!({"name": format!("graph.{name}"), "times": 1});
    read(house.http.post(house.url("/_sandbox/faults")).json(&rule)).await.created();
}

#[test]
fn every_fault_is_expected_here_and_nothing_else_is() {
    let names: Vec<&str> =
        Catalogue::standard().all().iter().filter_map(|fault| fault.name.strip_prefix("graph.")).collect();
    let expected: Vec<&str> = ROWS.iter().map(|row| row.0).chain(REPORTS.iter().map(|row| row.0)).collect();
    for name in &names {
        assert!(expected.contains(name), "nothing says what graph.{name} answers");
    }
    assert_eq!(names.len(), expected.len(), "a fault is gone");
}

#[tokio::test]
async fn every_fault_happens_over_http_as_written_down() {
    let house = House::open().await;
    let adele = house.adele();
    for (name, status, code) in ROWS {
        plan(&house, name).await;
        let fault = Catalogue::standard().get(&format!("graph.{name}")).unwrap();
        let told = read(knock(&adele, fault.methods[0])).await;
        match *code {
            "" => assert_eq!((told.status.as_u16(), told.text.as_str()), (*status, ""), "{name}"),
            code => {
                assert_eq!(told.status.as_u16(), *status, "{name}: {}", told.text);
                told.refused(*status, code);
                assert_eq!(told.header("content-type"), "application/json", "{name}");
            }
        }
        let waits = match *name {
            "too_many_requests" => "2.128",
            "throttled_503" => "10",
            _ => "",
        };
        assert_eq!(told.header("retry-after"), waits, "{name}");
        let claims = told.header("www-authenticate").contains("claims=\"");
        assert_eq!(claims, *name == "claims_challenge", "{name}");
    }
    let hits = read(house.http.get(house.url("/_sandbox/faults/hits"))).await.ok();
    assert_eq!(hits["hits"].as_array().unwrap().len(), ROWS.len(), "each was hit once");
}

#[tokio::test]
async fn reports_come_back_after_a_202() {
    let house = House::open().await;
    let adele = house.adele();
    for (number, (name, said)) in REPORTS.iter().enumerate() {
        plan(&house, name).await;
        adele.post("/sendMail", json!({"message": letter(&[ALEX], name)})).await.empty(202);
        assert_eq!(house.world().accepted().len(), number + 1, "it was accepted");
        let reports = house.world().snapshot(ADELE).unwrap();
        let found = reports.iter().any(|kept| String::from_utf8_lossy(&kept.raw).contains(said));
        assert!(found, "{name}");
    }
    assert!(house.world().snapshot(ALEX).unwrap().is_empty());
}

#[tokio::test]
async fn a_recipient_can_ask_for_any_of_them() {
    let house = House::open().await;
    let adele = house.adele();
    let to = "fault+graph.send_as_denied+times1@sandbox.test";
    adele.post("/sendMail", json!({"message": letter(&[to], "once")})).await.refused(403, "ErrorSendAsDenied");
    adele.post("/sendMail", json!({"message": letter(&[to], "twice")})).await.empty(202);
    let draft = adele.post("/messages", letter(&["fault+graph.message_limit@sandbox.test"], "drafted")).await.created();
    let path = format!("/messages/{}/send", draft["id"].as_str().unwrap());
    adele.post(&path, json!({})).await.refused(403, "ErrorExceededMessageLimit");
    assert_eq!(house.world().accepted().len(), 1);
}

#[tokio::test]
async fn a_name_that_is_no_fault_of_graph_is_told_in_graphs_words() {
    let house = House::open().await;
    let adele = house.adele();
    for name in ["graph.nonsense", "gmail.unavailable", "aadsts.50173"] {
        let to = format!("fault+{name}@sandbox.test");
        let told = adele.post("/sendMail", json!({"message": letter(&[&to], "lost")})).await.json();
        assert_eq!(told["error"]["code"], "BadRequest", "{told}");
        assert!(told["error"]["message"].as_str().unwrap().contains(name), "{told}");
    }
    assert!(house.world().accepted().is_empty());
}
