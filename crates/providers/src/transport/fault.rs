//! Classifies failures in which no provider answered: DNS, connecting, TLS, timeouts, cut connections.

use std::sync::LazyLock;

use model::FaultKind::*;
use model::{Fault, FaultKind, Provider, Verdict};

use crate::operation;
use crate::ruling::{Finding, PhraseRow, PhraseTable, Ruling, is};

/// How the way to the provider failed, whatever library noticed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Failure {
    /// The name does not exist.
    NameNotFound,
    /// The resolver did not answer.
    NameUnresolved,
    /// Nobody listens there.
    Refused,
    /// No way there.
    Unreachable,
    /// The connection was not made in time.
    ConnectTimeout,
    /// The certificate is expired, for another name, or of an unknown authority.
    Certificate,
    /// TLS could not be agreed on.
    Tls,
    /// The request went out, no answer came in time.
    AnswerTimeout,
    /// The connection was cut.
    Reset,
    /// The connection was closed before the answer was complete.
    Closed,
    /// What came is not the protocol.
    Garbled,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Failure; 11] = [
        Failure::NameNotFound,
        Failure::NameUnresolved,
        Failure::Refused,
        Failure::Unreachable,
        Failure::ConnectTimeout,
        Failure::Certificate,
        Failure::Tls,
        Failure::AnswerTimeout,
        Failure::Reset,
        Failure::Closed,
        Failure::Garbled,
    ];

    /// The name in logs and in `provider_code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Failure::NameNotFound => "name_not_found",
            Failure::NameUnresolved => "name_unresolved",
            Failure::Refused => "connection_refused",
            Failure::Unreachable => "unreachable",
            Failure::ConnectTimeout => "connect_timeout",
            Failure::Certificate => "certificate",
            Failure::Tls => "tls",
            Failure::AnswerTimeout => "answer_timeout",
            Failure::Reset => "connection_reset",
            Failure::Closed => "connection_closed",
            Failure::Garbled => "garbled_answer",
        }
    }

    /// Whether the provider may have acted on the request all the same.
    pub fn may_have_arrived(self) -> bool {
        matches!(self, Failure::AnswerTimeout | Failure::Reset | Failure::Closed | Failure::Garbled)
    }

    fn kind(self) -> FaultKind {
        match self {
            Failure::AnswerTimeout => GatewayTimeout,
            Failure::Garbled => TransientBackend,
            _ => Network,
        }
    }
}

/// Classifies a failure on the way; `detail` goes to the log only.
pub fn classify(failure: Failure, provider: Provider, operation: Option<&str>, detail: &str) -> Fault {
    let code = Some(failure.as_str().to_owned());
    let finding =
        Finding { ruling: is(failure.kind()), wait: None, provider, code, error: None, raw: detail.as_bytes() };
    let fault = finding.into_fault();
    if failure.may_have_arrived() && operation::sends(operation) {
        fault.with_verdict(Verdict::LookFirst)
    } else {
        fault
    }
}

/// What a printed network failure means, where a classifier is given a log line instead of an answer.
pub(crate) fn by_text(low: &str) -> Option<Ruling> {
    static TABLE: LazyLock<PhraseTable> = LazyLock::new(|| PhraseTable::new(ROWS));
    TABLE.find(low)
}

/// Wording of the libraries below the protocols; each row names whose.
const ROWS: &[PhraseRow] = &[
    // httplib2, curl, getaddrinfo.
    (&["unable to find the server"], is(Network)),
    (&["could not resolve"], is(Network)),
    (&["couldn't resolve"], is(Network)),
    (&["name or service not known"], is(Network)),
    (&["name resolution"], is(Network)),
    (&["getaddrinfo"], is(Network)),
    (&["enotfound"], is(Network)),
    (&["no such host"], is(Network)),
    (&["unknownhostexception"], is(Network)),
    (&["eai_again"], is(Network)),
    (&["dns error"], is(Network)),
    // errno texts of connect(2) and read(2).
    (&["connection refused"], is(Network)),
    (&["connection reset"], is(Network)),
    (&["econnre"], is(Network)),
    (&["connection aborted"], is(Network)),
    (&["broken pipe"], is(Network)),
    (&["network is unreachable"], is(Network)),
    (&["no route to host"], is(Network)),
    (&["socket closed"], is(Network)),
    // Node.js names the errno; Python and Node.js a peer that hung up.
    (&["ehostunreach"], is(Network)),
    (&["enetunreach"], is(Network)),
    (&["epipe"], is(Network)),
    (&["socket hang up"], is(Network)),
    (&["remote end closed connection"], is(Network)),
    (&["unexpected eof"], is(Network)),
    // OpenSSL, Go, rustls.
    (&["ssl", "error"], is(Network)),
    (&["certificate verify failed"], is(Network)),
    (&["x509:"], is(Network)),
    (&["certificate has expired"], is(Network)),
    (&["certificate in certificate chain"], is(Network)),
    (&["unable to get local issuer certificate"], is(Network)),
    (&["certificate's altnames"], is(Network)),
    (&["invalid peer certificate"], is(Network)),
    (&["pkix path"], is(Network)),
    (&["wrong version number"], is(Network)),
    (&["alert protocol version"], is(Network)),
    (&["fatal alert"], is(Network)),
    (&["tls handshake"], is(Network)),
    // Timeouts: of the connection first.
    (&["connection timed out"], is(Network)),
    (&["connect timed out"], is(Network)),
    (&["etimedout"], is(Network)),
    (&["i/o timeout"], is(GatewayTimeout)),
    (&["read timed out"], is(GatewayTimeout)),
    (&["deadline exceeded"], is(GatewayTimeout)),
    (&["gateway time"], is(GatewayTimeout)),
    (&["bad gateway"], is(TransientBackend)),
    (&["service unavailable"], is(TransientBackend)),
    (&["timed out"], is(GatewayTimeout)),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(failure: Failure, operation: &str) -> Verdict {
        classify(failure, Provider::Imap, Some(operation), "").verdict
    }

    #[test]
    fn only_what_may_have_arrived_is_looked_up() {
        assert_eq!(verdict(Failure::Refused, "messages.send"), Verdict::Backoff);
        assert_eq!(verdict(Failure::AnswerTimeout, "messages.send"), Verdict::LookFirst);
        assert_eq!(verdict(Failure::AnswerTimeout, "messages.list"), Verdict::Backoff);
    }

    #[test]
    fn every_failure_has_its_own_name() {
        let names: std::collections::HashSet<_> = Failure::ALL.iter().map(|failure| failure.as_str()).collect();
        assert_eq!(names.len(), Failure::ALL.len());
    }
}
