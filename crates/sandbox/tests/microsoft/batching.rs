//! `$batch` over HTTP.

use serde_json::{Value, json};

use crate::harness::{ADELE, House, Person, read};

async fn batch(person: &Person, requests: Value) -> Value {
    let url = format!("{}/v1.0/$batch", person.base);
    let mut told = person.post(&url, json!({"requests": requests})).await.ok();
    let mut responses = told["responses"].take().as_array().cloned().unwrap();
    responses.sort_by_key(|response| response["id"].as_str().unwrap().to_owned());
    json!(responses)
}

#[tokio::test]
async fn calls_are_answered_one_by_one() {
    let house = House::open().await;
    let adele = house.adele();
    let id = house.arrive(ADELE, "s", "text");
    let told = batch(
        &adele,
        json!([
            {"id": "1", "method": "GET", "url": format!("/me/messages/{id}?$select=subject"), "headers": {"Prefer": "IdType=\"ImmutableId\""}},
            {"id": "2", "method": "GET", "url": format!("/me/messages/{id}/$value")},
            {"id": "3", "method": "GET", "url": "/me/messages/nonsense"},
            {"id": "4", "method": "PATCH", "url": format!("me/messages/{id}"), "headers": {"Content-Type": "application/json"}, "body": {"isRead": true}},
            // As the Python library writes them.
            {"id": "5", "method": "GET", "url": format!("{}/v1.0/me", adele.base), "depends_on": null},
        ]),
    )
    .await;
    assert_eq!((&told[0]["status"], &told[0]["body"]["id"]), (&json!(200), &json!(id)));
    assert_eq!(told[0]["headers"]["Preference-Applied"], "IdType=\"ImmutableId\"");
    let raw = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, told[1]["body"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(raw).unwrap().ends_with("\r\n\r\ntext\r\n"));
    assert_eq!(
        (&told[2]["status"], &told[2]["body"]["error"]["code"]),
        (&json!(400), &json!("ErrorInvalidIdMalformed"))
    );
    assert_eq!((&told[3]["status"], &told[3]["body"]["isRead"]), (&json!(200), &json!(true)));
    assert_eq!(told[4]["body"]["mail"], ADELE);
}

#[tokio::test]
async fn what_depends_on_a_failure_fails() {
    let house = House::open().await;
    let told = batch(
        &house.adele(),
        json!([
            {"id": "a", "method": "GET", "url": "/me/messages/x", "dependsOn": []},
            {"id": "b", "method": "GET", "url": "/me", "dependsOn": ["a"]},
            {"id": "c", "method": "GET", "url": "/me", "dependsOn": ["b"]},
            {"id": "d", "method": "GET", "url": "/me"},
            {"id": "e", "method": "GET", "url": "/me", "dependsOn": ["f"]},
            {"id": "f", "method": "GET", "url": "/me", "dependsOn": ["e"]},
        ]),
    )
    .await;
    let statuses: Vec<&Value> = told.as_array().unwrap().iter().map(|response| &response["status"]).collect();
    assert_eq!(statuses, [400, 424, 424, 200, 424, 424]);
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_is_refused_whole() {
    let house = House::open().await;
    let adele = house.adele();
    let url = house.url("/v1.0/$batch");
    let get = |id: &str| json!({"id": id, "method": "GET", "url": "/me"});
    let many: Vec<Value> = (0..21).map(|number| get(&number.to_string())).collect();
    for requests in [json!(many), json!([get("a"), get("A")]), json!([{"id": "1"}]), json!("x")] {
        adele.post(&url, json!({"requests": requests})).await.refused(400, "BadRequest");
    }
    let bare = json!([{"id": "1", "method": "POST", "url": "/me/messages", "body": {"subject": "no content type"}}]);
    adele.post(&url, json!({"requests": bare})).await.refused(400, "BadRequest");
    read(house.http.post(&url).json(&json!({"requests": []}))).await.refused(401, "InvalidAuthenticationToken");
}
