//! The store as a whole.

use store::{Error, Options, Store};

use crate::house::{House, mail, open_fresh, reopen};

#[tokio::test]
async fn figures_count_what_is_there() {
    let house = House::new().await;
    house.holds([mail("m1", 1), mail("m2", 2)]).await;
    let figures = house.statistics().await.unwrap();
    let figure = |name: &str| figures.iter().find(|(each, _)| each == name).unwrap().1;
    assert_eq!((figure("messages"), figure("threads"), figure("grants")), (2, 2, 1));
    assert!(figure("database_bytes") > 0);
}

#[tokio::test]
async fn a_fresh_store_answers_and_knows_its_schema() {
    let (store, folder) = open_fresh().await;
    store.ping().await.unwrap();
    let version = store.schema_version().await.unwrap();
    assert!(version >= 1);
    store.close().await.unwrap();
    assert_eq!(reopen(&folder).await.schema_version().await.unwrap(), version);
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    let text = "Dear Ada, this is a letter and not a database. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(Store::open(Options::at(&path)).await, Err(Error::Database(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let nowhere = Store::open(Options::at(folder.path().join("no/such/folder/postroad.db"))).await;
    assert!(matches!(nowhere, Err(Error::Database(_))));
}
