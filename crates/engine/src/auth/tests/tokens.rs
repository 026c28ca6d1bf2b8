//! Codes and tokens of our own.

use super::*;

async fn code(bench: &Bench, change: impl FnOnce(&mut HostedRequest)) -> String {
    let mut request = request(bench);
    change(&mut request);
    sign_in(bench, request).await.remove("code").expect("a code")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_good_once() {
    let bench = bench().await;
    let code = code(&bench, |_| {}).await;
    exchange(&bench, &code, true, None).await.unwrap();
    let again = exchange(&bench, &code, true, None).await.unwrap_err();
    assert_eq!(oauth(again), ("invalid_grant".into(), 400));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_exchange_burns_the_code() {
    let bench = bench().await;
    let challenged = |request: &mut HostedRequest| request.code_challenge = Some((CHALLENGE.into(), "S256".into()));
    let burnt = code(&bench, challenged).await;
    assert_eq!(
        oauth(exchange(&bench, &burnt, true, Some("wrong")).await.unwrap_err()),
        ("invalid_grant".into(), 45004)
    );
    assert!(exchange(&bench, &burnt, true, Some(VERIFIER)).await.is_err());
    let unanswered = code(&bench, challenged).await;
    assert_eq!(oauth(exchange(&bench, &unanswered, true, None).await.unwrap_err()), ("invalid_grant".into(), 45004));
    let good = code(&bench, challenged).await;
    exchange(&bench, &good, false, Some(VERIFIER)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_bound_to_client_uri_and_time() {
    let bench = bench().await;
    let plain = code(&bench, |_| {}).await;
    assert_eq!(oauth(exchange(&bench, &plain, false, None).await.unwrap_err()), ("invalid_client".into(), 401));
    let other = bench.engine.create_application("Other").await.unwrap().id;
    let theirs = code(&bench, |_| {}).await;
    let redirect_uri = CALLBACK.to_owned();
    let request = TokenRequest::Code { code: theirs, redirect_uri, verifier: None };
    assert_eq!(oauth(bench.engine.exchange_token(other, true, request).await.unwrap_err()).0, "invalid_grant");
    let request =
        TokenRequest::Code { code: code(&bench, |_| {}).await, redirect_uri: "https://x".into(), verifier: None };
    assert_eq!(
        oauth(bench.engine.exchange_token(bench.application, true, request).await.unwrap_err()).0,
        "invalid_grant"
    );
    let late = code(&bench, |_| {}).await;
    bench.clock.advance(Duration::from_secs(601));
    assert_eq!(oauth(exchange(&bench, &late, true, None).await.unwrap_err()).0, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn access_tokens_open_one_grant_for_an_hour() {
    let bench = bench().await;
    let answer = exchange(&bench, &code(&bench, |request| request.offline = false).await, true, None).await.unwrap();
    assert!(answer.refresh_token.is_none(), "online access has none");
    let access = answer.access_token.expose_secret();
    let token = bench.engine.authenticate_token(access).await.unwrap().expect("a live token");
    assert_eq!((token.grant_id, token.application_id), (bench.grant, bench.application));
    for text in [access, answer.id_token.as_str()] {
        let info = bench.engine.token_info(text).await.unwrap();
        assert_eq!((info.grant_id, info.application_id), (bench.grant, bench.application));
        assert_eq!((info.email.as_str(), info.expires_at - info.issued_at), ("me@example.com", 3600));
        assert_eq!(info.issued_at, bench.clock_now().as_second());
    }
    bench.clock.advance(Duration::from_secs(3600));
    assert_eq!(bench.engine.authenticate_token(access).await.unwrap(), None);
    for text in [access, answer.id_token.as_str(), "none of ours", ""] {
        assert_eq!(oauth(bench.engine.token_info(text).await.unwrap_err()).0, "invalid_token");
    }
}

async fn refresh(bench: &Bench, authenticated: bool, token: &str) -> crate::Result<TokenAnswer> {
    let request = TokenRequest::Refresh { refresh_token: token.to_owned() };
    bench.engine.exchange_token(bench.application, authenticated, request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_tokens_buy_access_tokens_until_the_family_is_revoked() {
    let bench = bench().await;
    let first = exchange(&bench, &code(&bench, |_| {}).await, true, None).await.unwrap();
    let parent = first.refresh_token.unwrap();
    let second = refresh(&bench, true, parent.expose_secret()).await.unwrap();
    assert_eq!(oauth(refresh(&bench, false, parent.expose_secret()).await.unwrap_err()).0, "invalid_client");
    assert_eq!(oauth(refresh(&bench, true, first.access_token.expose_secret()).await.unwrap_err()).0, "invalid_grant");
    assert!(
        bench.engine.authenticate_token(parent.expose_secret()).await.unwrap().is_none(),
        "it opens nothing itself"
    );
    bench.engine.revoke_token(second.access_token.expose_secret()).await.unwrap();
    assert!(refresh(&bench, true, parent.expose_secret()).await.is_err());
    assert!(bench.engine.authenticate_token(first.access_token.expose_secret()).await.unwrap().is_none());
    assert_eq!(bench.grant().await.status, GrantStatus::Valid, "the grant survives");
    let again = bench.engine.revoke_token(second.access_token.expose_secret()).await.unwrap_err();
    assert_eq!(oauth(again).0, "invalid_token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_clients_refresh_what_they_got_and_nothing_else() {
    let bench = bench().await;
    let challenged = |request: &mut HostedRequest| request.code_challenge = Some((VERIFIER.into(), "plain".into()));
    let public = exchange(&bench, &code(&bench, challenged).await, false, Some(VERIFIER)).await.unwrap();
    let token = public.refresh_token.unwrap();
    refresh(&bench, false, token.expose_secret()).await.unwrap();
    let private = exchange(&bench, &code(&bench, |_| {}).await, true, None).await.unwrap().refresh_token.unwrap();
    let disguised = format!("pub_{}", private.expose_secret());
    assert_eq!(oauth(refresh(&bench, false, &disguised).await.unwrap_err()).0, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_credentials_mint_for_own_grants_only() {
    let bench = bench().await;
    let mint = |application, authenticated, grant_id| {
        bench.engine.exchange_token(application, authenticated, TokenRequest::ClientCredentials { grant_id })
    };
    let minted = mint(bench.application, true, bench.grant).await.unwrap();
    assert!(bench.engine.authenticate_token(minted.access_token.expose_secret()).await.unwrap().is_some());
    assert_eq!(oauth(mint(bench.application, false, bench.grant).await.unwrap_err()).0, "invalid_client");
    let other = bench.engine.create_application("Other").await.unwrap().id;
    assert_eq!(oauth(mint(other, true, bench.grant).await.unwrap_err()).0, "invalid_grant");
}
