//! Mail folders over HTTP.

use serde_json::json;

use crate::harness::{ADELE, House, texts};

#[tokio::test]
async fn a_new_mailbox_has_the_usual_folders() {
    let house = House::open().await;
    let adele = house.adele();
    let listed = adele.get("/mailFolders?$top=50").await.ok();
    let names = texts(&listed["value"], "displayName");
    assert_eq!(
        names,
        ["Archive", "Conversation History", "Deleted Items", "Drafts", "Inbox", "Junk Email", "Outbox", "Sent Items"]
    );
    let hidden = adele.get("/mailFolders?$top=50&includeHiddenFolders=true").await.ok();
    assert!(texts(&hidden["value"], "displayName").contains(&"Sync Issues".to_owned()));
    let inbox = adele.get("/mailFolders/Inbox").await.ok();
    assert_eq!(listed["value"][4]["id"], inbox["id"]);
    let root = adele.get("/mailFolders/msgfolderroot").await.ok();
    assert_eq!(inbox["parentFolderId"], root["id"]);
    adele.get("/mailFolders/nonsense").await.refused(400, "ErrorInvalidIdMalformed");
    adele.get("/mailFolders/Clutter").await.refused(404, "ErrorItemNotFound");
}

#[tokio::test]
async fn folders_are_made_renamed_moved_and_deleted() {
    let house = House::open().await;
    let adele = house.adele();
    let work = adele.post("/mailFolders", json!({"displayName": "Work"})).await.created();
    let id = work["id"].as_str().unwrap();
    adele.post("/mailFolders", json!({"displayName": "work"})).await.refused(409, "ErrorFolderExists");
    adele.post("/mailFolders", json!({"displayName": "Inbox"})).await.refused(409, "ErrorFolderExists");
    let child = adele.post(&format!("/mailFolders/{id}/childFolders"), json!({"displayName": "2026"})).await.created();
    assert_eq!(child["parentFolderId"], work["id"]);
    let child = child["id"].as_str().unwrap();
    let renamed = adele.patch(&format!("/mailFolders/{child}"), json!({"displayName": "This year"})).await.ok();
    assert_eq!(renamed["displayName"], "This year");
    // As the Python library writes it.
    let moved = adele.post(&format!("/mailFolders/{child}/move"), json!({"DestinationId": "archive"})).await.created();
    assert_eq!(moved["id"], child, "a folder keeps its id");
    adele
        .post(&format!("/mailFolders/{id}/move"), json!({"destinationId": id}))
        .await
        .refused(400, "ErrorMoveCopyFailed");
    assert_eq!(adele.get(&format!("/mailFolders/{id}/childFolders")).await.ok()["value"], json!([]));
    adele.post(&format!("/mailFolders/{id}/permanentDelete"), json!({})).await.empty(204);
    adele.get(&format!("/mailFolders/{id}")).await.refused(404, "ErrorItemNotFound");
    adele.delete("/mailFolders/inbox").await.refused(400, "ErrorDeleteDistinguishedFolder");
}

#[tokio::test]
async fn a_deleted_folder_lies_in_deleted_items_until_it_is_deleted_there() {
    let house = House::open().await;
    let adele = house.adele();
    let bin = adele.get("/mailFolders/deleteditems").await.ok()["id"].clone();
    let mut made = Vec::new();
    for _ in 0..2 {
        let work = adele.post("/mailFolders", json!({"displayName": "Work"})).await.created();
        let id = work["id"].as_str().unwrap().to_owned();
        adele.delete(&format!("/mailFolders/{id}")).await.empty(204);
        made.push(id);
    }
    let below = adele.get("/mailFolders/deleteditems/childFolders").await.ok();
    assert_eq!(crate::harness::texts(&below["value"], "displayName"), ["Work", "Work1"]);
    let first = adele.get(&format!("/mailFolders/{}", made[0])).await.ok();
    assert_eq!(first["parentFolderId"], bin);
    adele.delete(&format!("/mailFolders/{}", made[0])).await.empty(204);
    adele.get(&format!("/mailFolders/{}", made[0])).await.refused(404, "ErrorItemNotFound");
}

#[tokio::test]
async fn counts_follow_the_mail() {
    let house = House::open().await;
    let adele = house.adele();
    house.arrive(ADELE, "one", "t");
    house.arrive(ADELE, "two", "t");
    let inbox = adele.get("/mailFolders/inbox").await.ok();
    assert_eq!((&inbox["totalItemCount"], &inbox["unreadItemCount"]), (&json!(2), &json!(2)));
    let ids = adele.ids("/messages").await;
    adele.patch(&format!("/messages/{}", ids[0]), json!({"isRead": true})).await.ok();
    adele.delete(&format!("/messages/{}", ids[1])).await.empty(204);
    let inbox = adele.get("/mailFolders/inbox").await.ok();
    assert_eq!((&inbox["totalItemCount"], &inbox["unreadItemCount"]), (&json!(1), &json!(0)));
    assert_eq!(adele.get("/mailFolders/deleteditems").await.ok()["totalItemCount"], 1);
}
