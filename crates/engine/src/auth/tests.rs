//! Authentication against a scripted provider.

use std::collections::HashMap;
use std::time::Duration;

use model::event::EventType;
use model::grant::GrantStatus;
use model::secret::ExposeSecret as _;
use model::{Fault, FaultKind, Provider};
use url::Url;

use super::*;
use crate::testing::Bench;

const CALLBACK: &str = "https://app.example/cb?keep=1";
// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

mod custom;
mod hosted;
mod tokens;

async fn bench() -> Bench {
    let bench = Bench::with(0).await;
    let settings = serde_json::Value::Null;
    bench.engine.add_callback_uri(bench.application, CALLBACK, None, settings).await.unwrap();
    bench
}

fn request(bench: &Bench) -> HostedRequest {
    HostedRequest {
        application_id: bench.application,
        redirect_uri: CALLBACK.into(),
        scopes: vec![],
        state: Some("their state & more".into()),
        login_hint: None,
        offline: true,
        code_challenge: None,
        credential_id: None,
        include_granted_scopes: false,
    }
}

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

/// Begins at the provider and comes back with a code; answers with the parameters of the application's redirect.
async fn sign_in(bench: &Bench, request: HostedRequest) -> HashMap<String, String> {
    come_back(bench, request, |_| {}).await.map(|location| query(&location)).unwrap()
}

async fn come_back(
    bench: &Bench,
    request: HostedRequest,
    change: impl FnOnce(&mut ProviderCallback),
) -> crate::Result<String> {
    let start = bench.engine.begin_hosted(request, Provider::Google).await.unwrap();
    let mut callback = ProviderCallback {
        state: query(&start.location)["state"].clone(),
        code: Some("good".into()),
        browser_secret: Some(start.browser_secret),
        ip: Some("192.0.2.7".into()),
        ..ProviderCallback::default()
    };
    change(&mut callback);
    bench.engine.finish_hosted(callback).await
}

async fn exchange(
    bench: &Bench,
    code: &str,
    authenticated: bool,
    verifier: Option<&str>,
) -> crate::Result<TokenAnswer> {
    let request = TokenRequest::Code {
        code: code.to_owned(),
        redirect_uri: CALLBACK.into(),
        verifier: verifier.map(str::to_owned),
    };
    bench.engine.exchange_token(bench.application, authenticated, request).await
}

fn oauth(fault: Fault) -> (String, u64) {
    let error = OauthError::of(&fault);
    (error.error, error.code)
}
