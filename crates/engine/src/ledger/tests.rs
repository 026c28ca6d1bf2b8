//! The ledger behind the gate, against a scripted provider.

use std::time::Duration;

use model::fault::{ConnectorFault, Origin, UnknownFault};
use model::grant::{Grant, GrantStatus};
use model::{Fault, FaultKind, Provider, Scope, Verdict};

use crate::Result;
use crate::connectors::ConnectorEdit;
use crate::gate::Class;
use crate::testing::Bench;

fn teapot(raw: &str) -> Fault {
    let origin = Origin { protocol: "gmail_rest", operation: "GET /labels".into(), status: Some(418) };
    Fault {
        provider: Some(Provider::Google),
        raw: Some(raw.into()),
        verdict: Verdict::Never,
        ..Fault::new(FaultKind::Unknown, "Google: not recognised").answering(origin)
    }
}

fn misconfigured() -> Fault {
    Fault { provider: Some(Provider::Google), ..Fault::new(FaultKind::OauthClientMisconfigured, "no") }
}

async fn read_as(bench: &Bench, grant: &Grant) -> Result<usize> {
    let gate = &bench.engine.inner.gate;
    gate.call(grant, Class::Interactive, |mailbox| async move { Ok(mailbox.folders().await?.len()) }).await
}

async fn fails(bench: &Bench, fault: Fault) {
    bench.world.fail("folders", fault);
    read_as(bench, &bench.grant().await).await.unwrap_err();
}

async fn works(bench: &Bench) {
    read_as(bench, &bench.grant().await).await.unwrap();
}

async fn write(bench: &Bench) {
    bench.engine.inner.ledger.write(bench.engine.inner.store()).await;
}

async fn unknown(bench: &Bench) -> Vec<UnknownFault> {
    bench.engine.reads().unknown_faults(bench.application).await.unwrap()
}

async fn ails(bench: &Bench) -> Option<ConnectorFault> {
    bench.engine.reads().connector_fault(bench.application, Provider::Google).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_faults_are_counted_by_what_tells_them_apart_and_their_sample_is_masked() {
    let bench = Bench::with(0).await;
    let email = bench.grant().await.email;
    fails(&bench, teapot(&format!("HTTP 418 {email} is short and stout, token ya29.a0AfH6SMBx1234"))).await;
    bench.clock.advance(Duration::from_secs(9));
    fails(&bench, teapot("HTTP 418 other words")).await;
    let other = Fault { provider_code: Some("kettle".into()), ..teapot(&"x ".repeat(900)) };
    fails(&bench, other).await;
    assert_eq!(unknown(&bench).await, [], "nothing is written while calls are made");
    write(&bench).await;
    let mut kept = unknown(&bench).await;
    kept.sort_by_key(|fault| fault.code.clone());
    let [plain, kettle] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!(plain.sample, "HTTP 418 <person> is short and stout, token <token>");
    assert_eq!((plain.count, plain.status, plain.operation.as_str()), (2, Some(418), "GET /labels"));
    assert_eq!(plain.last_seen_at, bench.clock_now());
    assert_eq!(plain.first_seen_at, crate::timer::earlier(bench.clock_now(), Duration::from_secs(9)));
    assert_eq!((kettle.count, kettle.code.as_deref()), (1, Some("kettle")));
    assert_eq!(kettle.sample.chars().count(), 300);
    write(&bench).await;
    assert_eq!(unknown(&bench).await.len(), 2, "what is written is not written again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_different_errors_stays_within_bounds() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    for number in 0..5000 {
        let fault = Fault { provider_code: Some(format!("code {number}")), ..teapot("no") };
        bench.engine.inner.ledger.met(&grant, &fault, bench.clock_now());
    }
    assert_eq!(crate::lock::lock(&bench.engine.inner.ledger.page).unknown.len(), super::MOST_UNKNOWN);
    write(&bench).await;
    assert_eq!(unknown(&bench).await.len(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operators_fault_stays_with_the_connector_until_a_call_succeeds() {
    let bench = Bench::with(0).await;
    for _ in 0..3 {
        fails(&bench, misconfigured()).await;
    }
    write(&bench).await;
    let fault = ails(&bench).await.expect("a fault on the connector");
    assert_eq!((fault.kind, fault.count), (FaultKind::OauthClientMisconfigured, 3));
    assert_eq!(fault.grant_id, Some(bench.grant));
    assert_eq!(bench.grant().await.status, GrantStatus::Valid, "its grants are left alone");
    fails(&bench, misconfigured()).await;
    write(&bench).await;
    assert_eq!(ails(&bench).await.unwrap().count, 4);
    works(&bench).await;
    write(&bench).await;
    assert_eq!(ails(&bench).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_elses_success_ends_no_fault_until_the_grant_is_gone() {
    let bench = Bench::with(0).await;
    let policy = Fault { scope: Scope::Tenant, ..misconfigured() };
    fails(&bench, Fault { kind: FaultKind::DomainPolicy, ..policy }).await;
    let other = Grant { id: model::GrantId(uuid::Uuid::from_u128(9)), ..bench.grant().await };
    bench.engine.inner.ledger.went_well(&other);
    write(&bench).await;
    assert_eq!(ails(&bench).await.unwrap().kind, FaultKind::DomainPolicy);
    bench.engine.inner.ledger.forget(bench.grant);
    bench.engine.inner.ledger.went_well(&other);
    write(&bench).await;
    assert_eq!(ails(&bench).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_connector_ends_its_fault_written_or_not() {
    let bench = Bench::with(0).await;
    fails(&bench, misconfigured()).await;
    write(&bench).await;
    fails(&bench, misconfigured()).await;
    let edit = ConnectorEdit { name: Some("mended".into()), ..ConnectorEdit::default() };
    bench.engine.update_connector(bench.application, Provider::Google, edit).await.unwrap();
    write(&bench).await;
    assert_eq!(ails(&bench).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttles_of_the_whole_project_and_faults_of_people_are_not_the_connectors() {
    let bench = Bench::with(0).await;
    let grant = bench.grant().await;
    use FaultKind::*;
    for kind in [RateLimitedProject, DailyQuotaExhausted, ReauthRequired, PermissionDenied, TransientBackend] {
        let fault = Fault { provider: Some(Provider::Google), ..Fault::new(kind, "no") };
        bench.engine.inner.ledger.met(&grant, &fault, bench.clock_now());
    }
    write(&bench).await;
    assert_eq!((ails(&bench).await, unknown(&bench).await), (None, vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_client_secret_shows_on_the_connector_when_someone_signs_in() {
    let bench = Bench::with(0).await;
    bench.world.state().refresh_fault = Some(misconfigured());
    let settings = serde_json::json!({ "refresh_token": "refresh-0" }).as_object().cloned().unwrap();
    bench.engine.custom_grant(bench.application, Provider::Google, settings, None, None).await.unwrap_err();
    write(&bench).await;
    let fault = ails(&bench).await.unwrap();
    assert_eq!((fault.kind, fault.grant_id), (FaultKind::OauthClientMisconfigured, None));
    bench.world.state().refresh_fault = None;
    works(&bench).await;
    write(&bench).await;
    assert_eq!(ails(&bench).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_writer_waits_between_writings_and_remembers_after_a_restart() {
    let bench = Bench::with(0).await;
    fails(&bench, misconfigured()).await;
    write(&bench).await;
    let bench = bench.restarted(vec![("k1".into(), [7; 32])]).await;
    let (stop, inner) = (tokio_util::sync::CancellationToken::new(), bench.engine.inner.clone());
    inner.ledger.recall(inner.store()).await;
    let writer = tokio::spawn(super::run(inner.clone(), stop.clone()));
    works(&bench).await;
    bench.clock.asleep(1).await;
    assert!(ails(&bench).await.is_some(), "not at once");
    bench.clock.advance(super::PAUSE);
    while ails(&bench).await.is_some() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    writer.await.unwrap();
}
