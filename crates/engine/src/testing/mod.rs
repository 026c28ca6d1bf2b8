//! A bench for tests: a real store in a temporary folder, a clock driven by hand, and a scripted provider.

mod bench;
mod mailbox;
mod platform;
mod world;

pub(crate) use bench::Bench;
pub(crate) use world::Stall;

use model::{Fault, FaultKind};

/// A failure that passes.
pub(crate) fn backend_error() -> Fault {
    Fault { raw: Some("503 Backend Error".into()), ..Fault::new(FaultKind::TransientBackend, "The provider failed.") }
}

/// A small message.
pub(crate) fn raw(subject: &str) -> String {
    format!(
        "From: Ada <ada@example.com>\r\nTo: me@example.com\r\nSubject: {subject}\r\n\
         Message-ID: <{subject}@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello from {subject}.\r\n"
    )
}
