//! Hosted authentication, to the provider and back.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_in_and_the_application_gets_tokens() {
    let bench = bench().await;
    bench.engine.remove_grant(bench.grant).await.unwrap();
    let back = sign_in(&bench, request(&bench)).await;
    assert_eq!((back["keep"].as_str(), back["state"].as_str()), ("1", "their state & more"));
    let answer = exchange(&bench, &back["code"], true, None).await.unwrap();
    let grant = &answer.grant;
    assert_eq!((grant.email.as_str(), grant.status), ("me@example.com", GrantStatus::Valid));
    assert_eq!((grant.state.as_deref(), grant.ip.as_deref()), (Some("their state & more"), Some("192.0.2.7")));
    assert_eq!(grant.provider_user_id.as_deref(), Some("sub-1"));
    assert!(answer.refresh_token.is_some() && answer.expires_in == 3600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_provider_is_asked_with_pkce_and_identity_scopes() {
    let bench = bench().await;
    let asked = HostedRequest { scopes: vec!["mail".into()], ..request(&bench) };
    let start = bench.engine.begin_hosted(asked, Provider::Google).await.unwrap();
    let query = query(&start.location);
    assert_eq!(query["scope"], "mail openid email profile");
    assert_eq!(query["redirect_uri"], "http://localhost:7678/v3/connect/callback");
    assert_eq!(query["code_challenge"].len(), 43);
    assert_eq!(query["state"].len(), 43);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unregistered_uris_and_bad_requests_go_nowhere() {
    let bench = bench().await;
    let begin = |request| bench.engine.begin_hosted(request, Provider::Google);
    let elsewhere = HostedRequest { redirect_uri: "https://app.example/cb".into(), ..request(&bench) };
    assert_eq!(begin(elsewhere).await.unwrap_err().kind, FaultKind::RedirectUriInvalid);
    let nobody = HostedRequest { application_id: ApplicationId(uuid::Uuid::nil()), ..request(&bench) };
    assert_eq!(begin(nobody).await.unwrap_err().field.as_deref(), Some("client_id"));
    let long = HostedRequest { state: Some("x".repeat(257)), ..request(&bench) };
    assert_eq!(begin(long).await.unwrap_err().field.as_deref(), Some("state"));
    let method = HostedRequest { code_challenge: Some(("c".into(), "md5".into())), ..request(&bench) };
    assert_eq!(begin(method).await.unwrap_err().field.as_deref(), Some("code_challenge_method"));
    let no_connector = bench.engine.begin_hosted(request(&bench), Provider::Microsoft).await.unwrap_err();
    assert_eq!(no_connector.kind, FaultKind::OauthClientMisconfigured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_expired_and_repeated_states_are_refused() {
    let bench = bench().await;
    let forged = come_back(&bench, request(&bench), |callback| callback.state = "forged".into()).await;
    assert_eq!(forged.unwrap_err().field.as_deref(), Some("state"));
    for secret in [None, Some("another browser".to_owned())] {
        let stolen = come_back(&bench, request(&bench), |callback| callback.browser_secret = secret).await;
        assert_eq!(stolen.unwrap_err().field.as_deref(), Some("state"));
    }
    let start = bench.engine.begin_hosted(request(&bench), Provider::Google).await.unwrap();
    let callback = ProviderCallback {
        state: query(&start.location)["state"].clone(),
        code: Some("good".into()),
        browser_secret: Some(start.browser_secret),
        ..ProviderCallback::default()
    };
    bench.engine.finish_hosted(callback.clone()).await.unwrap();
    assert!(bench.engine.finish_hosted(callback).await.is_err(), "a state is good once");
    let start = bench.engine.begin_hosted(request(&bench), Provider::Google).await.unwrap();
    bench.clock.advance(Duration::from_secs(31 * 60));
    let late = ProviderCallback {
        state: query(&start.location)["state"].clone(),
        browser_secret: Some(start.browser_secret),
        ..ProviderCallback::default()
    };
    assert!(bench.engine.finish_hosted(late).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_at_the_provider_goes_back_to_the_application() {
    let bench = bench().await;
    let refused = |callback: &mut ProviderCallback| {
        (callback.code, callback.error) = (None, Some("access_denied".into()));
    };
    let back = query(&come_back(&bench, request(&bench), refused).await.unwrap());
    assert_eq!((back["error"].as_str(), back["error_code"].as_str()), ("oauth_failed", "45002"));
    assert!(back["error_description"].ends_with("access_denied"));
    assert_eq!((back["state"].as_str(), back["keep"].as_str()), ("their state & more", "1"));
    let bad_code = |callback: &mut ProviderCallback| callback.code = Some("mangled".into());
    let back = query(&come_back(&bench, request(&bench), bad_code).await.unwrap());
    assert_eq!(back["error"], "oauth_failed");
    assert!(!back.contains_key("code"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_cannot_take_over_a_grant() {
    let bench = bench().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    {
        let mut state = bench.world.state();
        state.identity.subject = "sub-2".into();
        state.identity.email = "other@example.com".into();
    }
    let hinted = HostedRequest { login_hint: Some("ME@example.com".into()), ..request(&bench) };
    let back = sign_in(&bench, hinted).await;
    assert_eq!(back["error"], "grant.reauth_email_invalid");
    assert_eq!(bench.heard(webhook).await, []);
    assert_eq!(bench.grant().await.provider_user_id.as_deref(), Some("sub-1"), "the old grant is kept");
    // The same address, but the account behind it is another: neither without a hint.
    bench.world.state().identity.email = "me@example.com".into();
    assert_eq!(sign_in(&bench, request(&bench)).await["error"], "grant.reauth_email_invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authenticating_again_keeps_the_grants_id() {
    let bench = bench().await;
    let before = bench.grant().await;
    let webhook = bench.listen("http://127.0.0.1:9/", |_| {}).await;
    bench.engine.inner.store().set_grant_status(bench.grant, GrantStatus::Invalid, bench.clock_now()).await.unwrap();
    let hinted = HostedRequest { login_hint: Some("me@example.com".into()), ..request(&bench) };
    assert!(sign_in(&bench, hinted).await.contains_key("code"));
    let after = bench.grant().await;
    assert_eq!((after.status, after.created_at), (GrantStatus::Valid, before.created_at));
    let kinds: Vec<EventType> = bench.heard(webhook).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [EventType::GrantExpired, EventType::GrantUpdated]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_whose_address_changed_keeps_its_grant() {
    let bench = bench().await;
    let before = bench.grant().await;
    bench.world.state().identity.email = "new.name@example.com".into();
    // Without a hint, and with the old address as the hint.
    for login_hint in [None, Some("me@example.com".to_owned())] {
        let back = sign_in(&bench, HostedRequest { login_hint, ..request(&bench) }).await;
        let answer = exchange(&bench, &back["code"], true, None).await.unwrap();
        assert_eq!((answer.grant.id, answer.grant.email.as_str()), (bench.grant, "new.name@example.com"));
        assert_eq!(answer.grant.created_at, before.created_at);
    }
    let reads = bench.engine.reads();
    assert_eq!(reads.grant_by_email(bench.application, "me@example.com").await.unwrap(), None, "no second grant");
    // The old address, given to somebody else, is somebody else's.
    {
        let mut state = bench.world.state();
        (state.identity.subject, state.identity.email) = ("sub-2".into(), "me@example.com".into());
    }
    let back = sign_in(&bench, request(&bench)).await;
    let other = exchange(&bench, &back["code"], true, None).await.unwrap();
    assert_ne!(other.grant.id, bench.grant);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn granted_scopes_are_checked_and_recorded() {
    let bench = bench().await;
    bench.world.state().scopes = vec!["openid".into(), "email".into(), "mail".into()];
    let back = sign_in(&bench, request(&bench)).await;
    assert_eq!((back["error"].as_str(), back["error_code"].as_str()), ("grant.scopes_conflict", "25016"));
    assert!(back["error_description"].contains("profile") && !back["error_description"].contains("email,"));
    bench.world.state().scopes = vec!["openid".into(), "email".into(), "profile".into()];
    assert!(sign_in(&bench, request(&bench)).await.contains_key("code"));
    assert_eq!(bench.grant().await.scopes, ["openid", "email", "profile"], "what was granted, not what was asked for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_kept_for_the_next_sign_in_and_met_by_it() {
    let bench = bench().await;
    let claims = r#"{"access_token":{"polids":{"essential":true}}}"#;
    let refused = Fault { challenge: Some(claims.into()), ..Fault::new(FaultKind::ReauthRequired, "More is wanted.") };
    bench.world.state().live_tokens.clear();
    bench.world.state().refresh_fault = Some(refused);
    let grant = bench.grant().await;
    let folders = |mailbox: crate::gate::Mailbox| async move { mailbox.folders().await };
    bench.engine.inner.gate.call(&grant, model::quota::Class::Interactive, folders).await.unwrap_err();
    assert_eq!(bench.grant().await.status, GrantStatus::Invalid);
    bench.world.state().refresh_fault = None;
    let begin = async |hint: Option<&str>| {
        let asked = HostedRequest { login_hint: hint.map(str::to_owned), ..request(&bench) };
        query(&bench.engine.begin_hosted(asked, Provider::Google).await.unwrap().location).remove("claims")
    };
    assert_eq!(begin(None).await, None, "nobody knows whose sign-in it is");
    assert_eq!(begin(Some("other@example.com")).await, None);
    assert_eq!(begin(Some("me@example.com")).await.as_deref(), Some(claims));
    let hinted = HostedRequest { login_hint: Some("me@example.com".into()), ..request(&bench) };
    assert!(sign_in(&bench, hinted).await.contains_key("code"));
    assert_eq!(begin(Some("me@example.com")).await, None, "it was met");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_has_a_page_for_administrators_sends_one_there() {
    let bench = bench().await;
    let refused = bench.engine.begin_admin_consent(request(&bench), Provider::Google).await.unwrap_err();
    assert_eq!((refused.kind, refused.field.as_deref()), (FaultKind::Unsupported, Some("provider")));
}
