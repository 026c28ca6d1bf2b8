//! `$filter`, `$search` and `$orderby` over HTTP.

use serde_json::json;

use crate::harness::{ADELE, House};

async fn filled() -> House {
    let house = House::open().await;
    for (at, subject) in ["Lunch", "Dinner", "Breakfast"].iter().enumerate() {
        house.pass(60_000);
        let raw = format!(
            "From: {}@example.com\r\nTo: {ADELE}\r\nSubject: {subject}\r\nMessage-ID: <{at}@x>\r\n\r\nabout eating\r\n",
            ["ada", "ben", "cleo"][at]
        );
        house.world().deliver("x@example.com", ADELE, raw.as_bytes()).unwrap();
    }
    house
}

#[tokio::test]
async fn filters_choose_messages() {
    let house = filled().await;
    let adele = house.adele();
    let first = adele.ids("/messages?$filter=subject eq 'Lunch'").await.remove(0);
    adele.patch(&format!("/messages/{first}"), json!({"isRead": true, "categories": ["Red"]})).await.ok();
    for (filter, found) in [
        ("isRead eq true", vec!["Lunch"]),
        ("from/emailAddress/address eq 'BEN@example.com'", vec!["Dinner"]),
        ("startswith(subject,'b') or contains(subject,'unch')", vec!["Breakfast", "Lunch"]),
        ("internetMessageId eq '<1@x>'", vec!["Dinner"]),
        ("receivedDateTime ge 2026-09-21T12:02:00Z and isRead eq false", vec!["Breakfast", "Dinner"]),
        ("not (subject eq 'Lunch')", vec!["Breakfast", "Dinner"]),
        ("categories/any(c:c eq 'red')", vec!["Lunch"]),
        ("hasAttachments eq true", vec![]),
    ] {
        let filter = filter.replace(' ', "%20");
        assert_eq!(adele.subjects(&format!("/messages?%24filter={filter}")).await, found, "{filter}");
    }
    adele.get("/messages?$filter=nonsense%20eq%201").await.refused(400, "RequestBroker--ParseUri");
    adele.get("/messages?$filter=isRead").await.refused(400, "ErrorInvalidUrlQueryFilter");
}

#[tokio::test]
async fn what_is_sorted_by_must_be_filtered_by_first() {
    let house = filled().await;
    let adele = house.adele();
    let sorted = adele.subjects("/messages?$orderby=subject").await;
    assert_eq!(sorted, ["Breakfast", "Dinner", "Lunch"]);
    let since = "receivedDateTime%20ge%202026-01-01T00:00:00Z";
    let both = format!("/messages?$filter={since}%20and%20isRead%20eq%20false&$orderby=receivedDateTime%20asc");
    assert_eq!(adele.subjects(&both).await, ["Lunch", "Dinner", "Breakfast"]);
    let wrong = format!("/messages?$filter=isRead%20eq%20false%20and%20{since}&$orderby=receivedDateTime%20desc");
    adele.get(&wrong).await.refused(400, "InefficientFilter");
    adele.get("/messages?$filter=isRead%20eq%20false&$orderby=subject").await.refused(400, "InefficientFilter");
}

#[tokio::test]
async fn searches_go_alone() {
    let house = filled().await;
    let adele = house.adele();
    assert_eq!(adele.subjects("/messages?$search=\"from:ada OR subject:dinner\"").await, ["Dinner", "Lunch"]);
    let first = adele.get("/messages?$search=\"eating\"&$top=2").await.ok();
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    let link = first["@odata.nextLink"].as_str().unwrap();
    assert!(link.contains("skiptoken"), "{link}");
    assert_eq!(adele.subjects(link).await, ["Lunch"]);
    adele.get("/messages?$search=\"a\"&$filter=isRead%20eq%20true").await.refused(400, "SearchWithFilter");
    adele.get("/messages?$search=\"a\"&$orderby=subject").await.refused(400, "SearchWithFilter");
    adele.get("/messages?$search=\"a\"&$skip=1").await.refused(400, "SearchWithSkip");
}
