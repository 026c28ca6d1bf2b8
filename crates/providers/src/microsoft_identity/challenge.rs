//! Claims challenges: what the platform wants to be asked for before it gives out tokens again (OpenID Connect Core 5.5;
//! continuous access evaluation, facts 3 and 4.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// Bytes of a challenge at most; real ones are under 500. It goes into a URL.
const MOST: usize = 2048;

/// Whether it is one: a JSON object of bearable size.
pub(crate) fn is_one(claims: &str) -> bool {
    claims.len() <= MOST && serde_json::from_str::<Value>(claims).is_ok_and(|claims| claims.is_object())
}

/// The challenge in a `WWW-Authenticate` header: `error="insufficient_claims", claims="<base64>"`.
pub(crate) fn in_header(header: &str) -> Option<String> {
    let (_, rest) = header.split_once("insufficient_claims")?;
    let (_, rest) = rest.split_once("claims=\"").or_else(|| header.split_once("claims=\""))?;
    let (encoded, _) = rest.split_once('"')?;
    // Microsoft uses both alphabets.
    let encoded = encoded.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let text = String::from_utf8(STANDARD_NO_PAD.decode(encoded).ok()?).ok()?;
    is_one(&text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_found_in_the_header() {
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        for encoded in [STANDARD_NO_PAD.encode(claims), format!("{}=", STANDARD_NO_PAD.encode(claims))] {
            let header = format!(
                "Bearer realm=\"\", authorization_uri=\"https://x.test/common/oauth2/authorize\", error=\"insufficient_claims\", claims=\"{encoded}\""
            );
            assert_eq!(in_header(&header).as_deref(), Some(claims));
        }
    }

    #[test]
    fn what_is_none_is_not_sent_on() {
        for header in [
            "Bearer realm=\"\"",
            "Bearer error=\"insufficient_claims\"",
            "Bearer error=\"insufficient_claims\", claims=\"!!\"",
            "Bearer error=\"insufficient_claims\", claims=\"W10\"",
            "Bearer error=\"invalid_token\", claims=\"e30\"",
        ] {
            assert_eq!(in_header(header), None, "{header}");
        }
        assert!(is_one("{}") && !is_one("[]") && !is_one(&format!("{{\"a\":\"{}\"}}", "x".repeat(MOST))));
    }
}
