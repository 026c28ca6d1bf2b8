//! Change tracking over HTTP.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{ADELE, House, Person};

/// Follows links to the end of a round; everything told, and the delta link.
async fn round(person: &Person, from: &str) -> (Vec<Value>, String) {
    let (mut told, mut next) = (Vec::new(), from.to_owned());
    loop {
        let page = person.get(&next).await;
        assert!(page.headers.get_all("preference-applied").iter().any(|value| value == "odata.track-changes"));
        let page = page.ok();
        told.extend(page["value"].as_array().unwrap().clone());
        match (page["@odata.nextLink"].as_str(), page["@odata.deltaLink"].as_str()) {
            (Some(link), None) => next = link.to_owned(),
            (None, Some(link)) => return (told, link.to_owned()),
            _ => panic!("exactly one link: {page}"),
        }
    }
}

const INBOX: &str = "/mailFolders/inbox/messages/delta?$select=subject,isRead";

#[tokio::test]
async fn a_first_round_lists_newest_first_and_the_next_tells_what_changed() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let mut ids = Vec::new();
    for number in 0..12 {
        house.pass(1_000);
        ids.push(house.arrive(ADELE, &format!("m{number:02}"), "t"));
    }
    let (told, link) = round(&adele, INBOX).await;
    assert_eq!((told.len(), &told[0]["subject"], &told[11]["subject"]), (12, &json!("m11"), &json!("m00")));
    assert_eq!(told[0]["@odata.type"], "#microsoft.graph.message");
    assert_eq!(round(&adele, &link).await.0, Vec::<Value>::new());

    adele.patch(&format!("/messages/{}", ids[0]), json!({"isRead": true})).await.ok();
    adele.patch(&format!("/messages/{}", ids[1]), json!({"categories": ["Red"]})).await.ok();
    adele.post(&format!("/messages/{}/move", ids[2]), json!({"destinationId": "archive"})).await.created();
    adele.post(&format!("/messages/{}/permanentDelete", ids[3]), json!({})).await.empty(204);
    let new = house.arrive(ADELE, "new", "t");
    let (told, link) = round(&adele, &link).await;
    let shown: Vec<_> =
        told.iter().map(|entry| (entry["id"].as_str().unwrap(), entry.get("subject"), entry.get("@removed"))).collect();
    let gone = json!({"reason": "deleted"});
    assert_eq!(
        shown,
        [
            (ids[0].as_str(), None, None), // only isRead changed, only isRead is told
            (ids[1].as_str(), Some(&json!("m01")), None),
            (ids[2].as_str(), None, Some(&gone)),
            (ids[3].as_str(), None, Some(&gone)),
            (new.as_str(), Some(&json!("new")), None),
        ]
    );
    let (archived, _) = round(&adele, "/mailFolders/archive/messages/delta()").await;
    assert_eq!(archived[0]["id"], ids[2].as_str());
    assert_eq!(round(&adele, &link).await.0, Vec::<Value>::new());
}

#[tokio::test]
async fn whatever_changes_during_a_round_is_not_lost() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let ids: Vec<String> = (0..25).map(|number| house.arrive(ADELE, &format!("m{number}"), "t")).collect();
    let first = adele.get(INBOX).await.ok();
    adele.post(&format!("/messages/{}/permanentDelete", ids[24]), json!({})).await.empty(204);
    adele.patch(&format!("/messages/{}", ids[0]), json!({"categories": ["Red"]})).await.ok();
    let late = house.arrive(ADELE, "late", "t");
    let mut mirror = BTreeMap::new();
    let mut apply = |entries: &[Value]| {
        for entry in entries {
            let id = entry["id"].as_str().unwrap().to_owned();
            if entry.get("@removed").is_some() {
                mirror.remove(&id)
            } else {
                mirror.insert(id, ())
            };
        }
    };
    apply(first["value"].as_array().unwrap());
    let (rest, link) = round(&adele, first["@odata.nextLink"].as_str().unwrap()).await;
    apply(&rest);
    apply(&round(&adele, &link).await.0);
    let mut expected: Vec<&String> = ids[..24].iter().chain([&late]).collect();
    expected.sort();
    assert_eq!(mirror.keys().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_link_older_than_three_generations_is_lost() {
    let house = House::open().await;
    let adele = house.adele();
    let (_, old) = round(&adele, INBOX).await;
    let mut link = old.clone();
    for _ in 0..3 {
        link = round(&adele, &link).await.1;
    }
    let told = adele.get(&old).await;
    told.refused(410, "SyncStateNotFound");
    assert!(told.text.contains("generation=1;[highest=4][4][3][2]"), "{}", told.text);
    round(&adele, &link).await;
    house.world().expire_history(ADELE).unwrap();
    adele.get(&link).await.refused(410, "SyncStateNotFound");
    adele.get("/mailFolders/inbox/messages/delta?$deltatoken=nonsense").await.refused(410, "SyncStateInvalid");
    adele.get(&link.replace("inbox", "archive")).await.refused(410, "SyncStateInvalid");
}

#[tokio::test]
async fn what_a_delta_cannot_do_is_refused_and_latest_is_passed_over() {
    let house = House::open().await;
    let adele = house.adele();
    house.arrive(ADELE, "one", "t");
    assert_eq!(round(&adele, "/mailFolders/inbox/messages/delta?$deltatoken=latest").await.0.len(), 1);
    let since = "/mailFolders/inbox/messages/delta?$filter=receivedDateTime%20ge%202027-01-01T00:00:00Z";
    let (told, link) = round(&adele, since).await;
    assert_eq!(told.len(), 0);
    house.arrive(ADELE, "two", "t");
    assert_eq!(round(&adele, &link).await.0.len(), 0, "the link keeps the filter");
    for query in ["$search=\"a\"", "$filter=isRead%20eq%20true", "$orderby=subject"] {
        adele.get(&format!("/mailFolders/inbox/messages/delta?{query}")).await.refused(400, "ErrorInvalidUrlQuery");
    }
    adele.get("/messages/delta").await.refused(400, "BadRequest");
    let mut folder = adele.post("/mailFolders", json!({"displayName": "Short-lived"})).await.created();
    let id = folder["id"].take();
    let away = format!("/mailFolders/{}/permanentDelete", id.as_str().unwrap());
    adele.post(&away, json!({})).await.empty(204);
    let gone = format!("/mailFolders/{}/messages/delta", id.as_str().unwrap());
    adele.get(&gone).await.refused(404, "ErrorSyncFolderNotFound");
}

#[tokio::test]
async fn folders_are_followed_as_one_flat_list() {
    let house = House::open().await;
    let adele = house.adele();
    let (told, link) = round(&adele, "/mailFolders/delta?$top=3").await;
    assert_eq!(told.len(), 8);
    let work = adele.post("/mailFolders", json!({"displayName": "Work"})).await.created();
    let id = work["id"].as_str().unwrap();
    let child = adele.post(&format!("/mailFolders/{id}/childFolders"), json!({"displayName": "2026"})).await.created();
    let (told, link) = round(&adele, &link).await;
    assert_eq!(crate::harness::texts(&json!(told), "displayName"), ["Work", "2026"]);
    adele.delete(&format!("/mailFolders/{id}")).await.empty(204);
    let (told, link) = round(&adele, &link).await;
    let bin = adele.get("/mailFolders/deleteditems").await.ok();
    assert_eq!((told.len(), &told[0]["id"], &told[0]["parentFolderId"]), (1, &work["id"], &bin["id"]), "it has moved");
    adele.delete(&format!("/mailFolders/{id}")).await.empty(204);
    let (told, _) = round(&adele, &link).await;
    let gone: Vec<_> =
        told.iter().filter(|entry| entry.get("@removed").is_some()).map(|entry| entry["id"].clone()).collect();
    assert_eq!(gone, [child["id"].clone(), work["id"].clone()]);
}
