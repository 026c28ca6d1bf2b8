//! Can the providers be reached: does the name resolve, does TLS come up, is anything answering?

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::finding::{Finding, Level};
use crate::config::Config;

/// Long enough for a slow line, short enough for someone who waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// `sandbox` is what a demo has in the providers' place; that it is down is no fault, for it comes with the demo.
pub(super) async fn check(config: &Config, sandbox: Option<&str>) -> Vec<Finding> {
    let client = match client(config) {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::fail("providers", &format!("no HTTP client: {error}"), "Install ca-certificates.")];
        }
    };
    let google = &config.google;
    let google =
        [&google.gmail_url, &google.token_url, &google.userinfo_url, &google.authorize_url, &google.revoke_url];
    let microsoft = [&config.microsoft.graph_url, &config.microsoft.authority_url];
    let mut findings = Vec::new();
    for (provider, urls) in [("google", &google[..]), ("microsoft", &microsoft[..])] {
        for origin in origins(urls) {
            let found = reach(&client, provider, &origin).await;
            findings.push(match sandbox {
                Some(_) => of_a_demo(found),
                None if provider == "microsoft" => of_some_only(found),
                None => found,
            });
        }
    }
    findings
}

fn origins(urls: &[&String]) -> BTreeSet<String> {
    urls.iter().filter_map(|text| Some(Url::parse(text).ok()?.origin().ascii_serialization())).collect()
}

fn client(config: &Config) -> reqwest::Result<reqwest::Client> {
    let trusted = reqwest::Certificate::from_pem_bundle(&config.sync.provider_ca)?;
    let builder = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    builder.tls_certs_merge(trusted).build()
}

fn of_a_demo(found: Finding) -> Finding {
    match found.level {
        Level::Ok => found,
        _ => Finding::warn(
            &found.check,
            &found.found,
            "Expected while the demo is stopped; `postroad demo` starts both.",
        ),
    }
}

/// Who connects no mailbox of this provider need not reach it.
fn of_some_only(found: Finding) -> Finding {
    match found.level {
        Level::Fail => Finding::warn(&found.check, &found.found, &format!("For its mailboxes only: {}", found.remedy)),
        _ => found,
    }
}

async fn reach(client: &reqwest::Client, provider: &str, origin: &str) -> Finding {
    if let Some(failed) = resolve(provider, origin).await {
        return failed;
    }
    // Any HTTP answer will do: it shows that the way there and its certificate are good.
    match client.get(origin).send().await {
        Ok(_) => Finding::ok(provider, &format!("{origin} is reachable")),
        Err(error) if error.is_timeout() => Finding::fail(
            provider,
            &format!("{origin} does not answer"),
            "Let outgoing connections to it through the firewall.",
        ),
        Err(error) => {
            let cause = root_cause(&error);
            Finding::fail(provider, &format!("{origin} cannot be reached: {cause}"), remedy_for(&cause))
        }
    }
}

fn remedy_for(cause: &str) -> &'static str {
    match cause.contains("certificate") {
        true => {
            "Check ca-certificates and the clock; the authority of a proxy of your own, or of the sandbox, goes into a file \
                that `sync.provider_ca_file` names."
        }
        false => "Let outgoing connections through the firewall.",
    }
}

async fn resolve(provider: &str, origin: &str) -> Option<Finding> {
    let url = Url::parse(origin).ok()?;
    let (host, port) = (url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?);
    let looked_up = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.as_str(), port))).await;
    match looked_up.is_ok_and(|found| found.is_ok_and(|addresses| addresses.count() > 0)) {
        true => None,
        false => Some(Finding::fail(
            provider,
            &format!("{host} does not resolve"),
            "Check the machine's DNS (/etc/resolv.conf).",
        )),
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
