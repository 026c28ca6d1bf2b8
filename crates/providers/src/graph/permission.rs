//! Which of Graph's scopes allow what (facts 4.2; the permissions that each method's page names).

use crate::SendStyle;
use crate::permission::Words;

const WORDS: Words = Words {
    drafts: &["Mail.ReadWrite", "Mail.ReadWrite.Shared", "Mail-Advanced.ReadWrite", "Mail-Advanced.ReadWrite.Shared"],
    read: &[
        "Mail.Read",
        "Mail.Read.Shared",
        "Mail.ReadWrite",
        "Mail.ReadWrite.Shared",
        "Mail-Advanced.ReadWrite",
        "Mail-Advanced.ReadWrite.Shared",
    ],
    heads: &["Mail.Read", "Mail.Read.Shared"],
    // `ReadBasic` leaves out bodies and extended properties; whether header fields are among them is not documented.
    others: &["Mail.Send", "Mail.Send.Shared", "Mail.ReadBasic", "Mail.ReadBasic.Shared"],
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
            (&["Mail.ReadWrite", "Mail.Send"], DraftThenSend, true),
            (&["mail.readwrite"], DraftThenSend, true),
            (&["Mail.Read", "Mail.Send", "User.Read"], SendThenLook, true),
            (&["Mail.Send", "User.Read", "offline_access"], Blind, false),
            (&["Mail.ReadBasic", "Mail.Send"], Blind, false),
            (&["openid", "profile"], DraftThenSend, true),
        ];
        for (scopes, style, reads) in cases {
            let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            assert_eq!((send_style(&scopes), may_read(&scopes)), (style, reads), "{scopes:?}");
        }
    }
}
