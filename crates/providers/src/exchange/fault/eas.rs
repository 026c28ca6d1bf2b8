//! ActiveSync answers: the HTTP status, `X-MS-ASThrottle`, and the `Status` element of the (decoded) WBXML.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::{Fault, Provider, Scope};
use serde_json::json;

use super::{eas_status, soap};
use crate::ruling::{Advice, Finding, PhraseRow, PhraseTable, Ruling, is};
use crate::status as http;
use crate::transport;
use crate::wire::{Excerpt, WireAnswer, words};

/// Classifies an answer that holds an error; the body is decoded WBXML as XML, a log line, or the web server's page.
pub fn classify(answer: &WireAnswer<'_>) -> Fault {
    let excerpt = Excerpt::of(answer.bounded());
    let status = status_in(&excerpt.text);
    let ruling = throttled(answer)
        .or_else(|| status.and_then(|status| eas_status::ruling(status, answer.operation)))
        .or_else(|| texts().find(&excerpt.low))
        .or_else(|| answer.status.and_then(|code| by_http(code, answer)))
        .or_else(|| transport::fault::by_text(&excerpt.low))
        .unwrap_or(is(Unknown));
    let code = answer.header("x-ms-asthrottle").map(str::to_owned).or(status.map(|status| status.to_string()));
    let error = status.map(|status| json!({ "status": status }));
    Finding { ruling, wait: answer.wait(), provider: Provider::Ews, code, error, raw: answer.bounded() }.into_fault()
}

/// `X-MS-ASThrottle` (MS-ASHTTP 2.2.1.2.2): the server says that it brakes this device, and by which rule.
fn throttled(answer: &WireAnswer<'_>) -> Option<Ruling> {
    answer.header("x-ms-asthrottle").map(|_| is(AccountThrottled))
}

/// The first `Status` that is not success. In a log line also `Status: 142` and `status=142`.
fn status_in(text: &str) -> Option<u16> {
    let elements = ["Status"].iter().filter_map(|name| soap::element(text, name)).filter_map(|n| n.parse().ok());
    let mut spoken = words(text, 200).skip_while(|word| !word.eq_ignore_ascii_case("status"));
    let spoken = spoken.nth(1).and_then(|number| number.parse().ok());
    elements.chain(spoken).find(|status| *status > 1 && *status < 200)
}

/// HTTP statuses of ActiveSync (MS-ASHTTP 2.2.2.1.1).
fn by_http(code: u16, answer: &WireAnswer<'_>) -> Option<Ruling> {
    Some(match code {
        401 => is(Unauthenticated),
        403 => is(PermissionDenied).on(Scope::Account),
        // Provisioning first; the older form of status 142.
        449 => is(ConflictOrPrecondition).on(Scope::Account),
        // The mailbox moved; X-MS-Location says where to.
        451 => is(MailboxUnavailable).but(Advice::Backoff),
        456 => is(MailboxUnavailable).on(Scope::Account),
        457 => is(ReauthRequired),
        // "The device SHOULD retry later": braked when the server says when, otherwise simply busy.
        503 if answer.wait().is_some() => is(AccountThrottled),
        507 => is(MailboxFull),
        other => return http::ruling(other),
    })
}

fn texts() -> &'static PhraseTable {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    &TABLE
}

/// Wording of Exchange about devices, where neither a status nor a header tells.
const ROWS: &[PhraseRow] = &[
    // Allow/block/quarantine list (learn.microsoft.com, "device access rules"): the notice and the DeviceAccessState.
    (&["quarantin"], is(QuarantinedDevice)),
    (&["deviceaccessstate", "blocked"], is(QuarantinedDevice)),
    (&["device", "blocked", "activesync"], is(QuarantinedDevice)),
    // Autoblock names (Set-ActiveSyncDeviceAutoblockThreshold), as logs print them without the header's name.
    (&["x-ms-asthrottle"], is(AccountThrottled)),
    (&["commandfrequency"], is(AccountThrottled)),
    (&["recentcommands"], is(AccountThrottled)),
    // The 503 of older protocol versions, which the busy server sends where newer ones get status 111 (MS-ASCMD 2.2.2,
    // footnote); callers know it as a throttled account.
    (&["device should retry later"], is(AccountThrottled)),
    (&["retry later"], is(TransientBackend)),
];

#[cfg(test)]
mod tests {
    use model::{Timestamp, Verdict};

    use super::*;

    fn fault(status: u16, headers: &[(&str, &str)], body: &str) -> Fault {
        let operation = Some("FolderSync");
        classify(&WireAnswer {
            status: Some(status),
            headers,
            body: body.as_bytes(),
            operation,
            now: Timestamp::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_throttled_device_waits() {
        let braked = fault(503, &[("X-MS-ASThrottle", "CommandFrequency"), ("Retry-After", "600")], "");
        assert_eq!(braked.kind, AccountThrottled);
        assert_eq!(braked.verdict, Verdict::At(Timestamp::from_second(600).unwrap()));
        assert_eq!(fault(503, &[], "").kind, TransientBackend);
    }

    #[test]
    fn status_numbers_rule_over_the_200() {
        assert_eq!(fault(200, &[], "<FolderSync><Status>142</Status></FolderSync>").kind, ConflictOrPrecondition);
        assert_eq!(fault(200, &[], "<Status>111</Status>").verdict, Verdict::Backoff);
        assert_eq!(fault(200, &[], "<Status>9</Status>").kind, SyncStateExpired);
    }

    #[test]
    fn quarantine_needs_an_administrator() {
        let text = "Your phone is blocked from Exchange ActiveSync because it has been quarantined.";
        assert_eq!(fault(200, &[], text).verdict, Verdict::Never);
    }
}
