//! What Postroad refuses by itself: no provider is asked.

use model::FaultKind::*;

use super::row::*;

pub fn rows() -> Vec<Row> {
    let ours = |name, of, call| row(name, of, call, Before::Nothing);
    let malformed = refused(400, "api.invalid_request_payload", InvalidRequest).field("body").words(&["JSON"]);
    let parameter = refused(400, "invalid_request_error", InvalidRequest).field("limit").words(&["limit"]);
    let uri = refused(400, "invalid_request_error", RedirectUriInvalid).field("url").words(&["HTTPS or localhost"]);
    let key = refused(401, "unauthorized", ApiKeyInvalid).words(&["Authorization", "Bearer"]);
    let secret = refused(401, "invalid_client", ApiKeyInvalid);
    let sender = refused(422, "provider_error", SenderNotAllowed).field("from").words(&["alias"]);
    vec![
        ours("malformed_json", "malformed JSON", Call::Malformed).is(malformed),
        ours("bad_parameter", "malformed parameter", Call::BadSearch).is(parameter),
        ours(
            "http_redirect_uri",
            "redirect URI neither https nor localhost http",
            Call::RedirectUri("http://app.example/cb"),
        )
        .is(uri),
        ours("wrong_key", "our credentials", Call::Stranger).is(key),
        ours("wrong_secret", "our credentials", Call::Exchange).is(secret),
        ours("own_limit", "Postroad's own limit", Call::Flood).is(refused(
            429,
            "nylas_rate_limit_exceeded",
            ApiRateLimited,
        )
        .scope("app")
        .after(1, 60)),
        ours("other_sender", "sender differs from the grant", Call::SendAs("somebody@else.example")).is(sender),
    ]
}
