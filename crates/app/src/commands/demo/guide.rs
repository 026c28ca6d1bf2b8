//! What to do with a demo that is ready.

use std::fmt::Write as _;
use std::path::Path;

use super::connect::CALLBACK;
use super::ready::Ready;

/// The text a newcomer reads: addresses, key, three requests to paste, SDK snippets, how to make mail arrive.
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
    let client_id = ready.application_id.map(|id| id.to_string()).unwrap_or_default();
    let mut text = format!(
        "\nPostroad is ready.\n\n  API         {}\n  API key     {}\n  client_id   {client_id}\n  callback    {CALLBACK}\n",
        ready.api_url, ready.api_key
    );
    for grant in &ready.grants {
        let _ = writeln!(text, "  grant       {}  {}", grant.id, grant.email);
    }
    text
}

fn requests(ready: &Ready) -> String {
    let (api, key) = (&ready.api_url, &ready.api_key);
    let (grant, email) =
        ready.grants.first().map(|grant| (grant.id.to_string(), grant.email.as_str())).unwrap_or_default();
    format!(
        "\nThree requests to try:\n\n  \
         curl -s '{api}/v3/grants/{grant}/messages?limit=3&select=id,subject,from,date' -H 'Authorization: Bearer {key}'\n\n  \
         curl -s '{api}/v3/grants/{grant}/threads?has_attachment=true&limit=3' -H 'Authorization: Bearer {key}'\n\n  \
         curl -s '{api}/v3/grants/{grant}/messages/send' -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
         -d '{{\"to\":[{{\"email\":\"{email}\"}}],\"subject\":\"Hello\",\"body\":\"<p>Sent through Postroad.</p>\"}}'\n"
    )
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
        "\nLet a new mail arrive (it is in the API at once, webhooks included):\n\n  \
         curl -s '{sandbox}/_sandbox/deliver' -H 'Content-Type: application/json' \
         -d '{{\"to\":[\"{email}\"],\"from\":\"friend@example.com\",\"subject\":\"News\",\"text\":\"Just arrived.\"}}'\n\n\
         The sandbox stands in for Google at {sandbox}; make it misbehave at {sandbox}/_sandbox (docs/SANDBOX.md).\n"
    )
}

fn connecting(ready: &Ready) -> String {
    let client_id = ready.application_id.map(|id| id.to_string()).unwrap_or_default();
    format!(
        "\nConnect a mailbox as your users will, in a browser (it returns to {CALLBACK}, where nothing listens yet):\n\n  \
         {}/v3/connect/auth?client_id={client_id}&redirect_uri={CALLBACK}&response_type=code&access_type=offline\n",
        ready.api_url
    )
}

fn administration(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = folder.display().to_string().replace('\'', r"'\''");
    format!(
        "\nAdministration of this demo:\n\n  \
         POSTROAD_STORAGE__DATA_DIR='{folder}' POSTROAD_SEALING__KEYS_FILE='{folder}/sealing.keys' postroad admin grant list\n"
    )
}
