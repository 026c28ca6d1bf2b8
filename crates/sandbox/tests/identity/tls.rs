//! The listener that speaks TLS, as a library sees it that insists on it.

use sandbox::Options;

#[tokio::test]
async fn who_trusts_the_authority_is_answered_under_https() {
    let here = || Some("127.0.0.1:0".parse().unwrap());
    let sandbox = sandbox::start(Options { listen: here().unwrap(), tls: here(), ..Options::default() }).await.unwrap();
    let url = format!("{}/common/v2.0/.well-known/openid-configuration", sandbox.tls_url().unwrap());
    let authority = reqwest::Certificate::from_pem(sandbox.authority().unwrap().as_bytes()).unwrap();
    let trusting = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
    let told: serde_json::Value = trusting.get(&url).send().await.unwrap().json().await.unwrap();
    let endpoint = told["token_endpoint"].as_str().unwrap();
    assert_eq!(endpoint, format!("{}/common/oauth2/v2.0/token", sandbox.tls_url().unwrap()), "it stays under https");
    let stranger = reqwest::Client::new().get(&url).send().await;
    assert!(stranger.unwrap_err().is_connect(), "nobody else trusts it");
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_public_url_without_tls_is_not_printed_to_who_came_in_by_tls() {
    let here = || Some("127.0.0.1:0".parse().unwrap());
    let public_url = Some("http://sandbox.test".to_owned());
    let options = Options { listen: here().unwrap(), tls: here(), public_url, ..Options::default() };
    let sandbox = sandbox::start(options).await.unwrap();
    let authority = reqwest::Certificate::from_pem(sandbox.authority().unwrap().as_bytes()).unwrap();
    let trusting = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
    for (base, printed) in [
        (sandbox.tls_url().unwrap().to_owned(), sandbox.tls_url().unwrap()),
        (format!("http://{}", sandbox.local_addr()), "http://sandbox.test"),
    ] {
        let url = format!("{base}/common/v2.0/.well-known/openid-configuration");
        let told: serde_json::Value = trusting.get(&url).send().await.unwrap().json().await.unwrap();
        assert_eq!(told["issuer"], format!("{printed}/{{tenantid}}/v2.0"));
    }
}
