//! What a sandbox that is ready says of itself: to scripts as JSON, to people as a page.

use std::fmt::Write as _;
use std::path::Path;

use model::Provider;
use serde_json::{Value, json};

use crate::wiring::stand_in::{App, Filling, google_at, microsoft_at};

/// Addresses, applications, and a refresh token for every mailbox.
pub(super) fn describe(sandbox: &sandbox::Sandbox, fillings: &[Filling], ca_file: Option<&Path>) -> Value {
    let world = sandbox.world();
    let mailbox = |filling: &Filling| {
        let app = App::of(filling);
        let token = world.issue_refresh_token(&filling.email, app.client_id, app.scopes);
        json!({ "provider": filling.provider, "email": filling.email, "refresh_token": token })
    };
    let mut told = json!({
        "sandbox_url": sandbox.url(),
        "tls_url": sandbox.tls_url(),
        "ca_file": ca_file.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
        // Google's, for who knows no other; the same as under `google`.
        "client_id": sandbox::DEFAULT_CLIENT_ID,
        "client_secret": sandbox::DEFAULT_CLIENT_SECRET,
        "mailboxes": fillings.iter().map(mailbox).collect::<Vec<_>>(),
    });
    for app in App::ALL {
        told[app.provider.as_str()] = addresses(app, &sandbox.url());
    }
    told
}

/// Where the sandbox answers as this provider, and as whom an application comes there.
fn addresses(app: App, url: &str) -> Value {
    let mut told = match app.provider {
        Provider::Microsoft => {
            let at = microsoft_at(url);
            json!({ "graph_url": at.graph_url, "authority_url": at.authority_url })
        }
        _ => {
            let at = google_at(url, String::new().into());
            json!({ "gmail_url": at.gmail_url, "authorize_url": at.authorize_url, "token_url": at.token_url })
        }
    };
    told["client_id"] = json!(app.client_id);
    told["client_secret"] = json!(app.client_secret);
    told
}

/// The page for people.
pub(super) fn guide(ready: &Value) -> String {
    let mut text = "\nThe sandbox is ready.\n".to_owned();
    for (provider, title, shown) in [
        (
            "google",
            "Google",
            [("Gmail", "gmail_url"), ("authorize", "authorize_url"), ("token", "token_url")].as_slice(),
        ),
        ("microsoft", "Microsoft", [("Graph", "graph_url"), ("authority", "authority_url")].as_slice()),
    ] {
        let _ = writeln!(text, "\n{title}");
        let ids = [("client_id", "client_id"), ("client_secret", "client_secret")];
        for (label, name) in shown.iter().chain(&ids) {
            line(&mut text, label, &ready[provider][*name]);
        }
        for mailbox in ready["mailboxes"].as_array().into_iter().flatten() {
            if mailbox["provider"] == provider {
                line(&mut text, "mailbox", &mailbox["email"]);
                line(&mut text, "refresh token", &mailbox["refresh_token"]);
            }
        }
    }
    text.push_str("\nBoth\n");
    if let Some(url) = ready["tls_url"].as_str() {
        line(&mut text, "TLS", &json!(format!("{url}, the same with https: trust {}", plain(&ready["ca_file"]))));
    }
    let control = format!("{}/_sandbox", plain(&ready["sandbox_url"]));
    line(&mut text, "control", &json!(format!("{control} (mail, faults, time, quotas: docs/SANDBOX.md)")));
    text.push_str("\nCtrl-C stops it.");
    text
}

fn line(text: &mut String, label: &str, value: &Value) {
    let _ = writeln!(text, "  {label:<14} {}", plain(value));
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
