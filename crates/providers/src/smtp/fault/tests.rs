use model::{FaultKind, Scope, Verdict};

use super::*;

fn fault(text: &str) -> Fault {
    classify(&SmtpReply { code: None, text: text.as_bytes(), operation: Some("send"), now: Timestamp::UNIX_EPOCH })
}

fn kind(text: &str) -> FaultKind {
    fault(text).kind
}

#[test]
fn the_first_digit_decides_between_later_and_never() {
    assert_eq!(fault("452 4.2.2 over quota").verdict, Verdict::Backoff);
    assert_eq!(fault("552 5.2.2 over quota").verdict, Verdict::Never);
    assert_eq!(fault("450 4.1.1 unverified").verdict, Verdict::Backoff);
}

#[test]
fn too_many_recipients_have_to_be_split_even_with_a_4() {
    assert_eq!(fault("452 4.5.3 Too many recipients").verdict, Verdict::Never);
}

#[test]
fn unlisted_details_fall_back_to_their_subject() {
    assert_eq!(kind("550 5.1.99 x"), RecipientRejected);
    assert_eq!(kind("550 5.6.99 x"), MessageRejected);
    assert_eq!(kind("451 4.3.99 x"), TransientBackend);
    assert_eq!(kind("501 5.5.99 x"), InvalidRequest);
    assert_eq!(kind("451 4.7.99 x"), AccountThrottled);
}

#[test]
fn one_number_two_owners() {
    assert_eq!(kind("550 5.7.30 Basic authentication is not supported for Client Submission"), BasicAuthBlocked);
    assert_eq!(kind("550 5.7.30 This mail has been blocked because DKIM does not pass."), MessageRejected);
    assert_eq!(kind("550 5.4.5 Daily user sending limit exceeded."), SendingQuotaExceeded);
    assert_eq!(kind("421 4.4.5 Server busy, try again later."), TransientBackend);
}

#[test]
fn client_submission_switched_off_is_not_a_bad_password() {
    let off = fault("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.");
    assert_eq!((off.kind, off.scope, off.verdict), (BasicAuthBlocked, Scope::Tenant, Verdict::Never));
    let wrong = fault("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.");
    assert_eq!(wrong.verdict, Verdict::AfterRefresh);
}

#[test]
fn bare_codes_mean_what_the_rfc_says() {
    assert_eq!(kind("550 no"), RecipientRejected);
    assert_eq!(kind("421 bye"), TransientBackend);
    assert_eq!(kind("hello"), Unknown);
}

#[test]
fn the_error_object_is_bounded() {
    let fault = fault(&"550 5.1.1 \u{7} long ".repeat(9000));
    let message = fault.provider_error.unwrap()["message"].as_str().unwrap().to_owned();
    assert!(message.chars().count() <= 500 && !message.contains('\u{7}'));
}
