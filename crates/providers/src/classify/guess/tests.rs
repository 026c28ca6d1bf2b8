use super::*;
use crate::signals;

fn first(body: &str) -> Option<Protocol> {
    guess(&Observation { body: body.as_bytes(), ..Observation::default() }).first().map(|guess| guess.protocol)
}

fn sure(body: &str) -> bool {
    Guess::is_sure(&guess(&Observation { body: body.as_bytes(), ..Observation::default() }))
}

#[test]
fn what_people_paste_is_recognised() {
    for (pasted, protocol) in [
        (r#"{"error":{"code":403,"errors":[{"reason":"rateLimitExceeded"}],"message":"x"}}"#, Protocol::GmailRest),
        ("<HttpError 403 when requesting https://gmail.googleapis.com/gmail/v1/users/me", Protocol::GmailRest),
        ("userRateLimitExceeded", Protocol::GmailRest),
        (
            r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
            Protocol::GoogleOauth,
        ),
        ("invalid_grant: Token has been expired or revoked.", Protocol::GoogleOauth),
        ("AADSTS50173: The provided grant has expired", Protocol::MicrosoftIdentity),
        (r#"{"error":"invalid_grant","error_codes":[50173]}"#, Protocol::MicrosoftIdentity),
        (r#"{"error":{"code":"ApplicationThrottled","message":"x","innerError":{}}}"#, Protocol::Graph),
        ("<s:Fault><e:ResponseCode>ErrorServerBusy</e:ResponseCode></s:Fault>", Protocol::Ews),
        ("ErrorServerBusy", Protocol::Ews),
        ("The server encountered an unknown error, the device SHOULD retry later.<85>", Protocol::Eas),
        ("a1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", Protocol::Imap),
        ("* BYE Session expired, please login again.", Protocol::Imap),
        ("OVERQUOTA", Protocol::Imap),
        ("550-5.1.1 The email account that you tried to reach does not exist.", Protocol::Smtp),
        ("5.4.5", Protocol::Smtp),
        ("SMTPDataError: (554, b'5.2.0 STOREDRV.Submission')", Protocol::Smtp),
    ] {
        assert_eq!(first(pasted), Some(protocol), "{pasted}");
    }
}

#[test]
fn what_two_sides_say_alike_is_left_open() {
    assert!(!sure("ErrorServerBusy"));
    assert!(!sure("invalid_grant"));
    assert!(!sure("something went wrong"));
    assert!(sure("AADSTS50173"));
    assert!(sure("550 5.1.1 no such user"));
}

#[test]
fn a_header_field_can_tell() {
    let headers = [("X-MS-ASThrottle", "CommandFrequency")];
    let seen = Observation { headers: &headers, ..Observation::default() };
    assert_eq!(guess(&seen)[0].protocol, Protocol::Eas);
}

#[test]
fn addresses_and_versions_are_no_enhanced_codes() {
    assert_eq!(first("from 5.1.1.1 with version 4.16.55.1"), None);
}

/// The lines of the catalogue are guessed as what they are, with few exceptions that two sides say alike.
#[test]
fn the_lines_of_the_catalogue_are_recognised() {
    for signal in signals::all().iter().filter(|signal| ["IMAP", "SMTP"].contains(&signal.speaker)) {
        let guessed = first(&signal.says).map(Protocol::in_words);
        assert_eq!(guessed, Some(signal.speaker), "{}", signal.says);
    }
}
