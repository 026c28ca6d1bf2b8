//! Faults for operators: what nobody recognised, and what ails connectors.

use model::connector::Connector;
use model::fault::{ConnectorFault, UnknownFault};
use model::{ApplicationId, ConnectorId, FaultKind, GrantId, Provider, Scope};
use serde_json::json;
use store::{ConnectorNote, FaultNotes};
use uuid::Uuid;

use crate::house::{House, application, at};

fn unknown(app: ApplicationId, number: u32, seen: i64) -> UnknownFault {
    UnknownFault {
        application_id: app,
        fingerprint: format!("{number:016x}"),
        provider: Provider::Google,
        protocol: "gmail_rest".into(),
        operation: "GET /messages/{id}".into(),
        status: Some(418),
        code: Some("teapot".into()),
        first_seen_at: at(seen),
        last_seen_at: at(seen),
        count: 2,
        sample: "HTTP 418 short and stout".into(),
    }
}

async fn met(house: &House, unknown: Vec<UnknownFault>) -> Vec<UnknownFault> {
    house.note_faults(FaultNotes { unknown, ..FaultNotes::default() }).await.unwrap()
}

#[tokio::test]
async fn an_unknown_fault_is_counted_and_keeps_its_first_sample() {
    let house = House::new().await;
    let first = unknown(house.app, 1, 10);
    assert_eq!(met(&house, vec![first.clone()]).await, std::slice::from_ref(&first), "new, so that it is told once");
    let again = UnknownFault { sample: "other".into(), first_seen_at: at(20), last_seen_at: at(30), ..first.clone() };
    assert_eq!(met(&house, vec![again]).await, []);
    let kept = UnknownFault { count: 4, last_seen_at: at(30), ..first };
    assert_eq!(house.unknown_faults(house.app).await.unwrap(), [kept]);
}

#[tokio::test]
async fn the_two_hundred_unknown_faults_seen_last_are_kept_per_application() {
    let house = House::new().await;
    let other = application(7);
    house.add_application(other.clone()).await.unwrap();
    met(&house, vec![unknown(other.id, 1, 1)]).await;
    met(&house, (0..250).map(|number| unknown(house.app, number, i64::from(number))).collect()).await;
    let kept = house.unknown_faults(house.app).await.unwrap();
    assert_eq!(kept.len(), 200);
    assert_eq!(kept.first(), Some(&unknown(house.app, 249, 249)), "newest first");
    assert_eq!(kept.last(), Some(&unknown(house.app, 50, 50)));
    assert_eq!(house.unknown_faults(other.id).await.unwrap().len(), 1, "another application's stay");
    assert_eq!(house.forget_unknown_faults(house.app).await.unwrap(), 200);
    assert_eq!(house.unknown_faults(house.app).await.unwrap(), []);
    assert_eq!(house.unknown_faults(other.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_application_that_is_gone_counts_nothing() {
    let house = House::new().await;
    assert_eq!(met(&house, vec![unknown(application(9).id, 1, 1)]).await, []);
}

fn connector(app: ApplicationId) -> Connector {
    Connector {
        id: ConnectorId(Uuid::from_u128(3)),
        application_id: app,
        provider: Provider::Google,
        name: None,
        settings: json!({}),
        client_secret: None,
        scopes: vec![],
        active_credential_id: None,
        created_at: at(1),
        updated_at: at(1),
    }
}

fn ailing(kind: FaultKind, grant: Option<GrantId>, seen: i64) -> ConnectorFault {
    ConnectorFault {
        kind,
        scope: Scope::App,
        message: "no".into(),
        provider_code: Some("invalid_client".into()),
        grant_id: grant,
        first_seen_at: at(seen),
        last_seen_at: at(seen),
        count: 1,
    }
}

async fn learn(house: &House, works: bool, fault: Option<ConnectorFault>) -> Option<ConnectorFault> {
    let note = ConnectorNote { application_id: house.app, provider: Provider::Google, works, fault };
    house.note_faults(FaultNotes { connectors: vec![note], ..FaultNotes::default() }).await.unwrap();
    house.connector_fault(house.app, Provider::Google).await.unwrap()
}

#[tokio::test]
async fn a_connectors_fault_adds_up_until_another_kind_takes_its_place_or_it_works() {
    use FaultKind::{ApiDisabled, OauthClientMisconfigured};
    let house = House::new().await;
    house.add_connector(connector(house.app)).await.unwrap();
    let first = ailing(OauthClientMisconfigured, Some(house.ada), 5);
    assert_eq!(learn(&house, false, Some(first.clone())).await, Some(first));
    let again = learn(&house, false, Some(ailing(OauthClientMisconfigured, None, 9))).await.unwrap();
    let kept = ConnectorFault { first_seen_at: at(5), count: 2, ..ailing(OauthClientMisconfigured, None, 9) };
    assert_eq!(again, kept);
    let other = ailing(ApiDisabled, Some(house.ada), 11);
    assert_eq!(learn(&house, false, Some(other.clone())).await, Some(other.clone()));
    assert_eq!(house.connector_faults().await.unwrap(), [(house.app, Provider::Google, other)]);
    let relapse = ailing(ApiDisabled, None, 20);
    assert_eq!(learn(&house, true, Some(relapse.clone())).await, Some(relapse), "it worked in between");
    assert_eq!(learn(&house, true, None).await, None);
}

#[tokio::test]
async fn changing_or_removing_a_connector_forgets_what_ailed_it() {
    let house = House::new().await;
    house.add_connector(connector(house.app)).await.unwrap();
    let fault = ailing(FaultKind::ApiDisabled, None, 5);
    assert!(learn(&house, false, Some(fault.clone())).await.is_some());
    house.update_connector(connector(house.app)).await.unwrap();
    assert_eq!(house.connector_fault(house.app, Provider::Google).await.unwrap(), None);
    assert!(learn(&house, false, Some(fault.clone())).await.is_some());
    house.remove_connector(house.app, Provider::Google).await.unwrap();
    assert_eq!(learn(&house, false, Some(fault)).await, None, "no connector, nothing to note");
}

#[tokio::test]
async fn a_removed_grant_no_longer_decides_when_a_fault_has_ended() {
    let house = House::new().await;
    house.add_connector(connector(house.app)).await.unwrap();
    learn(&house, false, Some(ailing(FaultKind::DomainPolicy, Some(house.ada), 5))).await;
    house.remove_grant(house.ada, at(6), |_| unreachable!()).await.unwrap();
    let kept = house.connector_fault(house.app, Provider::Google).await.unwrap().unwrap();
    assert_eq!(kept.grant_id, None);
    let late = learn(&house, false, Some(ailing(FaultKind::DomainPolicy, Some(house.ada), 7))).await.unwrap();
    assert_eq!((late.grant_id, late.count), (None, 2));
}
