//! Where the stand-in answers as each provider, and how an application is known there.

use model::Provider;

use crate::config::{Google, Microsoft};

/// Google's services as the sandbox at `url` offers them.
pub fn google_at(url: &str, push_token: model::secret::SecretString) -> Google {
    Google {
        push_token: Some(push_token),
        gmail_url: url.to_owned(),
        authorize_url: format!("{url}/o/oauth2/v2/auth"),
        token_url: format!("{url}/token"),
        revoke_url: format!("{url}/revoke"),
        userinfo_url: format!("{url}/v1/userinfo"),
    }
}

/// Microsoft's services as the sandbox at `url` offers them.
pub fn microsoft_at(url: &str) -> Microsoft {
    Microsoft { graph_url: format!("{url}/v1.0"), authority_url: url.to_owned() }
}

/// The application that the sandbox knows from its start, at one of the providers it stands in for.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// The provider.
    pub provider: Provider,
    /// Its id there.
    pub client_id: &'static str,
    /// Its secret there.
    pub client_secret: &'static str,
    /// What a grant is given: everything Postroad uses.
    pub scopes: &'static [&'static str],
}

impl App {
    const GOOGLE: Self = Self {
        provider: Provider::Google,
        client_id: sandbox::DEFAULT_CLIENT_ID,
        client_secret: sandbox::DEFAULT_CLIENT_SECRET,
        scopes: &[
            "openid",
            "https://www.googleapis.com/auth/userinfo.email",
            "https://www.googleapis.com/auth/userinfo.profile",
            "https://mail.google.com/",
        ],
    };
    const MICROSOFT: Self = Self {
        provider: Provider::Microsoft,
        client_id: sandbox::DEFAULT_APP_ID,
        client_secret: sandbox::DEFAULT_APP_SECRET,
        scopes: &["openid", "profile", "email", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"],
    };

    /// At every provider the sandbox stands in for.
    pub const ALL: [Self; 2] = [Self::GOOGLE, Self::MICROSOFT];

    /// At the provider of a mailbox.
    pub fn of(filling: &super::Filling) -> Self {
        match filling.provider {
            Provider::Microsoft => Self::MICROSOFT,
            _ => Self::GOOGLE,
        }
    }
}
