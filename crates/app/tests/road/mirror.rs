//! The mirror ends up equal to the mailbox.

use std::collections::BTreeMap;

use model::Provider;
use model::grant::Grant;
use sandbox::generate;

use crate::harness::Road;
use crate::{over_all, provider};

/// What is compared: labels and raw bytes by message id.
type Picture = BTreeMap<String, (Vec<String>, Vec<u8>)>;

/// The mailbox as the sandbox holds it.
pub fn in_sandbox(road: &Road, email: &str) -> Picture {
    let kept = road.sandbox.world().snapshot(email).unwrap();
    kept.into_iter().map(|kept| (kept.id, (kept.labels, kept.raw.to_vec()))).collect()
}

/// The mailbox as the mirror holds it.
pub async fn in_mirror(road: &Road, grant: &Grant) -> Picture {
    let store = road.store();
    let mut picture = Picture::new();
    let folders = store.folders(grant.id).await.unwrap();
    let folders: Vec<_> = folders.into_iter().map(|counted| counted.folder).collect();
    for id in store.all_message_ids(grant.id).await.unwrap() {
        // Sync goes on meanwhile: what was listed may be gone by now.
        let Some(message) = store.message(grant.id, &id).await.unwrap() else { continue };
        let labels = provider::labels(road.provider, &folders, &message.placement);
        let Some(raw) = store.raw(grant.id, &id).await.unwrap() else { continue };
        picture.insert(id.0, (labels, raw));
    }
    picture
}

/// Fails with the ids that differ, not with megabytes of mail.
pub fn assert_same(sandbox: &Picture, mirror: &Picture) {
    let missing: Vec<_> = sandbox.keys().filter(|id| !mirror.contains_key(*id)).collect();
    let surplus: Vec<_> = mirror.keys().filter(|id| !sandbox.contains_key(*id)).collect();
    let labels = |picture: &Picture, id: &str| picture[id].0.clone();
    let differing: Vec<_> = sandbox
        .keys()
        .filter(|id| mirror.get(*id).is_some_and(|held| held != &sandbox[*id]))
        .map(|id| (id, labels(sandbox, id), labels(mirror, id)))
        .collect();
    assert!(
        missing.is_empty() && surplus.is_empty() && differing.is_empty(),
        "missing {missing:?}, surplus {surplus:?}, differing (id, sandbox labels, mirror labels) {differing:?}"
    );
}

/// Fills a mailbox with generated mail.
pub fn fill(road: &Road, email: &str, seed: u64, count: u64) {
    let world = road.sandbox.world();
    let person = |name: &str, email: &str| generate::Person { name: name.into(), email: email.into() };
    let owner = person("Owner", email);
    let others = [person("Bo", "bo@sandbox.test"), person("Zoë", "zoe@sandbox.test")];
    let mailbox = generate::Mailbox::new(seed, owner, &others);
    let seeded = (0..count).map(|index| {
        let made = mailbox.message(index);
        sandbox::world::SeedMessage {
            raw: made.raw.into(),
            labels: made.labels,
            internal_date_ms: made.internal_date_ms,
        }
    });
    world.seed(email, seeded.collect()).unwrap();
}

over_all!(generated_messages_arrive_byte_for_byte);

async fn generated_messages_arrive_byte_for_byte(road: Road) {
    // As many as Microsoft's ten minutes allow with all that goes with them: the pacer's clock is the real one here.
    let count = if road.provider == Provider::Microsoft { 4_000 } else { 10_000 };
    let email = road.mailbox("big");
    fill(&road, &email, 7, count);
    let grant = road.connect(&email).await;
    road.live(&grant).await;
    assert_eq!(in_sandbox(&road, &email).len() as u64, count);
    assert_same(&in_sandbox(&road, &email), &in_mirror(&road, &grant).await);
    let page = road.get(&format!("/v3/grants/{}/messages?limit=200&select=id,subject", grant.id)).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 200);
    road.end().await;
}
