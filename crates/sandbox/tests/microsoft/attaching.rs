//! Files on drafts over HTTP, small and large.

use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADELE, House, Person, letter, read};

async fn draft(person: &Person) -> String {
    let made = person.post("/messages", letter(&["bob@example.com"], "with files")).await.created();
    format!("/messages/{}/attachments", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn small_files_are_added_and_taken_away() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let path = draft(&adele).await;
    let file = json!({"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": BASE64_STANDARD.encode("a")});
    let added = adele.post(&path, file.clone()).await.created();
    assert_eq!((&added["name"], &added["size"], &added["contentBytes"]), (&json!("a.txt"), &json!(1), &json!("YQ==")));
    let inline = json!({"name": "i.png", "contentType": "image/png", "contentId": "i@x", "isInline": true, "contentBytes": "AA=="});
    adele.post(&path, inline).await.created();
    let listed = adele.get(&format!("{path}?$select=name,isInline")).await.ok();
    assert_eq!(crate::harness::texts(&listed["value"], "name"), ["a.txt", "i.png"]);
    assert!(listed["value"][0].get("contentBytes").is_none());
    let one = format!("{path}/{}", added["id"].as_str().unwrap());
    assert_eq!(adele.get(&one).await.ok()["name"], "a.txt");
    adele.delete(&one).await.empty(204);
    adele.get(&one).await.refused(404, "ErrorItemNotFound");
    adele.post(&path, json!({"contentBytes": "YQ=="})).await.refused(400, "ErrorInvalidPropertySet");
    let received = house.arrive(ADELE, "s", "t");
    adele.post(&format!("/messages/{received}/attachments"), file).await.refused(403, "ErrorAccessDenied");
}

#[tokio::test]
async fn large_files_come_piece_by_piece() {
    let house = House::open().await;
    let adele = house.adele().lasting();
    let path = draft(&adele).await;
    const SIZE: usize = 3 << 20;
    const HALF: usize = SIZE / 2;
    let bytes: Vec<u8> = (0..SIZE).map(|i| (i % 251) as u8).collect();
    let item = |size: usize| json!({"AttachmentItem": {"attachmentType": "file", "name": "big.bin", "size": size}});
    let open = format!("{path}/createUploadSession");
    adele.post(&open, item(10)).await.refused(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize");
    let session = adele.post(&open, item(SIZE)).await.created();
    assert_eq!(session["nextExpectedRanges"], json!(["0-"]));
    let url = session["uploadUrl"].as_str().unwrap();
    assert!(url.contains("/api/v2.0/Users(") && url.contains("authtoken="));
    // No token goes with a piece: the address is enough.
    let put = |from: usize, end: usize, total: usize| {
        let range = format!("bytes {from}-{}/{total}", end - 1);
        read(house.http.request(Method::PUT, url).header("content-range", range).body(bytes[from..end].to_vec()))
    };
    let told = put(0, HALF, SIZE).await.ok();
    let expected = json!([HALF.to_string()]);
    assert_eq!((&told["nextExpectedRanges"], told["ExpirationDateTime"].is_string()), (&expected, true));
    put(0, HALF, SIZE).await.refused(416, "ErrorInvalidRange");
    put(HALF, SIZE, SIZE + 1).await.refused(400, "ErrorInvalidRange");
    let last = put(HALF, SIZE, SIZE).await;
    last.empty(201);
    assert!(last.header("location").contains("/Attachments('"), "{:?}", last.headers);
    put(HALF, SIZE, SIZE).await.refused(404, "ErrorItemNotFound");
    let kept = adele.get(&path).await.ok()["value"][0].clone();
    assert_eq!(kept["name"], "big.bin");
    assert!(kept["contentBytes"] == json!(BASE64_STANDARD.encode(&bytes)));
    assert!(last.header("location").contains(kept["id"].as_str().unwrap()));
    let huge = json!({"AttachmentItem": {"name": "x", "size": 157_286_401}});
    adele.post(&format!("{path}/createUploadSession"), huge).await.refused(400, "ErrorAttachmentSizeLimitExceeded");
}

#[tokio::test]
async fn bodies_over_four_megabytes_are_refused() {
    let house = House::open().await;
    let adele = house.adele();
    let long = "x".repeat((4 << 20) + 1);
    adele.post("/messages", json!({"subject": long})).await.refused(413, "RequestEntityTooLarge");
    let path = draft(&adele).await;
    let file = json!({"name": "a.txt", "contentBytes": BASE64_STANDARD.encode(vec![0; (3 << 20) + 1])});
    adele.post(&path, file).await.refused(413, "RequestEntityTooLarge");
}
