//! Requests without a (whole) answer, as the HTTP library tells of them.

use std::io::ErrorKind;

use model::{Fault, Provider};

use super::fault::{Failure, classify};

/// A request that got no (whole) answer.
pub(crate) fn lost(error: &reqwest::Error, provider: Provider, operation: &str) -> Fault {
    let failure = match () {
        () if error.is_connect() && error.is_timeout() => Failure::ConnectTimeout,
        () if error.is_connect() => unconnected(error),
        // What could not be built did not leave either.
        () if error.is_builder() => Failure::Refused,
        () if error.is_timeout() => Failure::AnswerTimeout,
        () => Failure::Closed,
    };
    classify(failure, provider, Some(operation), &causes(error))
}

/// Why no connection came about. Nothing was sent then, whatever it is.
fn unconnected(error: &reqwest::Error) -> Failure {
    let causes = || std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let kinds = causes().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    let by_kind = kinds.filter_map(|kind| match kind {
        ErrorKind::ConnectionRefused => Some(Failure::Refused),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Some(Failure::Unreachable),
        ErrorKind::TimedOut => Some(Failure::ConnectTimeout),
        _ => None,
    });
    let told = causes().map(ToString::to_string).collect::<Vec<_>>().join(": ").to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
    match by_kind.into_iter().next() {
        Some(failure) => failure,
        // rustls: `invalid peer certificate: UnknownIssuer` and the like.
        None if says(&["certificate"]) => Failure::Certificate,
        // getaddrinfo(3): EAI_AGAIN, and what else it says of a name.
        None if says(&["temporary failure in name resolution"]) => Failure::NameUnresolved,
        None if says(&["dns error", "failed to lookup address"]) => Failure::NameNotFound,
        None if says(&["tls", "handshake", "alert", "eof", "corrupt message"]) => Failure::Tls,
        None => Failure::Unreachable,
    }
}

/// An error's causes, the URL left out: its query holds search terms and ids.
pub(crate) fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes.join(": ")
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    async fn code_of(url: &str) -> String {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let error = client.get(url).send().await.unwrap_err();
        let fault = lost(&error, Provider::Google, "messages.list");
        assert_eq!(fault.kind, model::FaultKind::Network, "{error:?}");
        fault.provider_code.unwrap()
    }

    #[tokio::test]
    async fn what_kept_a_connection_from_coming_about_is_named() {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(code_of(&format!("http://{nobody}/")).await, "connection_refused");
        assert!(code_of("http://no-such-name.invalid/").await.starts_with("name_"));
    }

    #[tokio::test]
    async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        };
        let url = format!("https://{address}/");
        let (code, ()) = tokio::join!(code_of(&url), answering);
        assert_eq!(code, "tls");
    }
}
