//! Every filter of a thread list, and its order.

use model::Address;
use store::filter::{PageRequest, ThreadFilter};

use crate::house::{House, all, at, mail};

fn any() -> ThreadFilter {
    ThreadFilter::default()
}

/// Four threads; `x` is wholly in the trash.
async fn furnished() -> House {
    let house = House::new().await;
    house
        .holds([
            mail("a1", 10).thread("a").subject("Budget").unread(),
            mail("a2", 60).thread("a").subject("Re: Budget").from("carol@example.com").folders(&["WORK"]),
            mail("b1", 20).thread("b").starred().attached("b.pdf", false),
            mail("b2", 30).thread("b").trashed().text("the needle"),
            mail("c1", 40).thread("c").subject("ÜBER uns").folders(&["WORK"]).with(|m| {
                m.cc = vec![Address::bare("team@example.com")];
                m.bcc = vec![Address::bare("boss@example.com")];
            }),
            mail("x1", 50).thread("x").trashed().unread(),
        ])
        .await;
    house
}

async fn shows(house: &House, filter: ThreadFilter) -> String {
    let page = house.threads(house.ada, filter, all()).await.unwrap();
    page.items.into_iter().map(|thread| thread.id.0).collect()
}

#[tokio::test]
async fn threads_come_by_their_latest_message() {
    let house = furnished().await;
    assert_eq!(shows(&house, any()).await, "acb");
    house.receives([mail("b3", 100).thread("b")]).await;
    assert_eq!(shows(&house, any()).await, "bac");
}

#[tokio::test]
async fn a_folder_shows_threads_with_any_message_in_it() {
    let house = furnished().await;
    let folder = |name: &str| ThreadFilter { folder: Some(name.into()), ..any() };
    assert_eq!(shows(&house, folder("INBOX")).await, "ab");
    assert_eq!(shows(&house, folder("WORK")).await, "ac");
    assert_eq!(shows(&house, folder("TRASH")).await, "xb");
    assert_eq!(shows(&house, ThreadFilter { unread: Some(true), ..folder("TRASH") }).await, "x");
}

#[tokio::test]
async fn marks_narrow() {
    let house = furnished().await;
    assert_eq!(shows(&house, ThreadFilter { unread: Some(true), ..any() }).await, "a");
    assert_eq!(shows(&house, ThreadFilter { unread: Some(false), ..any() }).await, "cb");
    assert_eq!(shows(&house, ThreadFilter { starred: Some(true), ..any() }).await, "b");
    assert_eq!(shows(&house, ThreadFilter { starred: Some(false), ..any() }).await, "ac");
    assert_eq!(shows(&house, ThreadFilter { has_attachment: Some(true), ..any() }).await, "b");
    assert_eq!(shows(&house, ThreadFilter { has_attachment: Some(false), ..any() }).await, "ac");
}

#[tokio::test]
async fn people_narrow() {
    let house = furnished().await;
    let text = |email: &str| Some(email.to_owned());
    assert_eq!(shows(&house, ThreadFilter { from: text("CAROL@example.com"), ..any() }).await, "a");
    assert_eq!(shows(&house, ThreadFilter { to: text("ada@example.com"), ..any() }).await, "acb");
    assert_eq!(shows(&house, ThreadFilter { cc: text("team@example.com"), ..any() }).await, "c");
    assert_eq!(shows(&house, ThreadFilter { bcc: text("team@example.com"), ..any() }).await, "");
    let boss = vec!["boss@example.com".into(), "carol@example.com".into()];
    assert_eq!(shows(&house, ThreadFilter { any_email: boss, ..any() }).await, "ac");
}

#[tokio::test]
async fn dates_narrow_strictly() {
    let house = furnished().await;
    assert_eq!(shows(&house, ThreadFilter { latest_before: Some(at(40)), ..any() }).await, "b");
    assert_eq!(shows(&house, ThreadFilter { latest_after: Some(at(40)), ..any() }).await, "a");
    assert_eq!(shows(&house, ThreadFilter { earliest_after: Some(at(10)), ..any() }).await, "cb");
}

#[tokio::test]
async fn subjects_words_and_ids_narrow() {
    let house = furnished().await;
    assert_eq!(shows(&house, ThreadFilter { subject: Some("über".into()), ..any() }).await, "c");
    assert_eq!(shows(&house, ThreadFilter { subject: Some("re:".into()), ..any() }).await, "", "the earliest subject");
    let search = |text: &str| ThreadFilter { search: Some(text.into()), ..any() };
    assert_eq!(shows(&house, search("budget")).await, "a");
    assert_eq!(shows(&house, search("needle")).await, "b", "one of its messages matches");
    assert_eq!(shows(&house, search("body -budget")).await, "cb");
    assert_eq!(shows(&house, search("...")).await, "");
    assert_eq!(shows(&house, search("")).await, "acb");
    let ids = Some(vec!["b".into(), "x".into(), "nothing".into()]);
    assert_eq!(shows(&house, ThreadFilter { ids: ids.clone(), ..any() }).await, "xb", "found by the provider");
    assert_eq!(shows(&house, ThreadFilter { ids, folder: Some("INBOX".into()), ..any() }).await, "b");
    assert_eq!(shows(&house, ThreadFilter { starred: Some(true), ..search("body") }).await, "b");
}

#[tokio::test]
async fn pages_make_up_the_list_while_threads_move_up() {
    let house = House::new().await;
    house.holds((0..20).map(|n| mail(&format!("m{n}"), n).thread(&format!("t{n}")))).await;
    let (mut seen, mut after) = (Vec::new(), None);
    for turn in 100.. {
        let request = PageRequest { after, limit: 3 };
        let page = house.threads(house.ada, any(), request).await.unwrap();
        seen.extend(page.items.into_iter().map(|thread| thread.id.0));
        after = page.next;
        if after.is_none() {
            break;
        }
        house.receives([mail(&format!("n{turn}"), turn).thread("t19")]).await;
    }
    let expected: Vec<String> = (0..20).rev().map(|n| format!("t{n}")).collect();
    assert_eq!(seen, expected);
}
