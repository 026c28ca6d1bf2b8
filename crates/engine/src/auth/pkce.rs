//! PKCE (RFC 7636), with the forms the contract's SDKs send (nylas-v3.md 1.1).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use model::Fault;

use crate::digest::{same, sha256};
use crate::{Result, random};

/// Characters of challenge and verifier at most. The RFC's verifiers have 43 to 128; the SDKs' are shorter (a UUID).
const MOST: usize = 256;

/// Checks a challenge when it is presented, so that a wrong one fails early.
pub(super) fn check(challenge: &str, method: &str) -> Result<()> {
    if !method.eq_ignore_ascii_case("s256") && !method.eq_ignore_ascii_case("plain") {
        return Err(Fault::invalid("code_challenge_method", "`code_challenge_method` must be `S256` or `plain`."));
    }
    if !(1..=MOST).contains(&challenge.len()) || !challenge.bytes().all(|c| c.is_ascii_graphic()) {
        return Err(Fault::invalid(
            "code_challenge",
            format!("`code_challenge` must have 1 to {MOST} ASCII characters."),
        ));
    }
    Ok(())
}

/// Whether a verifier answers a challenge: with `plain` by being it, with `S256` by its SHA-256 in base64url as the RFC
/// has it, in hexadecimal digits, or in base64 of those digits, padded or not.
pub(super) fn answers(verifier: &str, challenge: &str, method: &str) -> bool {
    if verifier.is_empty() || verifier.len() > MOST {
        return false;
    }
    if method.eq_ignore_ascii_case("plain") {
        return same(verifier.as_bytes(), challenge.as_bytes());
    }
    let digest = sha256(verifier.as_bytes());
    let digits = hex::encode(digest);
    let forms = [
        URL_SAFE_NO_PAD.encode(digest),
        STANDARD_NO_PAD.encode(digest),
        URL_SAFE_NO_PAD.encode(&digits),
        STANDARD_NO_PAD.encode(&digits),
        digits.to_uppercase(),
        digits,
    ];
    let challenge = challenge.trim_end_matches('=').as_bytes();
    // All are compared, so that the time tells nothing about which.
    forms.iter().fold(false, |any, form| any | same(form.as_bytes(), challenge))
}

/// A verifier of our own towards a provider, and its S256 challenge.
pub(super) fn pair() -> (String, String) {
    let verifier = random::token();
    let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
    (verifier, challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const DIGITS: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";

    #[test]
    fn every_form_of_a_challenge_is_answered_by_its_verifier() {
        let of_digits = "MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw";
        let padded = format!("{of_digits}==");
        for (challenge, method) in [
            (CHALLENGE, "S256"),
            (CHALLENGE, "s256"),
            (&format!("{CHALLENGE}="), "S256"),
            (&CHALLENGE.replace('-', "+").replace('_', "/"), "S256"),
            (of_digits, "s256"),
            (&padded, "s256"),
            (DIGITS, "S256"),
            (&DIGITS.to_uppercase(), "S256"),
            (VERIFIER, "plain"),
            (VERIFIER, "PLAIN"),
        ] {
            check(challenge, method).unwrap();
            assert!(answers(VERIFIER, challenge, method), "{challenge} by {method}");
            assert!(!answers("another", challenge, method), "{challenge} by {method}");
            assert!(!answers("", challenge, method));
        }
    }

    #[test]
    fn a_digest_is_no_plain_challenge_and_a_verifier_no_s256_one() {
        assert!(!answers(VERIFIER, CHALLENGE, "plain"));
        assert!(!answers(VERIFIER, VERIFIER, "S256"));
    }

    #[test]
    fn challenges_are_checked_early() {
        assert_eq!(check("x", "md5").unwrap_err().field.as_deref(), Some("code_challenge_method"));
        for bad in ["", "a b", "ä", &"x".repeat(257)] {
            assert_eq!(check(bad, "plain").unwrap_err().field.as_deref(), Some("code_challenge"));
        }
    }

    #[test]
    fn our_own_pairs_answer_themselves() {
        let (verifier, challenge) = pair();
        assert!(verifier.len() >= 43 && answers(&verifier, &challenge, "S256"));
    }
}
