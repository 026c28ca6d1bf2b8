//! Can the providers be reached: does the name resolve, does TLS come up, is anything answering?

use std::collections::BTreeSet;
use std::time::Duration;

use url::Url;

use super::finding::{Finding, Level};
use crate::config::Config;

/// Long enough for a slow line, short enough for someone who waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// `sandbox` is what a demo has in Google's place; that it is down is no fault, for it comes with the demo.
pub(super) async fn check(config: &Config, sandbox: Option<&str>) -> Vec<Finding> {
    let google = &config.google;
    let urls = [&google.gmail_url, &google.token_url, &google.userinfo_url, &google.authorize_url, &google.revoke_url];
    let origins: BTreeSet<String> =
        urls.into_iter().filter_map(|text| Some(Url::parse(text).ok()?.origin().ascii_serialization())).collect();
    let client = match reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build()
    {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::fail("google", &format!("no HTTP client: {error}"), "Install ca-certificates.")];
        }
    };
    let mut findings = Vec::new();
    for origin in origins {
        let found = reach(&client, &origin).await;
        findings.push(if sandbox.is_some() { of_a_demo(found) } else { found });
    }
    findings
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

async fn reach(client: &reqwest::Client, origin: &str) -> Finding {
    if let Some(failed) = resolve(origin).await {
        return failed;
    }
    // Any HTTP answer will do: it shows that the way there and its certificate are good.
    match client.get(origin).send().await {
        Ok(_) => Finding::ok("google", &format!("{origin} is reachable")),
        Err(error) if error.is_timeout() => Finding::fail(
            "google",
            &format!("{origin} does not answer"),
            "Let outgoing connections to it through the firewall.",
        ),
        Err(error) => {
            let cause = root_cause(&error);
            let remedy = "Let outgoing connections through, and check ca-certificates and the clock if TLS is named.";
            Finding::fail("google", &format!("{origin} cannot be reached: {cause}"), remedy)
        }
    }
}

async fn resolve(origin: &str) -> Option<Finding> {
    let url = Url::parse(origin).ok()?;
    let (host, port) = (url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?);
    let looked_up = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.as_str(), port))).await;
    match looked_up.is_ok_and(|found| found.is_ok_and(|addresses| addresses.count() > 0)) {
        true => None,
        false => Some(Finding::fail(
            "google",
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
