//! What providers say in the field, in the words of their documentation and of reports, and what each of it is.
//!
//! One row a saying: the answer, the kind, the retry decision, the scope. The tables are ours; where a rule fails a
//! row, the rule is mended, not the row.

mod exchange;
mod google;
mod graph;
mod identity;
mod imap;
mod network;
mod smtp_hosts;
mod smtp_microsoft;
mod smtp_servers;

use model::{FaultKind, Scope};
use providers::classify::{Observation, Protocol, classify, retry_word};

/// What a row expects.
type Expected = (FaultKind, &'static str, Scope);

/// Compares every row with what the classifier says, and names all that differ at once.
fn check<'r>(protocol: Protocol, rows: impl IntoIterator<Item = (String, Observation<'r>, Expected)>) {
    let (mut seen_rows, mut wrong) = (0, Vec::new());
    for (text, seen, (kind, retry, scope)) in rows {
        seen_rows += 1;
        let fault = classify(protocol, &seen);
        let given = (fault.kind, retry_word(&fault, &seen), fault.scope);
        if given != (kind, retry.to_owned(), scope) {
            wrong.push(format!(
                "{text}\n    is {} {retry} {}, but was called {} {} {}",
                kind.as_str(),
                scope.as_str(),
                given.0.as_str(),
                given.1,
                given.2.as_str()
            ));
        }
    }
    assert!(seen_rows > 0);
    assert!(wrong.is_empty(), "{} of {seen_rows} rows:\n{}", wrong.len(), wrong.join("\n"));
}

/// Replies of SMTP servers.
fn check_smtp(rows: &[(&'static str, FaultKind, &'static str, Scope)]) {
    let row = |&(text, kind, retry, scope): &(&'static str, FaultKind, &'static str, Scope)| {
        let seen = Observation { body: text.as_bytes(), operation: Some("send"), ..Observation::default() };
        (text.to_owned(), seen, (kind, retry, scope))
    };
    check(Protocol::Smtp, rows.iter().map(row));
}

/// An answer over HTTP: status, operation, body.
fn http<'r>(status: u16, operation: &'r str, body: &'r str) -> Observation<'r> {
    let http_status = (status > 0).then_some(status);
    Observation { http_status, body: body.as_bytes(), operation: Some(operation), ..Observation::default() }
}
