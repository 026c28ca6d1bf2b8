//! At which provider the mailboxes lie, and all that differs by it.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::client::Client;

/// Who is stood in for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Provider {
    #[default]
    Google,
    Microsoft,
}

impl Provider {
    /// As the API calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// Where its mailboxes are.
    pub fn domain(self) -> &'static str {
        match self {
            Self::Google => "sandbox.test",
            Self::Microsoft => "contoso.test",
        }
    }

    /// Id and secret of the registration, as the sandbox's ready file names them.
    pub fn registration(self, ready: &Value) -> anyhow::Result<(String, String)> {
        let told = |name: &str| {
            let value = ready[self.name()][name].as_str().map(str::to_owned);
            value.with_context(|| format!("the sandbox's ready file has no `{name}` under `{}`", self.name()))
        };
        Ok((told("client_id")?, told("client_secret")?))
    }

    /// Where the server finds the sandbox.
    pub fn variables(self, sandbox: &str) -> Vec<(String, String)> {
        let set = |name: &str, value: String| (format!("POSTROAD_{name}"), value);
        match self {
            Self::Google => vec![
                set("GOOGLE__GMAIL_URL", sandbox.to_owned()),
                set("GOOGLE__AUTHORIZE_URL", format!("{sandbox}/o/oauth2/v2/auth")),
                set("GOOGLE__TOKEN_URL", format!("{sandbox}/token")),
                set("GOOGLE__REVOKE_URL", format!("{sandbox}/revoke")),
                set("GOOGLE__USERINFO_URL", format!("{sandbox}/v1/userinfo")),
            ],
            Self::Microsoft => vec![
                set("MICROSOFT__GRAPH_URL", format!("{sandbox}/v1.0")),
                set("MICROSOFT__AUTHORITY_URL", sandbox.to_owned()),
            ],
        }
    }

    /// The mailboxes, each with its refresh token: Google's the sandbox was started with, Microsoft's are made.
    pub async fn mailboxes(
        self,
        ready: &Value,
        sandbox: &mut Client,
        emails: &[&str],
    ) -> anyhow::Result<Vec<(String, String)>> {
        let told = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        if self == Self::Google {
            let started = ready["mailboxes"].as_array().into_iter().flatten();
            return Ok(started.map(|mailbox| (told(mailbox, "email"), told(mailbox, "refresh_token"))).collect());
        }
        let mut made = Vec::new();
        for email in emails {
            let mailbox = json!({ "email": email, "provider": self.name() });
            sandbox.call("POST", "/_sandbox/mailboxes", Some(&mailbox)).await?;
            let issued = sandbox.call("POST", "/_sandbox/token", Some(&json!({ "email": email }))).await?;
            made.push(((*email).to_owned(), told(&issued, "refresh_token")));
        }
        Ok(made)
    }
}
