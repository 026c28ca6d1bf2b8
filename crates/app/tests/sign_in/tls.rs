//! Everything of Microsoft's under https, as it is at Microsoft: the sandbox has an authority of its own, and the
//! configuration names it.

use crate::house::{ADELE, House, Trust, Wish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_sign_in_page_to_the_mirror_over_tls() {
    let house = House::with(Wish { tls: Some(Trust::Given), ..Wish::default() }).await;
    let world = house.sandbox.world();
    world.add_microsoft_mailbox(ADELE, "Adele Vance");
    let raw = format!("From: ben@example.com\r\nTo: {ADELE}\r\nSubject: Under https\r\n\r\nHello\r\n");
    world.deliver("ben@example.com", ADELE, raw.as_bytes()).unwrap();
    let grant = house.mirrored(ADELE).await;
    let (status, told) = house.get(&format!("/v3/grants/{}/messages", grant.id)).await;
    assert_eq!((status, told["data"][0]["subject"].as_str()), (200, Some("Under https")), "{told}");
    let (status, told) = house.search(grant.id).await;
    assert_eq!((status, told["data"].as_array().map(Vec::len)), (200, Some(1)), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_is_not_named_is_not_trusted() {
    let house = House::with(Wish { tls: Some(Trust::Missing), ..Wish::default() }).await;
    let refused = house.sign_in(ADELE, ADELE).await.unwrap_err();
    assert_eq!(refused["error"], "oauth_failed", "{refused:?}");
    let told = refused["error_description"].clone();
    assert!(told.contains("certificate"), "{told}");
}
