//! Hosted authentication, tokens, grants from credentials, detection, pushes.

use api::auth::{CustomAuth, ProviderDetect, Token, TokenInfo, TokenRequest};
use api::grant::{Grant, GrantUpdate};
use api::quota::Quota;
use http::Method;

use super::op::Op;
use super::params::*;

const TAG: &str = "Hosted authentication";

/// All of them.
pub fn operations() -> Vec<Op> {
    [browser(), tokens(), grants(), pushes()].concat()
}

fn browser() -> Vec<Op> {
    vec![
        Op::new(TAG, Method::GET, "/v3/connect/auth", "connectAuth", "Send a person to connect a mailbox")
            .says("Open it in a browser. With one provider straight to its sign-in, else to a page to choose. Answers 400 as JSON, never a redirect, unless `redirect_uri` is registered byte for byte.")
            .takes(&[
                needed("client_id", Kind::Text, "The application."),
                needed("redirect_uri", Kind::Text, "Where to return to; registered with the application."),
                needed("response_type", Kind::Words(&["code"]), "Always `code`."),
                query("provider", Kind::List, "Only these providers."),
                query("scope", Kind::Text, "Scopes to ask for, separated by spaces; the connector's by default."),
                query("prompt", Kind::Words(&["select_provider", "detect", "select_provider,detect", "detect,select_provider"]), "What the page to choose shows, in this order."),
                query("state", Kind::Text, "Comes back unchanged; at most 256 characters."),
                query("login_hint", Kind::Text, "Address to prefill."),
                query("access_type", Kind::Words(&["online", "offline"]), "`offline` gives a refresh token at the exchange."),
                query("code_challenge", Kind::Text, "PKCE challenge."),
                query("code_challenge_method", Kind::Words(&["plain", "S256"]), "Any case; `plain` by default."),
                query("credential_id", Kind::Text, "Credentials to use instead of the connector's own."),
                query("include_grant_scopes", Kind::Flag, "Keep scopes granted before (Google)."),
                query("force_password", Kind::Flag, "Exchange with a password: leads to a page that says what can be connected."),
                query("options", Kind::Text, "`exclude_google_granted_scopes`."),
            ])
            .other("", "To the provider; or 200 with the page to choose.").redirects().open(),
        Op::new(TAG, Method::GET, "/v3/connect/callback", "connectCallback", "Where providers send the browser back to")
            .says("Register this URL with the provider. Goes on to the application's `redirect_uri` with `code` and `state`, or with `error`, `error_code` and `error_description`.")
            .takes(&[
                query("state", Kind::Text, "Ours."),
                query("code", Kind::Text, "The provider's, on success."),
                query("error", Kind::Text, "The provider's, on failure."),
                query("error_description", Kind::Text, "The provider's, on failure."),
            ])
            .other("", "Back to the application; or a page that explains the failure.").redirects().open(),
    ]
}

fn tokens() -> Vec<Op> {
    const KINDS: &[&str] = &["application/json", "application/x-www-form-urlencoded"];
    vec![
        Op::new(TAG, Method::POST, "/v3/connect/token", "exchangeToken", "Exchange a code, refresh, or mint a token for a grant")
            .says("The application proves itself with an API key as `client_secret` or as Bearer; a public client with its PKCE verifier.")
            .body_in::<TokenRequest>(KINDS).bare::<Token>().open().fails(&[401]),
        Op::new(TAG, Method::POST, "/v3/connect/revoke", "revokeToken", "Revoke a token and those of its family")
            .takes(&[needed("token", Kind::Text, "The access or refresh token.")]).open(),
        Op::new(TAG, Method::GET, "/v3/connect/tokeninfo", "tokenInfo", "What a token says")
            .takes(&[query("access_token", Kind::Text, "An access token."), query("id_token", Kind::Text, "Or an id token.")])
            .one::<TokenInfo>().open(),
        Op::new(TAG, Method::POST, "/v3/connect/custom", "customAuth", "Make or renew a grant from a refresh token")
            .says("An address that has a grant keeps it and its id.")
            .body::<CustomAuth>().one::<Grant>().created(),
        Op::new(TAG, Method::POST, "/v3/providers/detect", "detectProvider", "Guess the provider of an address")
            .takes(&[needed("email", Kind::Text, "The address."), query("all_provider_types", Kind::Flag, "Taken, without effect.")])
            .one::<ProviderDetect>(),
    ]
}

fn grants() -> Vec<Op> {
    let op = |method, path, id, summary| Op::new("Grants", method, path, id, summary);
    let limit = query("limit", Kind::Number, "At most this many: 10 by default, 200 at most.");
    let change = |method, id| {
        op(method, "/v3/grants/{grant_id}", id, "Change a grant").takes(&[GRANT]).body::<GrantUpdate>().one::<Grant>()
    };
    vec![
        op(Method::GET, "/v3/grants", "listGrants", "List grants")
            .takes(&[
                limit,
                OFFSET,
                query("sort_by", Kind::Words(&["created_at", "updated_at"]), "`created_at` by default."),
                query("order_by", Kind::Words(&["asc", "desc"]), "`desc` by default."),
                query("since", Kind::Number, "Made at or after, Unix seconds."),
                query("before", Kind::Number, "Made at or before, Unix seconds."),
                query("email", Kind::Text, "Of this address."),
                query("grant_status", Kind::Words(&["valid", "invalid"]), "With this status."),
                query("provider", Kind::Text, "At this provider."),
                query("ip", Kind::Text, "Granted from this network address."),
            ])
            .offset::<Grant>(),
        op(Method::GET, "/v3/grants/{grant_id}", "getGrant", "Read a grant")
            .takes(&[GRANT, query("expose_aliases", Kind::Flag, "With the addresses it may send from as well.")])
            .one::<Grant>(),
        change(Method::PATCH, "updateGrant"),
        change(Method::PUT, "replaceGrant"),
        op(Method::DELETE, "/v3/grants/{grant_id}", "deleteGrant", "Remove a grant and its mirror").takes(&[GRANT]),
        op(Method::GET, "/v3/grants/{grant_id}/quota", "getGrantQuota", "How the provider's quotas of a mailbox stand")
            .says("An addition to the contract, for operators: what is used of each allowance, what the provider closed and until when, what waits, and what was asked of the provider minute by minute, ready to be drawn. Asks no provider.")
            .takes(&[GRANT, HOURS])
            .one::<Quota>(),
    ]
}

fn pushes() -> Vec<Op> {
    vec![
        Op::new("Pushes", Method::POST, "/v3/push/{provider}", "push", "Changes, pushed by a provider")
            .says(
                "For providers alone. `google`: Cloud Pub/Sub, with the token of the configuration. `microsoft`: Graph's \
                 change and lifecycle notifications, proven by the `clientState` of their subscription; a \
                 `validationToken` is given back as plain text with 200. What is unknown or unproven is taken and passed \
                 over.",
            )
            .takes(&[
                path("provider", "`google` or `microsoft`."),
                query("token", Kind::Text, "google: the token of the configuration."),
                query("validationToken", Kind::Text, "microsoft: asks whether anybody listens."),
            ])
            .accepted()
            .open()
            .fails(&[401, 404]),
    ]
}
