//! Faults of credentials and consent.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const UNAUTHENTICATED: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Nobody,
    meaning: "The provider rejected the access token or credential that came with the request. That alone does not say \
        that the grant is dead: access tokens expire every hour, and providers refuse good ones under load.",
    cause: "The credential that came with the request was rejected.",
    remedy: "Check the credential; Postroad refreshes expired provider tokens by itself.",
    by_itself: "Postroad buys a new access token, once for all callers that wait, and repeats the request once. Only if \
        the provider then says that the refresh token is dead does the fault become `reauth_required`.",
    steps: &[
        "If it lasts, send the person through hosted authentication again.",
        "At the token endpoint it is about the code or token you sent: it was used already, has expired, or \
          belongs to another client.",
    ],
};

pub(in crate::fault) const REAUTH_REQUIRED: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Person,
    meaning: "The stored permission is over: the person revoked it, changed the password, was asked for another \
        factor, or the refresh token expired unused. No retry helps; the person has to sign in once more.",
    cause: "The provider no longer accepts the stored credential: it was revoked, expired or the password changed.",
    remedy: "Send the person through hosted authentication again; the grant keeps its id.",
    by_itself: "The grant becomes `invalid`, webhooks hear `grant.expired`, and sync stops. Until the person is back, \
        requests that need the provider get this answer without the provider being asked; what is mirrored can \
        still be read.",
    steps: &[
        "Start again at `GET /v3/connect/auth` with the same address: grant id, mirror and webhooks stay.",
        "A Google project in testing state gives refresh tokens that last seven days; publish it.",
        "At `POST /v3/connect/custom` it means that the refresh token you brought is revoked, expired or of \
          another client.",
    ],
};

pub(in crate::fault) const INSUFFICIENT_SCOPE: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Person,
    meaning: "The person did sign in, but did not consent to what this operation needs, or the application never asked \
        for it.",
    cause: "The person did not grant a scope that this operation needs.",
    remedy: "Ask for the scope in hosted authentication and let the person consent again.",
    by_itself: "The grant stays valid for everything its scopes allow.",
    steps: &["The scopes a grant has are in its `scope` field; those asked for are the connector's, or the \
          `scope` parameter of `/v3/connect/auth`."],
};

pub(in crate::fault) const BASIC_AUTH_BLOCKED: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Person,
    meaning: "The provider does not let passwords in for this account: the organisation or the provider has switched \
        basic authentication off (\"does not allow direct password entry\"). The password may well be right.",
    cause: "The provider does not accept passwords for this account.",
    remedy: "Authenticate with OAuth instead.",
    by_itself: "The grant becomes `invalid` where another sign-in can help; the password is not tried again, because \
        repeated tries lock accounts.",
    steps: &[
        "Connect the account through the OAuth connector of its provider; for Microsoft that takes an \
          application registration in Azure.",
        "Where an administrator switched authenticated SMTP off for the tenant, only the administrator can \
          switch it on.",
    ],
};

pub(in crate::fault) const API_KEY_INVALID: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Caller,
    meaning: "This installation does not accept the API key or access token of the request. It has nothing to do with \
        the mailbox or its provider.",
    cause: "The API key or access token is missing, unknown, expired or revoked.",
    remedy: "Send `Authorization: Bearer <API key>`, or HTTP Basic with the key as user name and an empty password.",
    by_itself: "Nothing; the provider is not asked.",
    steps: &[
        "For HTTP Basic, encode the key and a colon: `echo -n \"<API key>:\" | base64`, then send \
          `Authorization: Basic <result>`.",
        "Make a key with `postroad admin key create`.",
    ],
};

pub(in crate::fault) const WRONG_ACCOUNT: Entry = Entry {
    group: Group::Credentials,
    actor: Actor::Person,
    meaning: "Authenticating again has to lead to the same account. The provider answered with another address than \
        the grant's: the person picked another account, was signed in with one, or used an alias.",
    cause: "The person signed in with another account than the grant's.",
    remedy: "Sign in with the account the grant was made for; the old grant is unharmed.",
    by_itself: "Postroad refuses the sign-in and keeps the old grant and its credential as they are. Accounts are \
        compared by the provider's immutable id where one is known, so a renamed account is still the same.",
    steps: &[
        "Let the person sign out of all other accounts of the provider, or use a private window.",
        "An alias does not count: sign in with the account's main address.",
    ],
};
