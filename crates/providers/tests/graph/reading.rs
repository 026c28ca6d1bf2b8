use model::folder::FolderRole;
use model::sync::NativeQuery;
use model::{FaultKind, MessageId};
use providers::Wanted;
use serde_json::json;

use super::fake::{Asked, Fake, Said, error, known, message, ok};

fn raw_of(id: &str) -> Vec<u8> {
    format!("Subject: {id}\r\n\r\nbody").into_bytes()
}

/// A mailbox that shows, selects and reads any message.
fn agreeable(asked: &Asked) -> Said {
    let path = asked.path.split('?').next().unwrap();
    if let Some(said) = known(asked) {
        return said;
    }
    if let Some(id) = path.strip_prefix("/me/messages/").and_then(|rest| rest.strip_suffix("/$value")) {
        return match id {
            "gone" => error(404, "ErrorItemNotFound"),
            "broken" => error(500, "ErrorCorruptData"),
            "ole" => error(500, "ErrorCannotOpenFileAttachment"),
            "slow" => error(504, "UnknownError"),
            _ => Said::Bytes(200, raw_of(id)),
        };
    }
    match path.strip_prefix("/me/messages/") {
        Some("gone") => error(404, "ErrorItemNotFound"),
        Some("foreign") => error(400, "ErrorInvalidIdMalformed"),
        Some(id) => ok(message(id, "JUNK")),
        None => panic!("{path}"),
    }
}

fn everything() -> NativeQuery {
    NativeQuery { include_hidden: true, ..NativeQuery::default() }
}

#[tokio::test]
async fn a_listing_shows_all_but_the_bytes_and_a_message_costs_one_request_more() {
    let fake = Fake::start(|asked| match asked.path.contains("$skiptoken=2") {
        _ if known(asked).is_some() => known(asked).unwrap(),
        _ if asked.path.ends_with("$value") => agreeable(asked),
        false => ok(json!({ "value": [message("a", "IN"), message("b", "TRASH")],
            "@odata.nextLink": "https://graph.microsoft.com/v1.0/me/messages?$skiptoken=2" })),
        true => ok(json!({ "value": [message("c", "IN")] })),
    })
    .await;
    let client = fake.client();
    let first = client.list(everything(), None, 2).await.unwrap();
    assert_eq!(first.ids, ["a".into(), "b".into()]);
    assert!(first.glimpses.0[&MessageId::from("b")].placement.hidden);
    let last = client.list(everything(), first.next.clone(), 2).await.unwrap();
    assert_eq!((last.ids.clone(), last.next), (vec!["c".into()], None));
    let got = client.fetch(&last.glimpses.wanted(last.ids)).await.unwrap();
    let got = got[0].as_ref().unwrap();
    assert_eq!((got.raw.as_ref(), got.thread_id.as_str()), (raw_of("c").as_slice(), "c-c"));
    assert!(
        got.placement.unread && got.placement.folders == ["IN".into()] && got.received_at.as_second() == 1_793_448_000
    );
    // Two names of bins, two pages, one message.
    let counted = fake.counted();
    assert_eq!(counted.len(), 5);
    assert!(counted.iter().all(|asked| asked.prefer.contains("IdType=\"ImmutableId\"")));
    assert!(counted.iter().all(|asked| asked.authorization == "Bearer eyJ.token"));
    let listing = &counted[2].path;
    assert!(
        listing.contains("$orderby=receivedDateTime desc") && listing.contains("$top=2") && !listing.contains("body")
    );
}

#[tokio::test]
async fn one_odd_message_spoils_no_page() {
    let mut odd = message("odd", "IN");
    odd["receivedDateTime"] = json!(null);
    odd["conversationId"] = json!(null);
    let fake = Fake::start(move |asked| match asked.path.as_str() {
        path if path.ends_with("$value") => agreeable(asked),
        path if path.starts_with("/me/messages/odd?") => ok(odd.clone()),
        _ => known(asked).unwrap_or_else(|| ok(json!({ "value": [message("a", "IN"), odd, message("b", "IN")] }))),
    })
    .await;
    let client = fake.client();
    let page = client.list(everything(), None, 10).await.unwrap();
    assert_eq!((page.ids.len(), page.threads.len(), page.glimpses.0.len()), (3, 3, 2));
    let got = client.fetch(&page.glimpses.wanted(page.ids)).await.unwrap();
    let told: Vec<bool> = got.iter().map(Result::is_ok).collect();
    assert_eq!(told, [true, false, true]);
}

#[tokio::test]
async fn a_message_of_no_conversation_is_one_by_itself() {
    let mut lone = message("lone", "IN");
    lone["conversationId"] = json!(null);
    let fake = Fake::start(move |asked| match asked.path.as_str() {
        path if path.starts_with("/me/messages/lone?") => ok(lone.clone()),
        path if path.starts_with("/me/messages/lone") => agreeable(asked),
        _ => known(asked).unwrap_or_else(|| ok(json!({ "value": [lone] }))),
    })
    .await;
    let client = fake.client();
    let page = client.list(everything(), None, 10).await.unwrap();
    let got = client.fetch(&page.glimpses.wanted(page.ids)).await.unwrap();
    assert_eq!(got[0].as_ref().unwrap().thread_id, page.threads[0]);
}

/// A search of two pages whose links repeat what was asked, as Graph's do.
fn two_pages(asked: &Asked) -> Said {
    let next = |path: &str| format!("https://graph.microsoft.com/v1.0{path}&$skiptoken=2");
    known(asked).unwrap_or_else(|| match asked.path.contains("$skiptoken=2") {
        true => ok(json!({ "value": [message("b", "IN")] })),
        false => ok(json!({ "value": [message("a", "IN")], "@odata.nextLink": next(&asked.path) })),
    })
}

#[tokio::test]
async fn another_limit_and_a_long_query_are_no_hindrance_to_the_next_page() {
    let fake = Fake::start(two_pages).await;
    let query = NativeQuery { query: Some("\u{fc}".repeat(1000)), ..NativeQuery::default() };
    let first = fake.client().list(query.clone(), None, 50).await.unwrap();
    let token = first.next.unwrap();
    assert!(token.len() < 200, "{token}");
    let last = fake.client().list(query, Some(token), 7).await.unwrap();
    assert_eq!((last.ids, last.next), (vec!["b".into()], None));
    let path = fake.counted().pop().unwrap().path;
    assert!(path.contains("$top=7") && path.contains("\u{fc}\u{fc}") && path.contains("$skiptoken=2"), "{path}");
}

#[tokio::test]
async fn a_page_token_leads_to_no_other_part_of_the_mailbox() {
    let fake = Fake::start(two_pages).await;
    let token = fake.client().list(everything(), None, 50).await.unwrap().next.unwrap();
    for path in ["/me/contacts", "/me/messages/x/$value", "/users", "/me/mailFolders/../drive/messages"] {
        let forged = token.replace("/me/messages", path);
        assert_ne!(forged, token);
        let fault = fake.client().list(everything(), Some(forged), 50).await.unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("page_token")));
    }
}

#[tokio::test]
async fn messages_nothing_is_known_of_are_looked_at_together_first() {
    let fake = Fake::start(agreeable).await;
    let ids = ["a", "gone", "b", "foreign", ".."].map(|id| Wanted::from(MessageId::from(id)));
    let got = fake.client().fetch(&ids).await.unwrap();
    assert_eq!(got[0].as_ref().unwrap().raw.as_ref(), raw_of("a"));
    assert!(got[2].as_ref().unwrap().placement.hidden);
    for missing in [1, 3, 4] {
        assert_eq!(got[missing].as_ref().unwrap_err().kind, FaultKind::NotFound);
    }
    let paths: Vec<String> = fake.asked().iter().filter(|asked| !asked.inner).map(|asked| asked.path.clone()).collect();
    // The bins, the four that can be asked for, and the two that are there.
    assert_eq!(paths.iter().filter(|path| *path == "/$batch").count(), 2);
    assert_eq!(paths.iter().filter(|path| path.ends_with("/$value")).count(), 2);
}

#[tokio::test]
async fn an_unreadable_message_spoils_only_itself() {
    let fake = Fake::start(agreeable).await;
    let ids = ["a", "broken"].map(|id| Wanted::from(MessageId::from(id)));
    let got = fake.client().fetch(&ids).await.unwrap();
    assert!(got[0].is_ok());
    assert_eq!(got[1].as_ref().unwrap_err().verdict, model::Verdict::Never);
}

#[tokio::test]
async fn neither_its_neighbours_nor_the_mailbox_suffer_from_an_unreadable_message() {
    let fake = Fake::start(agreeable).await;
    for bad in ["broken", "ole", "slow"] {
        let ids: Vec<_> = std::iter::once(bad.to_owned()).chain((1..50).map(|i| format!("m{i}"))).collect();
        let wanted: Vec<_> = ids.into_iter().map(|id| Wanted::from(MessageId(id))).collect();
        let got = fake.client().fetch(&wanted).await.unwrap();
        assert_eq!(got.iter().filter(|one| one.is_ok()).count(), 49, "{bad}");
        let alone = fake.client().fetch(&wanted[..1]).await.unwrap();
        assert!(matches!(&alone[..], [Err(_)]), "{bad}");
    }
}

#[tokio::test]
async fn ids_are_escaped_in_paths() {
    let fake = Fake::start(agreeable).await;
    let got = fake.client().fetch(&[MessageId::from("AA/b+c=").into()]).await.unwrap();
    assert_eq!(got[0].as_ref().unwrap().id, "AA/b+c=".into());
    assert!(fake.counted().last().unwrap().path.starts_with("/me/messages/AA%2Fb%2Bc%3D/"));
}

#[tokio::test]
async fn a_search_leaves_the_bins_out_and_lists_each_thread_once() {
    let fake = Fake::start(|asked| {
        let mut again = message("d", "IN");
        again["conversationId"] = "c-a".into();
        known(asked).unwrap_or_else(|| {
            assert!(asked.path.starts_with("/me/mailFolders/IN/messages?"), "{}", asked.path);
            assert!(asked.path.contains("$search=\"from:ada\"") && !asked.path.contains("$orderby"), "{}", asked.path);
            ok(json!({ "value": [message("a", "IN"), message("b", "TRASH"), again] }))
        })
    })
    .await;
    let query = NativeQuery { query: Some("from:ada".into()), folder: Some("IN".into()), include_hidden: false };
    let page = fake.client().list(query.clone(), None, 50).await.unwrap();
    assert_eq!(page.ids, ["a".into(), "d".into()]);
    let (threads, next) = fake.client().list_threads(query, None, 50).await.unwrap();
    assert_eq!((threads, next), (vec!["c-a".into()], None));
}

#[tokio::test]
async fn folders_come_as_one_tree_with_their_roles() {
    let folder =
        |id: &str, name: &str, parent: &str| json!({ "id": id, "displayName": name, "parentFolderId": parent });
    let fake = Fake::start(move |asked| {
        known(asked).unwrap_or_else(|| match asked.path.contains("$skiptoken") {
            false => ok(json!({ "value": [folder("ROOT", "Top", "X"), folder("IN", "Posteingang", "ROOT"), folder("W", "Work", "ROOT")],
                "@odata.nextLink": "http://elsewhere.test/v1.0/me/mailFolders/delta?$skiptoken=x" })),
            true => ok(json!({ "value": [folder("D", "Deep", "W"), folder("HISTORY", "Unterhaltungen", "ROOT"), {"id": "S", "displayName": "Unread", "parentFolderId": "ROOT", "@odata.type": "#microsoft.graph.mailSearchFolder"},
                {"id": "H", "displayName": "Hidden", "parentFolderId": "ROOT", "isHidden": true}],
                "@odata.deltaLink": "http://elsewhere.test/v1.0/me/mailFolders/delta?$deltatoken=x" })),
        })
    })
    .await;
    let folders = fake.client().folders().await.unwrap();
    let told: Vec<_> =
        folders.iter().map(|f| (f.id.as_str(), f.name.as_str(), f.parent_id.as_ref().map(|p| p.as_str()))).collect();
    assert_eq!(
        told,
        [
            ("IN", "Posteingang", None),
            ("W", "Work", None),
            ("D", "Deep", Some("W")),
            ("HISTORY", "Unterhaltungen", None)
        ]
    );
    let standing: Vec<_> = folders.iter().map(|folder| (folder.system, folder.role)).collect();
    assert_eq!(standing, [(true, Some(FolderRole::Inbox)), (false, None), (false, None), (true, None)]);
}

#[tokio::test]
async fn senders_are_the_account_and_its_aliases() {
    let fake = Fake::start(|_| {
        ok(json!({ "displayName": "Ada", "mail": "ada@x.test", "userPrincipalName": "ada@corp.test",
            "proxyAddresses": ["SMTP:ada@x.test", "smtp:lovelace@x.test", "X500:/o=x", "smtp:ADA@x.test"] }))
    })
    .await;
    let senders = fake.client().send_as().await.unwrap();
    let told: Vec<_> = senders.iter().map(|one| (one.address.email.as_str(), one.primary)).collect();
    assert_eq!(told, [("ada@x.test", true), ("lovelace@x.test", false)]);
}
