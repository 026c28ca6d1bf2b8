//! API keys and the rotation of sealing keys.

use std::time::Duration;

use model::secret::ExposeSecret as _;
use model::{FaultKind, Provider};
use serde_json::json;

use super::merged;
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_opens_its_application_until_it_expires_or_is_revoked() {
    let bench = Bench::with(0).await;
    let expires_at = Some(bench.in_seconds(60));
    let (key, text) = bench.engine.create_api_key(bench.application, "CI", expires_at).await.unwrap();
    let text = text.expose_secret();
    assert!(text.starts_with("nyk_v0_") && text.len() == 7 + 43 && text.starts_with(&key.hint));
    let who = |text: String| {
        let engine = bench.engine.clone();
        async move { engine.authenticate_api_key(&text).await.unwrap().map(|key| key.application_id) }
    };
    assert_eq!(who(text.to_owned()).await, Some(bench.application));
    let near = format!("{}A", &text[..49]);
    for wrong in ["", "nyk_v0_", "Bearer x", &text[1..], &format!("{text}x"), &near.replace("nyk_v0_", "nyk_v0-")] {
        assert_eq!(who(wrong.to_owned()).await, None, "{wrong}");
    }
    bench.clock.advance(Duration::from_secs(60));
    assert_eq!(who(text.to_owned()).await, None, "expired");
    let (key, text) = bench.engine.create_api_key(bench.application, "CI", None).await.unwrap();
    assert!(who(text.expose_secret().to_owned()).await.is_some());
    bench.engine.revoke_api_key(bench.application, key.id).await.unwrap();
    assert_eq!(who(text.expose_secret().to_owned()).await, None, "revoked");
    let past = Some(bench.clock_now());
    assert!(bench.engine.create_api_key(bench.application, "CI", past).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotating_keys_reseals_everything_and_may_be_repeated() {
    let bench = Bench::with(1).await;
    bench.listen("http://127.0.0.1:9/", |_| {}).await;
    let data = json!({ "client_id": "other", "client_secret": "hidden" });
    let credential = bench
        .engine
        .add_connector_credential(bench.application, Provider::Google, "c", "connector", data)
        .await
        .unwrap();
    let bench = bench.restarted(vec![("k2".into(), [9; 32]), ("k1".into(), [7; 32])]).await;
    // Connector secret, credential data, refresh token, access token, webhook secret.
    assert_eq!(bench.engine.rotate_keys().await.unwrap(), 5);
    assert_eq!(bench.engine.rotate_keys().await.unwrap(), 0);
    let bench = bench.restarted(vec![("k2".into(), [9; 32])]).await;
    bench.sync().await;
    bench.assert_equal().await;
    bench.world.state().live_tokens.clear();
    bench.sync().await;
    assert_eq!(bench.state().await.failures, 0, "refresh token and client secret open under the new key");
    let edit =
        crate::connectors::ConnectorEdit { active_credential_id: Some(Some(credential.id)), ..Default::default() };
    bench.engine.update_connector(bench.application, Provider::Google, edit).await.unwrap();
    bench.world.state().live_tokens.clear();
    assert_eq!(bench.sync().await.failures, 0, "so do the credential's data");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_old_key_rotation_says_which_is_missing() {
    let bench = Bench::with(0).await;
    let bench = bench.restarted(vec![("k2".into(), [9; 32])]).await;
    let fault = bench.engine.rotate_keys().await.unwrap_err();
    assert!(fault.kind == FaultKind::Internal && fault.message.contains("`k1`"), "{}", fault.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connectors_keep_their_secret_and_check_their_settings() {
    let bench = Bench::with(0).await;
    let edit = |settings: serde_json::Value| crate::connectors::ConnectorEdit {
        settings: settings.as_object().cloned(),
        ..Default::default()
    };
    let update = |settings| bench.engine.update_connector(bench.application, Provider::Google, edit(settings));
    let connector = update(json!({ "client_id": "new" })).await.unwrap();
    assert!(connector.client_secret.is_some() && connector.settings.get("client_secret").is_none());
    assert_eq!(update(json!({})).await.unwrap_err().field.as_deref(), Some("settings.client_id"));
    let fault = update(json!({ "client_id": "x", "topic_name": 1 })).await.unwrap_err();
    assert_eq!(fault.field.as_deref(), Some("settings.topic_name"));
    let second = bench.engine.create_connector(bench.application, Provider::Google, edit(json!({ "client_id": "x" })));
    assert_eq!(second.await.unwrap_err().field.as_deref(), Some("settings.client_secret"));
    let both = json!({ "client_id": "x", "client_secret": "y" });
    let second = bench.engine.create_connector(bench.application, Provider::Google, edit(both)).await.unwrap_err();
    assert_eq!(second.kind, FaultKind::ConflictOrPrecondition);
}

#[test]
fn presentations_merge_key_by_key() {
    let kept = json!({ "branding": { "name": "A" }, "idp_settings": {} });
    let given = json!({ "branding": { "name": "B" }, "idp_settings": null, "hosted_authentication": {} });
    let expected = json!({ "branding": { "name": "B" }, "hosted_authentication": {} });
    assert_eq!(merged(kept.clone(), given).unwrap(), expected);
    assert_eq!(merged(kept.clone(), serde_json::Value::Null).unwrap(), kept);
    assert!(merged(kept, json!([])).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_goes_with_its_keys_but_its_grants_only_when_that_is_said() {
    let bench = Bench::with(1).await;
    let (_, key) = bench.engine.create_api_key(bench.application, "CI", None).await.unwrap();
    let known = || bench.engine.authenticate_api_key(key.expose_secret());
    assert!(known().await.unwrap().is_some());
    let kept = bench.engine.remove_application(bench.application, false).await.unwrap_err();
    assert_eq!(kept.kind, FaultKind::ConflictOrPrecondition);
    assert!(kept.message.contains("1 grant."), "{}", kept.message);
    assert!(bench.engine.reads().grant(bench.grant).await.unwrap().is_some());
    assert_eq!(bench.engine.remove_application(bench.application, true).await.unwrap(), 1);
    assert_eq!(bench.engine.reads().application(bench.application).await.unwrap(), None);
    assert_eq!(bench.engine.reads().grant(bench.grant).await.unwrap(), None);
    assert!(known().await.unwrap().is_none(), "its keys open nothing any more");
    let again = bench.engine.remove_application(bench.application, true).await.unwrap_err();
    assert_eq!(again.kind, FaultKind::NotFound);
}
