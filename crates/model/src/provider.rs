//! The kinds of mail host.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Kind of mail host a grant lives at (Nylas v3: `provider`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Gmail and Google Workspace.
    Google,
    /// Microsoft 365 and Outlook.com, through Graph.
    Microsoft,
    /// On-premises Exchange, through EWS.
    Ews,
    /// Any IMAP/SMTP host.
    Imap,
}

impl Provider {
    /// Every provider the vocabulary knows.
    pub const ALL: [Provider; 4] = [Provider::Google, Provider::Microsoft, Provider::Ews, Provider::Imap];

    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::Google => "google",
            Provider::Microsoft => "microsoft",
            Provider::Ews => "ews",
            Provider::Imap => "imap",
        }
    }

    /// Reads a wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == text)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
