//! The protocols a provider's error can come from.

/// A protocol with a classifier of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Protocol {
    /// Gmail REST.
    GmailRest,
    /// Google's OAuth endpoints.
    GoogleOauth,
    /// Microsoft Graph.
    Graph,
    /// The Microsoft identity platform.
    MicrosoftIdentity,
    /// Exchange Web Services.
    Ews,
    /// Exchange ActiveSync.
    Eas,
    /// IMAP.
    Imap,
    /// SMTP.
    Smtp,
}

impl Protocol {
    /// Every protocol.
    pub const ALL: [Protocol; 8] = [
        Protocol::GmailRest,
        Protocol::GoogleOauth,
        Protocol::Graph,
        Protocol::MicrosoftIdentity,
        Protocol::Ews,
        Protocol::Eas,
        Protocol::Imap,
        Protocol::Smtp,
    ];

    /// The name, as in collections of labelled errors.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::GmailRest => "gmail",
            Protocol::GoogleOauth => "google_oauth",
            Protocol::Graph => "graph",
            Protocol::MicrosoftIdentity => "microsoft_oauth",
            Protocol::Ews => "ews",
            Protocol::Eas => "eas",
            Protocol::Imap => "imap",
            Protocol::Smtp => "smtp",
        }
    }

    /// The name that people use.
    pub fn in_words(self) -> &'static str {
        match self {
            Protocol::GmailRest => "Gmail API",
            Protocol::GoogleOauth => "Google OAuth",
            Protocol::Graph => "Microsoft Graph",
            Protocol::MicrosoftIdentity => "Microsoft identity platform",
            Protocol::Ews => "Exchange Web Services",
            Protocol::Eas => "Exchange ActiveSync",
            Protocol::Imap => "IMAP",
            Protocol::Smtp => "SMTP",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.as_str() == name)
    }
}
