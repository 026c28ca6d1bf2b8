//! Grants from refresh tokens, their edits and their end.

use serde_json::json;

use super::*;

async fn custom(bench: &Bench, settings: serde_json::Value) -> crate::Result<Grant> {
    let settings = settings.as_object().cloned().unwrap();
    bench.engine.custom_grant(bench.application, Provider::Google, settings, None, Some("mine".into())).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_makes_or_renews_a_grant() {
    let bench = bench().await;
    let again = custom(&bench, json!({ "refresh_token": "refresh-9" })).await.unwrap();
    assert_eq!((again.id, again.state.as_deref()), (bench.grant, Some("mine")));
    bench.world.state().identity =
        providers::Identity { subject: "sub-2".into(), email: "second@example.com".into(), name: None };
    let second = custom(&bench, json!({ "refresh_token": "refresh-9" })).await.unwrap();
    assert_ne!(second.id, bench.grant);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_tokens_and_missing_scopes_are_named() {
    let bench = bench().await;
    bench.world.state().scopes = vec!["openid".into(), "mail".into()];
    let fault = custom(&bench, json!({ "refresh_token": "refresh-9" })).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("scope")));
    assert!(fault.message.contains("email, profile"), "{}", fault.message);
    bench.world.state().refresh_fault =
        Some(Fault::new(FaultKind::ReauthRequired, "Token has been expired or revoked."));
    let fault = custom(&bench, json!({ "refresh_token": "refresh-9" })).await.unwrap_err();
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::ReauthRequired, Some("settings.refresh_token")));
    assert_eq!(bench.grant().await.status, GrantStatus::Valid, "a stranger's dead token ends no grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grants_credential_is_renewed_by_its_own_account_only() {
    let bench = bench().await;
    let renew = |settings: serde_json::Value, scopes| {
        bench.engine.update_grant(bench.grant, settings.as_object().cloned(), scopes)
    };
    renew(json!({ "refresh_token": "refresh-2" }), None).await.unwrap();
    bench.world.state().identity.subject = "sub-2".into();
    let fault = renew(json!({ "refresh_token": "refresh-2" }), None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::WrongAccount);
    let fault = renew(json!({}), Some(vec!["everything".into()])).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("scope"));
    assert_eq!(renew(json!({}), Some(vec!["mail".into()])).await.unwrap().scopes, ["mail"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_grant_is_revoked_at_the_provider() {
    let bench = bench().await;
    bench.engine.remove_grant(bench.grant).await.unwrap();
    assert_eq!(bench.world.state().revoked, ["refresh-0"]);
    assert_eq!(bench.engine.remove_grant(bench.grant).await.unwrap_err().kind, FaultKind::NotFound);
    let fresh = bench.regrant().await;
    assert_ne!(fresh.id, bench.grant, "removal is for good");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permission_that_another_application_lives_on_is_not_revoked() {
    let bench = bench().await;
    let other = bench.engine.create_application("Other").await.unwrap().id;
    let edit = crate::connectors::ConnectorEdit {
        settings: json!({ "client_id": "id", "client_secret": "secret" }).as_object().cloned(),
        ..Default::default()
    };
    bench.engine.create_connector(other, Provider::Google, edit).await.unwrap();
    let settings = json!({ "refresh_token": "refresh-5" }).as_object().cloned().unwrap();
    bench.engine.custom_grant(other, Provider::Google, settings, None, None).await.unwrap();
    bench.engine.remove_grant(bench.grant).await.unwrap();
    assert!(bench.world.state().revoked.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn providers_are_guessed_by_domain() {
    let bench = bench().await;
    let guess = |email| bench.engine.detect_provider(email).map(|detected| detected.provider);
    assert_eq!(guess("u@gmail.com").unwrap(), Some(Provider::Google));
    assert_eq!(guess("u@Hotmail.com").unwrap(), Some(Provider::Microsoft));
    assert_eq!(guess("u@icloud.com").unwrap(), Some(Provider::Imap));
    assert_eq!(guess("u@example.com").unwrap(), None);
    assert_eq!(guess("nobody").unwrap_err().field.as_deref(), Some("email"));
}
