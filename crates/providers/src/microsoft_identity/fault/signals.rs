//! Examples of what the Microsoft identity platform answers. Source: "Microsoft Entra authentication and authorization
//! error codes" (learn.microsoft.com/entra/identity-platform/reference-error-codes).

use serde_json::json;

use crate::classify::Protocol;
use crate::signals::Sample;

/// `error`, AADSTS number, the start of its sentence.
const ROWS: &[(&str, u32, &str)] = &[
    ("invalid_grant", 50173, "The provided grant has expired due to it being revoked"),
    ("invalid_grant", 700082, "The refresh token has expired due to inactivity"),
    ("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity"),
    (
        "invalid_grant",
        50076,
        "Due to a configuration change made by your administrator, you must use multi-factor authentication",
    ),
    ("invalid_grant", 50126, "Error validating credentials due to invalid username or password"),
    ("invalid_grant", 65001, "The user or administrator has not consented to use the application"),
    ("invalid_grant", 53003, "Access has been blocked by Conditional Access policies"),
    ("access_denied", 90094, "Admin consent is required for the permissions requested by this application"),
    ("invalid_grant", 50105, "The signed in user is not assigned to a role for the application"),
    ("invalid_client", 7000215, "Invalid client secret provided"),
    ("invalid_client", 7000222, "The provided client secret keys are expired"),
    ("unauthorized_client", 700016, "Application with identifier was not found in the directory"),
    ("invalid_request", 50011, "The redirect URI specified in the request does not match"),
    ("invalid_grant", 50034, "The user account does not exist in the directory"),
    ("invalid_grant", 50057, "The user account is disabled"),
    ("invalid_request", 900144, "The request body must contain the following parameter: 'grant_type'"),
    ("invalid_grant", 50196, "The server terminated an operation because it encountered a client request loop"),
    ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again"),
];

/// The Microsoft identity platform.
pub(crate) fn samples() -> Vec<Sample> {
    let sample = |(error, number, sentence): &(&str, u32, &str)| {
        let description = format!("AADSTS{number}: {sentence}.");
        let body = json!({ "error": error, "error_description": description, "error_codes": [number] }).to_string();
        Sample::http(Protocol::MicrosoftIdentity, 400, format!("AADSTS{number} ({error}): {sentence}"), body)
    };
    ROWS.iter().map(sample).collect()
}
