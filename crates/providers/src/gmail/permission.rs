//! Which of Gmail's scopes allow what (the scopes that the discovery document names for each method).

use crate::SendStyle;
use crate::permission::Words;

const FULL: &str = "https://mail.google.com/";
const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";
const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
const READONLY: &str = "https://www.googleapis.com/auth/gmail.readonly";
const METADATA: &str = "https://www.googleapis.com/auth/gmail.metadata";
const SEND: &str = "https://www.googleapis.com/auth/gmail.send";

const WORDS: Words = Words {
    drafts: &[FULL, MODIFY, COMPOSE],
    read: &[FULL, MODIFY, READONLY],
    heads: &[FULL, MODIFY, READONLY, METADATA],
    others: &[SEND],
};

/// Whether a mirror can be made.
pub(crate) fn may_read(scopes: &[String]) -> bool {
    WORDS.may_read(scopes)
}

/// How mail is sent with these scopes.
pub(super) fn send_style(scopes: &[String]) -> SendStyle {
    WORDS.send_style(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_of_scopes_has_its_surest_way() {
        use SendStyle::*;
        let cases: [(&[&str], SendStyle, bool); 6] = [
            (&[FULL], DraftThenSend, true),
            (&[COMPOSE, "openid"], DraftThenSend, false),
            (&[SEND, READONLY], SendThenLook, true),
            (&[SEND, METADATA], SendThenLook, false),
            (&[SEND, "openid"], Blind, false),
            (&["mail"], DraftThenSend, true),
        ];
        for (scopes, style, reads) in cases {
            let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            assert_eq!((send_style(&scopes), may_read(&scopes)), (style, reads), "{scopes:?}");
        }
    }
}
