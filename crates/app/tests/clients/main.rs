//! What a mailbox client promises, over every provider from one body: each test runs against Google's sandbox and against
//! Microsoft's.

mod following;
mod road;
mod stage;
mod writing;

/// One test per provider from one body.
macro_rules! over_all {
    ($($body:ident),+ $(,)?) => {
        $(
            mod $body {
                #[tokio::test(flavor = "multi_thread")]
                async fn google() {
                    super::$body(crate::stage::Stage::google().await).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn microsoft() {
                    super::$body(crate::stage::Stage::microsoft().await).await;
                }
            }
        )+
    };
}
pub(crate) use over_all;
