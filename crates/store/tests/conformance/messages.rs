//! Reading messages one by one.

use model::MessageId;
use model::message::Body;
use store::filter::{MessageFilter, PageRequest};

use crate::house::{House, mail};

fn named(ids: &[&str]) -> Vec<MessageId> {
    ids.iter().map(|id| MessageId::from(*id)).collect()
}

#[tokio::test]
async fn what_is_not_held_is_none() {
    let house = House::new().await;
    assert_eq!(house.message(house.ada, &"m1".into()).await.unwrap(), None);
    assert_eq!(house.full_message(house.ada, &"m1".into()).await.unwrap(), None);
    assert_eq!(house.raw(house.ada, &"m1".into()).await.unwrap(), None);
    assert_eq!(house.draft(house.ada, &"d1".into()).await.unwrap(), None);
    assert_eq!(house.thread(house.ada, &"t1".into()).await.unwrap(), None);
    assert_eq!(house.thread_messages(house.ada, &"t1".into()).await.unwrap(), []);
}

#[tokio::test]
async fn several_messages_come_in_the_order_asked_for() {
    let house = House::new().await;
    house.holds([mail("m1", 1), mail("m2", 2), mail("m3", 3)]).await;
    let full = house.full_messages_by_id(house.ada, named(&["m3", "m9", "m1"])).await.unwrap();
    let ids: Vec<_> = full.iter().map(|full| full.message.id.as_str()).collect();
    assert_eq!(ids, ["m3", "m1"]);
    assert_eq!(full[0].body, mail("m3", 3).0.body);
}

#[tokio::test]
async fn missing_and_held_ids_make_up_all() {
    let house = House::new().await;
    house.holds([mail("m1", 1), mail("m2", 2)]).await;
    let missing = house.missing(house.ada, named(&["m3", "m1", "m0"])).await.unwrap();
    assert_eq!(missing, named(&["m3", "m0"]));
    let mut held = house.all_message_ids(house.ada).await.unwrap();
    held.sort();
    assert_eq!(held, named(&["m1", "m2"]));
}

#[tokio::test]
async fn lists_with_bodies_show_the_same_messages() {
    let house = House::new().await;
    house.holds((0..12).map(|n| mail(&format!("m{n}"), n).text(&format!("text {n}")))).await;
    for limit in [3, 12, 100] {
        let page = PageRequest { after: None, limit };
        let filter = MessageFilter::default();
        let full = house.full_messages(house.ada, filter.clone(), page).await.unwrap();
        let plain = house.messages(house.ada, filter, page).await.unwrap();
        assert_eq!(full.next, plain.next);
        assert_eq!(full.items.len(), plain.items.len());
        for (full, plain) in full.items.into_iter().zip(plain.items) {
            let number = plain.id.as_str().trim_start_matches('m').to_owned();
            assert_eq!(full.message, plain);
            assert_eq!(full.body, Body { text: format!("text {number}"), html: false });
        }
    }
}

#[tokio::test]
async fn odd_bytes_and_large_ones_come_back_byte_for_byte() {
    let house = House::new().await;
    let mut odd = mail("odd", 1);
    odd.0.raw = (0..=255).cycle().take(3_000_000).collect();
    odd.0.body.text = "ünïcödé \u{0} \u{10ffff}\r\n".repeat(100_000);
    let mut empty = mail("empty", 2).subject("");
    empty.0.raw.clear();
    empty.0.body.text.clear();
    empty.0.search_text.clear();
    house.holds([odd.clone(), empty.clone()]).await;
    for each in [odd, empty] {
        assert_eq!(house.raw(house.ada, &each.id()).await.unwrap(), Some(each.0.raw.clone()));
        let full = house.full_message(house.ada, &each.id()).await.unwrap().unwrap();
        assert_eq!((full.message, full.body), (each.0.message, each.0.body));
    }
}

#[tokio::test]
async fn the_messages_of_a_thread_come_oldest_first_with_drafts() {
    let house = House::new().await;
    let drafted = mail("m3", 3).thread("t").draft("d1");
    house.holds([drafted, mail("m1", 1).thread("t"), mail("m2", 2).thread("t").trashed(), mail("x", 9)]).await;
    let messages = house.thread_messages(house.ada, &"t".into()).await.unwrap();
    assert_eq!(crate::house::ids(&messages), ["m1", "m2", "m3"]);
    assert_eq!(house.draft(house.ada, &"d1".into()).await.unwrap().unwrap().message.id, "m3".into());
}

#[tokio::test]
async fn ids_with_strange_characters_are_ids() {
    let house = House::new().await;
    let ids = ["a/b+c#d:e", "' OR 1=1 --", "日本", "{\"x\":[1]}", " "];
    house.holds(ids.iter().enumerate().map(|(n, id)| mail(id, n as i64))).await;
    for id in ids {
        assert_eq!(house.message(house.ada, &id.into()).await.unwrap().unwrap().id, id.into());
    }
    assert_eq!(house.missing(house.ada, named(&ids)).await.unwrap(), []);
}
