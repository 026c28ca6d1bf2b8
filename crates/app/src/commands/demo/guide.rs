//! What to do with a demo that is ready.

use std::fmt::Write as _;
use std::path::Path;

use model::Provider;
use model::grant::Grant;

use super::connect::landing;
use super::ready::Ready;
use crate::wiring::stand_in::App;

/// The text a newcomer reads: addresses, key, grants, requests to paste, SDK snippets, how to make mail arrive.
pub(super) fn guide(ready: &Ready, data_dir: Option<&Path>) -> String {
    let mut text = String::new();
    let _ = write!(text, "{}", places(ready));
    let _ = write!(text, "{}", requests(ready));
    let _ = write!(text, "{}", sdks(ready));
    let _ = write!(text, "{}", mail_and_sandbox(ready));
    let _ = write!(text, "{}", connecting(ready));
    if let Some(folder) = data_dir {
        let _ = write!(text, "{}", administration(folder));
    }
    text.push_str("\nCtrl-C stops everything.");
    text
}

fn places(ready: &Ready) -> String {
    let mut text = format!(
        "\nPostroad is ready.\n\n  API         {}\n  API key     {}\n  client_id   {}\n  callback    {}\n\nMailboxes, \
         and the grant for each:\n\n",
        ready.api_url,
        ready.api_key,
        client_id(ready),
        landing(&ready.sandbox_url)
    );
    let width = ready.grants.iter().map(|grant| grant.email.chars().count()).max().unwrap_or_default();
    for grant in &ready.grants {
        let _ = writeln!(text, "  {:<11} {:<width$}  {}", name(grant.provider), grant.email, grant.id);
    }
    text
}

fn client_id(ready: &Ready) -> String {
    ready.application_id.map(|id| id.to_string()).unwrap_or_default()
}

fn name(provider: Provider) -> &'static str {
    match provider {
        Provider::Google => "Google",
        Provider::Microsoft => "Microsoft",
        other => other.as_str(),
    }
}

/// The first grant of each provider that has one.
fn examples(ready: &Ready) -> Vec<&Grant> {
    let first = |app: &App| ready.grants.iter().find(|grant| grant.provider == app.provider);
    App::ALL.iter().filter_map(first).collect()
}

fn requests(ready: &Ready) -> String {
    let (api, key) = (&ready.api_url, &ready.api_key);
    let examples = examples(ready);
    let mut text = String::new();
    for grant in &examples {
        let _ = write!(
            text,
            "\nThe newest mail of {}, at {}:\n\n  \
             curl -s '{api}/v3/grants/{}/messages?limit=3&select=id,subject,from,date' -H 'Authorization: Bearer {key}'\n",
            grant.email,
            name(grant.provider),
            grant.id
        );
    }
    if let [from, .., to] | [from @ to] = examples.as_slice() {
        let _ = write!(
            text,
            "\nA mail from {} to {}:\n\n  \
             curl -s '{api}/v3/grants/{}/messages/send' -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
             -d '{{\"to\":[{{\"email\":\"{}\"}}],\"subject\":\"Hello\",\"body\":\"<p>Sent through Postroad.</p>\"}}'\n",
            from.email, to.email, from.id, to.email
        );
    }
    text
}

fn sdks(ready: &Ready) -> String {
    let (api, key) = (&ready.api_url, &ready.api_key);
    let grant = ready.grants.first().map(|grant| grant.id.to_string()).unwrap_or_default();
    format!(
        "\nWith the Nylas SDKs, only the base address differs:\n\n  \
         // Node: npm install nylas\n  \
         import Nylas from 'nylas';\n  \
         const nylas = new Nylas({{ apiKey: '{key}', apiUri: '{api}' }});\n  \
         const page = await nylas.messages.list({{ identifier: '{grant}', queryParams: {{ limit: 5 }} }});\n  \
         page.data.forEach((message) => console.log(message.subject));\n\n  \
         # Python: pip install nylas\n  \
         from nylas import Client\n  \
         nylas = Client('{key}', '{api}')\n  \
         messages, _, _, _ = nylas.messages.list('{grant}', query_params={{'limit': 5}})\n  \
         print([message.subject for message in messages])\n"
    )
}

fn mail_and_sandbox(ready: &Ready) -> String {
    let sandbox = &ready.sandbox_url;
    let email = ready.grants.first().map(|grant| grant.email.as_str()).unwrap_or_default();
    format!(
        "\nLet a new mail arrive from outside, in any of these mailboxes:\n\n  \
         curl -s '{sandbox}/_sandbox/deliver' -H 'Content-Type: application/json' \
         -d '{{\"to\":[\"{email}\"],\"from\":\"friend@example.com\",\"subject\":\"News\",\"text\":\"Just arrived.\"}}'\n\n\
         The sandbox stands in for Google and Microsoft at {sandbox}; make it misbehave at {sandbox}/_sandbox (docs/SANDBOX.md).\n"
    )
}

fn connecting(ready: &Ready) -> String {
    let callback = landing(&ready.sandbox_url);
    let mut text = "\nConnect a mailbox as your users will, in a browser (a page of the sandbox stands where your \
                    application will be):\n\n"
        .to_owned();
    for app in App::ALL {
        let _ = writeln!(
            text,
            "  {}/v3/connect/auth?client_id={}&redirect_uri={callback}&response_type=code&access_type=offline&provider={}",
            ready.api_url,
            client_id(ready),
            app.provider.as_str()
        );
    }
    text
}

fn administration(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = folder.display().to_string().replace('\'', r"'\''");
    format!(
        "\nAdministration of this demo:\n\n  \
         POSTROAD_STORAGE__DATA_DIR='{folder}' POSTROAD_SEALING__KEYS_FILE='{folder}/sealing.keys' postroad admin grant list\n"
    )
}
