//! Requests without a (whole) answer, as the HTTP library tells of them.

use model::{Fault, Provider};

use super::fault::{Failure, classify};

/// A request that got no (whole) answer.
pub(crate) fn lost(error: &reqwest::Error, provider: Provider, operation: &str) -> Fault {
    let failure = match () {
        () if error.is_connect() && error.is_timeout() => Failure::ConnectTimeout,
        // What could not be built did not leave either.
        () if error.is_connect() || error.is_builder() => Failure::Refused,
        () if error.is_timeout() => Failure::AnswerTimeout,
        () => Failure::Closed,
    };
    classify(failure, provider, Some(operation), &causes(error))
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
