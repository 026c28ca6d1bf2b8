//! EWS answers: response codes, SOAP faults, and the pages of the web server in front.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::{Fault, Provider, Scope, Timestamp};
use serde_json::json;

use super::{by_name, response_code, soap};
use crate::ruling::{Finding, PhraseRow, PhraseTable, Ruling, is};
use crate::wire::{Excerpt, WireAnswer, words};
use crate::{status, transport};

/// An EWS answer. Codes that are known already (from a parsed response message) are taken before the body's.
#[derive(Clone, Copy, Debug)]
pub struct EwsAnswer<'a> {
    /// The HTTP answer.
    pub answer: WireAnswer<'a>,
    /// The response code, when the caller has read it.
    pub code: Option<&'a str>,
}

/// Classifies an answer that holds an error.
pub fn classify(ews: &EwsAnswer<'_>) -> Fault {
    let raw = ews.answer.bounded();
    let body = String::from_utf8_lossy(raw);
    let code = best_code(ews, &body);
    let ruling = decide(&ews.answer, code, &body);
    let error = code.map(|code| json!({ "code": code, "message": message(&body) }));
    let wait = wait(&ews.answer, &body);
    Finding { ruling, wait, provider: Provider::Ews, code: code.map(str::to_owned), error, raw }.into_fault()
}

/// A stated back-off holds for the whole mailbox; of two statements the later counts.
fn wait(answer: &WireAnswer<'_>, body: &str) -> Option<Timestamp> {
    soap::back_off(body, answer.now).max(answer.wait())
}

fn message(body: &str) -> &str {
    let texts = ["MessageText", "faultstring"];
    texts.iter().find_map(|name| soap::element(body, name)).unwrap_or("")
}

fn decide(answer: &WireAnswer<'_>, code: Option<&str>, body: &str) -> Ruling {
    if let Some(ruling) = code.and_then(|code| by_code(code, body)) {
        return ruling;
    }
    let excerpt = Excerpt::of_str(body);
    let worded = if code.is_none() { texts().find(&excerpt.low) } else { None };
    worded.or_else(|| front_end(answer)).or_else(|| transport::fault::by_text(&excerpt.low)).unwrap_or(is(Unknown))
}

/// The most telling code: a wrapper like `ErrorInternalServerError` gives way to what it wraps.
fn best_code<'a>(ews: &EwsAnswer<'a>, body: &'a str) -> Option<&'a str> {
    let listed = |code: &&str| !is_wrapper(code) && response_code(code).is_some();
    let stated = ews.code.filter(|code| soap::is_failure(code));
    if stated.as_ref().is_some_and(listed) {
        return stated;
    }
    let codes: Vec<&str> = stated.into_iter().chain(soap::codes(body)).collect();
    let telling = codes.iter().copied().find(listed);
    let named = || words(body, 400).find(|word| word.starts_with("Error") && response_code(word).is_some());
    telling.or(codes.first().copied()).or_else(named)
}

fn is_wrapper(code: &str) -> bool {
    ["ErrorInternalServerError", "ErrorBatchProcessingStopped", "Client", "Server"].contains(&code)
}

fn by_code(code: &str, body: &str) -> Option<Ruling> {
    let ruling = response_code(code).or_else(|| by_name(code))?;
    // `ExceptionFieldURI` names the property at fault.
    let about_attachment = ruling.kind == InvalidRequest && body.contains("FieldURI=\"attachment:");
    Some(if about_attachment { is(AttachmentInvalid) } else { ruling })
}

/// Answers of the web server and the proxy in front of EWS, which know no response codes.
fn front_end(answer: &WireAnswer<'_>) -> Option<Ruling> {
    let redirected = answer.header("location").is_some_and(|to| to.contains("genericerrorpage"));
    if redirected {
        return Some(is(TransientBackend));
    }
    match answer.status? {
        // EWS under load also answers 401: one refused token is no reason to send a person away.
        401 => Some(is(Unauthenticated)),
        // Blocked account and expired password, as in ActiveSync (MS-ASHTTP 2.2.2.1.1).
        456 => Some(is(MailboxUnavailable).on(Scope::Account)),
        457 => Some(is(ReauthRequired)),
        // Requests that wait in the web server's queue under throttling ("EWS throttling in Exchange").
        503 if answer.wait().is_some() => Some(is(AccountThrottled)),
        other => status::ruling(other),
    }
}

fn texts() -> &'static PhraseTable {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    &TABLE
}

/// Wording of EWS where no response code is given.
const ROWS: &[PhraseRow] = &[
    // ASP.NET's page when the application pool restarts.
    (&["server error in '/ews' application"], is(TransientBackend)),
    // Windows logon failure 1909 as EWS prints it.
    (&["account is currently locked out"], is(ReauthRequired)),
    // EwsApplicationAccessPolicy refusal (learn.microsoft.com, "control access to EWS").
    (&["ews", "not enabled for"], is(DomainPolicy)),
    (&["access to ews", "blocked"], is(DomainPolicy)),
    // ErrorServerBusy's sentence, as clients print it without the code (EWS throttling).
    (&["server cannot service this request right now"], is(AccountThrottled)),
    (&["too many concurrent connections"], is(ConcurrencyLimited)),
    // Quarantine mail and page of Exchange ActiveSync and EWS device rules (ABQ list).
    (&["quarantin"], is(QuarantinedDevice)),
];

#[cfg(test)]
mod tests {
    use model::Verdict;

    use super::*;

    fn fault(status: u16, headers: &[(&str, &str)], body: &str) -> Fault {
        let answer = WireAnswer {
            status: Some(status),
            headers,
            body: body.as_bytes(),
            operation: None,
            now: Timestamp::UNIX_EPOCH,
        };
        classify(&EwsAnswer { answer, code: None })
    }

    #[test]
    fn an_inner_busy_is_a_throttle_even_in_a_200() {
        let body = r#"<m:ResponseCode>ErrorInternalServerError</m:ResponseCode><m:MessageXml>
            <t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value>
            <t:Value Name="BackOffMilliseconds">2000</t:Value></m:MessageXml>"#;
        let fault = fault(200, &[], body);
        assert_eq!(fault.kind, AccountThrottled);
        assert_eq!(fault.verdict, Verdict::At(Timestamp::from_second(2).unwrap()));
        assert_eq!(fault.provider_code.as_deref(), Some("ErrorServerBusy"));
    }

    #[test]
    fn one_401_does_not_end_a_grant() {
        assert_eq!(fault(401, &[], "").verdict, Verdict::AfterRefresh);
    }

    #[test]
    fn a_queued_503_with_an_instant_is_a_throttle() {
        assert_eq!(fault(503, &[("Retry-After", "5")], "<html>").kind, AccountThrottled);
        assert_eq!(fault(503, &[], "").kind, TransientBackend);
    }

    #[test]
    fn an_unlisted_code_is_read_by_its_name() {
        let fault = fault(200, &[], "<m:ResponseCode>ErrorPeopleConnectionNotFound</m:ResponseCode>");
        assert_eq!(fault.kind, NotFound);
    }
}
