//! Signatures and templates: kept, shown, filled in, and put into what is sent.

use http::Method;
use serde_json::json;

use crate::house::House;

fn last(house: &House) -> String {
    String::from_utf8(house.google.taken().pop().unwrap()).unwrap()
}

#[tokio::test]
async fn a_signature_is_kept_and_signs_a_draft_once_on_its_way_out() {
    let house = House::new().await;
    let made = house.post(&house.mail("signatures"), json!({"name": "Work", "body": "<p>Ada Example</p>"})).await;
    assert_eq!(made.status, 201, "{}", made.message());
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    let changed = house.put(&house.mail(&format!("signatures/{id}")), json!({"name": "Home"})).await;
    assert_eq!(
        (&changed.json()["data"]["name"], &changed.json()["data"]["body"]),
        (&json!("Home"), &json!("<p>Ada Example</p>"))
    );
    let draft = json!({"subject": "Signed", "signature_id": id});
    let saved = house.put(&house.mail("drafts/d-1"), draft.clone()).await;
    assert_eq!(saved.status, 200, "{}", saved.message());
    house.put(&house.mail("drafts/d-1"), draft).await;
    assert_eq!(last(&house).matches("<p>Ada Example</p>").count(), 1, "{}", last(&house));
    let unknown = house.post(&house.mail("drafts"), json!({"signature_id": "nosuch"})).await;
    assert_eq!((unknown.status.as_u16(), unknown.field().as_str()), (400, "signature_id"));
}

#[tokio::test]
async fn a_template_is_kept_rendered_and_sent() {
    let house = House::new().await;
    let text =
        json!({"name": "Hello", "subject": "Hello {{name}}", "body": "<p>Dear {{name}}</p>", "engine": "mustache"});
    let made = house.post("/v3/templates", text).await;
    assert_eq!(made.status, 201, "{}", made.message());
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    let shown = house.post(&format!("/v3/templates/{id}/render"), json!({"variables": {"name": "A & B"}})).await;
    assert_eq!(shown.json()["data"], json!({"subject": "Hello A & B", "body": "<p>Dear A &amp; B</p>"}));
    let template = json!({"id": id, "variables": {"name": "Bob"}});
    let saved = house.post(&house.mail("drafts"), json!({"template": template})).await;
    assert_eq!(saved.status, 200, "{}", saved.message());
    assert!(last(&house).contains("Subject: Hello Bob") && last(&house).contains("<p>Dear Bob</p>"));
    let missing = house.post(&house.mail("drafts"), json!({"template": {"id": id}})).await;
    assert_eq!((missing.status.as_u16(), missing.field().as_str()), (400, "template.variables"));
    assert!(missing.message().contains("`name`"));
    let here = house.post(&house.mail("templates/render"), json!({"body": "{{x}}|", "strict": false})).await;
    assert_eq!(here.json()["data"]["body"], "|");
}

#[tokio::test]
async fn what_cannot_be_kept_is_told_by_field() {
    let house = House::new().await;
    for (body, field) in [
        (json!({"body": "x"}), "name"),
        (json!({"name": "x"}), "body"),
        (json!({"name": "x", "body": "{{#a}}"}), "body"),
        (json!({"name": "x", "body": "x", "engine": "twig"}), "engine"),
    ] {
        let answer = house.post(&house.mail("templates"), body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, field), "{body}");
    }
    let theirs = house.stranger().await;
    let made = house.post("/v3/templates", json!({"name": "x", "body": "x"})).await;
    let path = format!("/v3/templates/{}", made.json()["data"]["id"].as_str().unwrap());
    let request =
        http::Request::builder().method(Method::GET).uri(&path).header("authorization", format!("Bearer {theirs}"));
    assert_eq!(house.send(request.body(axum::body::Body::empty()).unwrap()).await.status, 404);
    assert_eq!(house.get(&path).await.status, 200);
}

#[tokio::test]
async fn an_answer_shows_a_domain_as_it_was_given() {
    let house = House::new().await;
    let to = json!([{"email": "info@Bücher.example"}]);
    let answer = house.post(&house.mail("drafts"), json!({"to": to})).await;
    assert_eq!(answer.json()["data"]["to"][0]["email"], "info@Bücher.example");
    assert!(last(&house).contains("info@xn--bcher-kva.example"));
    let bad = json!({"to": [{"email": "a@x.test"}, {"email": "b@-x-.test"}]});
    let answer = house.post(&house.mail("messages/send"), bad).await;
    assert_eq!((answer.status.as_u16(), answer.field().as_str()), (400, "to[1].email"));
}
