//! The whole road, in one process: sandbox, sync, mirror, API, webhooks, over real HTTP on loopback.

mod bounced;
mod braked;
mod filing;
mod harness;
mod mirror;
mod outbox;
mod provider;
mod pushed;
mod racing;
#[path = "../errors/stage/receiver.rs"]
mod receiver;
mod sending;
mod shared_mail;
mod tracking;

/// One test per provider from one body.
macro_rules! over_all {
    ($($body:ident),+ $(,)?) => {
        $(
            mod $body {
                #[tokio::test(flavor = "multi_thread")]
                async fn google() {
                    super::$body(crate::harness::Road::at(model::Provider::Google).await).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn microsoft() {
                    super::$body(crate::harness::Road::at(model::Provider::Microsoft).await).await;
                }
            }
        )+
    };
}
pub(crate) use over_all;
