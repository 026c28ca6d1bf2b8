//! What the engine did about it: the grant, what was announced, how often the provider was asked, what the next request
//! meets.

use model::grant::GrantStatus;

use crate::answered::{ask, once};
use crate::stage::{Asked, Scene, Stage};
use crate::table::{Answer, Call, Grant, Then};

/// Compares what became of everything with the row.
pub async fn check(stage: &Stage, scene: &Scene) -> Vec<String> {
    let mut wrong = counts(stage, scene);
    wrong.extend(next(stage, scene).await);
    wrong.extend(fate(stage, scene).await);
    wrong
}

fn counts(stage: &Stage, scene: &Scene) -> Vec<String> {
    let (row, asked) = (&scene.row, scene.asked_count(stage));
    let expected = scene.may_be_asked();
    let mut wrong = Vec::new();
    if !expected.contains(&asked) {
        wrong.push(format!("the provider was asked {asked} times, expected {expected:?}"));
    }
    let exact = [
        ("tokens were bought", scene.bought_count(stage), row.bought),
        ("messages went out", scene.sent_count(stage), row.sent),
    ];
    // Whoever brings a token has it looked at; whose it is shows only then.
    let exact =
        exact.into_iter().filter(|(what, ..)| !(matches!(row.call, Call::Bring(_)) && what.starts_with("tokens")));
    wrong.extend(
        exact
            .filter(|(_, is, expected)| is != expected)
            .map(|(what, is, expected)| format!("{is} {what}, expected {expected}")),
    );
    wrong
}

async fn next(stage: &Stage, scene: &Scene) -> Vec<String> {
    let questions = || scene.asked_count(stage) + scene.bought_count(stage);
    let before = questions();
    let got = match scene.row.then {
        Then::Open => return Vec::new(),
        Then::HeldBack | Then::Expired => ask(stage, scene).await,
        Then::SendHeldBack => once(stage, scene, &Asked::Send { from: None }).await,
    };
    let expected = match (&scene.row.answer, scene.row.then) {
        (Answer::Refused(refused), Then::HeldBack) => refused.status,
        (_, Then::Expired) => 403,
        _ => 429,
    };
    let (asked, mut wrong) = (questions() - before, Vec::new());
    if got.status != expected {
        wrong.push(format!("the next request was answered {} {}, expected {expected}", got.status, got.body));
    }
    if expected == 429 && !got.headers.contains_key("retry-after") {
        wrong.push("the next request was not told when to come back".to_owned());
    }
    if asked > 0 {
        wrong.push(format!("the provider was asked {asked} more times for the next request"));
    }
    wrong
}

async fn fate(stage: &Stage, scene: &Scene) -> Vec<String> {
    let row = &scene.row;
    let store = &stage.house().store;
    let mut wrong = Vec::new();
    if let Some(grant) = &scene.grant {
        let now = store.grant(grant.id).await.unwrap().map(|grant| grant.status);
        let expected = if row.grant == Grant::Expired { GrantStatus::Invalid } else { GrantStatus::Valid };
        if now != Some(expected) {
            wrong.push(format!("the grant is {now:?}, expected {expected:?}"));
        }
    }
    let renewed = matches!((row.call, &row.answer), (Call::Renew(_), Answer::Success));
    let expected = if renewed { &["grant.updated"] } else { announced_of(row.grant) };
    let announced = announced(stage, scene).await;
    if announced != expected {
        wrong.push(format!("announced was {announced:?}, expected {expected:?}"));
    }
    // What is announced arrives, and nothing else does.
    let got = || {
        let bodies = stage.receiver.got(row.name).into_iter();
        bodies.map(|body| body["type"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let arrived = async || got().len() >= announced.len();
    stage.until(&format!("what {} announced has arrived: {announced:?}", row.name), arrived).await;
    if got() != announced {
        wrong.push(format!("what arrived was {:?}, announced was {announced:?}", got()));
    }
    wrong
}

/// Types of the events that are on their way to the row's webhook, or there. They are written together with what they
/// announce, so what is not here now is not announced.
async fn announced(stage: &Stage, scene: &Scene) -> Vec<String> {
    let store = &stage.house().store;
    let mut types = Vec::new();
    for webhook in store.webhooks(scene.application).await.unwrap() {
        let deliveries = store.deliveries(webhook.id, None, 100).await.unwrap();
        types.extend(deliveries.into_iter().map(|delivery| delivery.event.kind.as_str().to_owned()));
    }
    types
}

/// What is announced of a grant's fate.
fn announced_of(grant: Grant) -> &'static [&'static str] {
    match grant {
        Grant::Expired => &["grant.expired"],
        Grant::None | Grant::Valid => &[],
    }
}
