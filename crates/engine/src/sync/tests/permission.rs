//! Mailboxes that their owners let nobody read.

use model::FaultKind;
use model::sync::SyncPhase;

use crate::testing::Bench;

/// Google's scope for sending alone, and for all of mail.
const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
const FULL: &str = "https://mail.google.com/";

async fn granted(bench: &Bench, scope: &str) {
    bench.world.state().scopes = ["openid", "email", "profile", scope].map(str::to_owned).to_vec();
    bench.regrant().await;
}

#[tokio::test]
async fn what_may_not_be_read_is_left_alone_until_it_may() {
    let bench = Bench::with(3).await;
    granted(&bench, SEND).await;
    let asked = bench.world.state().calls.len();
    let state = bench.sync().await;
    assert_eq!((state.phase, state.failures), (SyncPhase::New, 0), "nothing failed");
    assert!(state.next_at > bench.in_seconds(23 * 3600), "and nothing is tried again and again");
    assert_eq!(bench.world.state().calls.len(), asked, "the provider was not asked");
    let fault = crate::readable(&bench.grant().await).unwrap_err();
    assert_eq!(fault.kind, FaultKind::InsufficientScope);
    assert!(fault.message.contains("authenticate again"), "{}", fault.message);
    granted(&bench, FULL).await;
    assert!(bench.state().await.next_at <= bench.clock_now(), "another permission begins it at once");
    bench.sync().await;
    bench.assert_equal().await;
}
