//! The errors Postroad promises to answer rightly, each by its name, under the status it is known by at the provider or
//! in the contract. Written once; every row of the table names one of these, and every one of these has a row.

/// A status and the errors known by it.
pub const PROMISED: &[(&str, &[&str])] = &[
    (
        "400",
        &[
            "Google refresh token lacking userinfo.email",
            "Google refresh token lacking userinfo.profile",
            "Google refresh token lacking openid",
            "invalid refresh token",
            "revoked refresh token",
            "malformed JSON",
            "malformed parameter",
            "redirect URI neither https nor localhost http",
            "Microsoft does not allow direct password entry",
            "Gmail badRequest",
            "Gmail invalid attachment",
        ],
    ),
    ("401", &["our credentials", "Gmail authError"]),
    ("402", &["at least one recipient failed"]),
    (
        "403",
        &[
            "provider authentication failed",
            "Gmail API not enabled in the project",
            "Microsoft returned a different email address at re-auth",
            "Microsoft returned an alias at re-auth",
            "dailyLimitExceeded",
            "userRateLimitExceeded",
            "rateLimitExceeded",
            "domainPolicy",
        ],
    ),
    ("422", &["mail provider error", "sender differs from the grant", "Exchange device quarantined"]),
    (
        "429",
        &[
            "account throttled",
            "sending quota exceeded",
            "Postroad's own limit",
            "Gmail too many requests of the project",
            "Gmail too many requests of the user",
            "resource exhausted",
            "too many concurrent requests for user",
            "MailboxConcurrency",
            "Exchange account throttled",
        ],
    ),
    ("500", &["backend error"]),
    ("502", &["bad gateway"]),
    ("503", &["service unavailable"]),
    ("504", &["gateway timeout"]),
];

/// Every promised error.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROMISED.iter().flat_map(|(_, names)| names.iter().copied())
}
