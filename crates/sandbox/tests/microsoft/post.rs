//! Mail between mailboxes, and the control API for Microsoft's.

use serde_json::json;

use crate::harness::{ADELE, GRETA, House, mail, read};

#[tokio::test]
async fn mail_from_google_arrives_at_microsoft() {
    let house = House::open().await;
    let told = read(house.http.post(house.url("/_sandbox/token")).json(&json!({"email": GRETA}))).await;
    let token = told.created()["access_token"].as_str().unwrap().to_owned();
    let raw = mail(GRETA, ADELE, "across", "from the other side");
    let body = json!({"raw": base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE, raw)});
    let sent = house.http.post(house.url("/gmail/v1/users/me/messages/send")).bearer_auth(token).json(&body);
    read(sent).await.ok();
    assert_eq!(house.adele().subjects("/mailFolders/inbox/messages").await, ["across"]);
    assert_eq!(house.world().message_count(GRETA).unwrap(), 1, "and nothing came back");
    assert!(house.world().outbound().is_empty());
}

#[tokio::test]
async fn the_control_api_knows_whose_a_mailbox_is() {
    let house = House::open().await;
    let new = json!({"email": "megan@outlook.com", "name": "Megan", "provider": "microsoft"});
    let post = |path: &str| house.http.post(house.url(path));
    let made = read(post("/_sandbox/mailboxes").json(&new)).await.created();
    assert_eq!((&made["provider"], &made["messages"]), (&json!("microsoft"), &json!(0)));
    assert_eq!(read(post("/_sandbox/mailboxes").json(&new)).await.status, 409);
    let put = post("/_sandbox/mailboxes/megan@outlook.com/messages?labels=Work/Projects,UNREAD,STARRED,Blue");
    read(put.body(mail("a@example.com", "megan@outlook.com", "put in", "t"))).await.created();
    let arrive = post("/_sandbox/deliver?to=megan@outlook.com&from=a@example.com");
    let delivered = read(arrive.body(mail("a@example.com", "megan@outlook.com", "arrived", "t"))).await.created();
    assert_eq!(delivered["delivered"][0]["email"], "megan@outlook.com");
    let listed = read(house.http.get(house.url("/_sandbox/mailboxes/megan@outlook.com"))).await.ok();
    assert_eq!(
        (&listed["messages"], &listed["unread"], &listed["provider"]),
        (&json!(2), &json!(2), &json!("microsoft"))
    );
    let megan = house.person("megan@outlook.com", crate::harness::SCOPES);
    let put_in = megan.get("/messages?$filter=subject%20eq%20'put%20in'").await.ok()["value"][0].clone();
    assert_eq!((&put_in["categories"], &put_in["flag"]["flagStatus"]), (&json!(["Blue"]), &json!("flagged")));
    let folder = megan.get(&format!("/mailFolders/{}", put_in["parentFolderId"].as_str().unwrap())).await.ok();
    assert_eq!(folder["displayName"], "Projects");
    let kept = house.world().snapshot("megan@outlook.com").unwrap();
    assert_eq!(kept.iter().filter(|kept| kept.labels == ["UNREAD", "inbox"]).count(), 1, "{kept:?}");
    assert_eq!(megan.get("").await.ok()["id"].as_str().unwrap().len(), 16, "a personal account");
}
