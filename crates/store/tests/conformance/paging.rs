//! Walking a list page by page.

use model::page::Position;
use model::sync::{Announce, MirrorBatch};
use store::filter::{MessageFilter, PageRequest, ThreadFilter};

use crate::house::{House, all, batch, ids, mail};

async fn walked(house: &House, filter: &MessageFilter, limit: usize) -> Vec<String> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = house.messages(house.ada, filter.clone(), PageRequest { after, limit }).await.unwrap();
        assert!(page.items.len() <= limit);
        seen.extend(ids(&page.items));
        after = page.next;
        if after.is_none() {
            return seen;
        }
        assert!(!page.items.is_empty(), "a page that is not the last holds something");
    }
}

/// Filters that walk different indexes.
fn filters() -> Vec<MessageFilter> {
    let any = MessageFilter::default;
    vec![
        any(),
        MessageFilter { folder: Some("INBOX".into()), ..any() },
        MessageFilter { unread: Some(true), ..any() },
        MessageFilter { from: Some("bob@example.com".into()), ..any() },
        MessageFilter { search: Some("body".into()), ..any() },
        MessageFilter { subject: Some("about".into()), ..any() },
        MessageFilter { drafts: Some(false), ..any() },
        MessageFilter { ids: Some((0..30).map(|n| format!("m{n}").as_str().into()).collect()), ..any() },
    ]
}

#[tokio::test]
async fn pages_of_any_size_make_up_the_list() {
    let house = House::new().await;
    house.holds((0..30).map(|n| mail(&format!("m{n}"), n).unread())).await;
    for filter in filters() {
        let whole = house.lists(filter.clone()).await;
        assert_eq!(whole.len(), 30, "{filter:?}");
        for limit in [1, 7, 29, 30, 31] {
            assert_eq!(walked(&house, &filter, limit).await, whole, "{limit} of {filter:?}");
        }
    }
}

#[tokio::test]
async fn a_page_that_ends_with_the_list_says_so() {
    let house = House::new().await;
    house.holds((0..4).map(|n| mail(&format!("m{n}"), n))).await;
    let page = async |limit| {
        house.messages(house.ada, MessageFilter::default(), PageRequest { after: None, limit }).await.unwrap()
    };
    assert_eq!(page(4).await.next, None);
    assert!(page(3).await.next.is_some());
    assert_eq!(page(0).await.items, []);
    assert_eq!(page(0).await.next, None);
}

#[tokio::test]
async fn new_mail_neither_repeats_nor_hides_anything_on_later_pages() {
    let house = House::new().await;
    house.holds((0..20).map(|n| mail(&format!("m{n}"), n))).await;
    let (mut seen, mut after, mut arrivals) = (Vec::new(), None, 100);
    loop {
        let request = PageRequest { after, limit: 3 };
        let page = house.messages(house.ada, MessageFilter::default(), request).await.unwrap();
        seen.extend(ids(&page.items));
        after = page.next;
        if after.is_none() {
            break;
        }
        house.receives([mail(&format!("new{arrivals}"), arrivals)]).await;
        arrivals += 1;
    }
    let expected: Vec<String> = (0..20).rev().map(|n| format!("m{n}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_page_continues_behind_a_message_that_was_deleted() {
    let house = House::new().await;
    house.holds((0..6).map(|n| mail(&format!("m{n}"), n))).await;
    let first = PageRequest { after: None, limit: 2 };
    let page = house.messages(house.ada, MessageFilter::default(), first).await.unwrap();
    let deletions = page.items.iter().map(|message| message.id.clone()).collect();
    house.apply(house.ada, MirrorBatch { deletions, ..batch(Announce::Silent) }).await.unwrap();
    let rest = PageRequest { after: page.next, limit: 10 };
    let rest = house.messages(house.ada, MessageFilter::default(), rest).await.unwrap();
    assert_eq!(ids(&rest.items), ["m3", "m2", "m1", "m0"]);
}

#[tokio::test]
async fn messages_of_one_instant_all_have_their_place() {
    let house = House::new().await;
    house.holds((0..50).map(|n| mail(&format!("m{n}"), 5))).await;
    house.holds([mail("later", 6), mail("earlier", 4)]).await;
    let whole = walked(&house, &MessageFilter::default(), 7).await;
    assert_eq!(whole.len(), 52);
    assert_eq!((whole[0].as_str(), whole[51].as_str()), ("later", "earlier"));
}

#[tokio::test]
async fn places_that_are_none_are_no_harm() {
    let house = House::new().await;
    house.holds([mail("m1", 1)]).await;
    for place in [i64::MIN, -1, 0, 1, i64::MAX] {
        let request = PageRequest { after: Some(Position(place)), limit: 5 };
        for filter in filters() {
            let page = house.messages(house.ada, filter, request).await.unwrap();
            assert!(page.items.len() <= 1);
        }
        house.threads(house.ada, ThreadFilter::default(), request).await.unwrap();
    }
}

#[tokio::test]
async fn dates_beyond_all_calendars_have_their_place() {
    let house = House::new().await;
    let strange = [model::Timestamp::MIN, model::Timestamp::UNIX_EPOCH, model::Timestamp::MAX];
    let messages = strange.into_iter().enumerate().map(|(n, date)| mail(&format!("m{n}"), 0).with(|m| m.date = date));
    let messages: Vec<_> = messages.collect();
    house.holds(messages.clone()).await;
    assert_eq!(house.lists(MessageFilter::default()).await, ["m2", "m1", "m0"]);
    assert_eq!(house.receives(messages).await.updated, 0);
    let bob = house.another("bob@example.com").await;
    assert_eq!(house.messages(bob, MessageFilter::default(), all()).await.unwrap().items, []);
}
