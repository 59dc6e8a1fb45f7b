//! The files of a database.

use offhook_core::UnixMillis;
use offhook_store::contract::Engine;
use offhook_store::{CallStore, ContactDraft, ContactStore, Maintenance, SourceStore, StoreError};
use offhook_store_sql::SqliteStore;
use sqlx::{ConnectOptions, Connection};

use super::{Sqlite, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_one_opened_by_many_at_once() {
    for _ in 0..5 {
        let engine = Sqlite::fresh().await;
        let file = engine.file("offhook.db");
        let open = || {
            let file = file.clone();
            tokio::spawn(async move { SqliteStore::open(&file).await })
        };
        for opened in [open(), open(), open(), open()] {
            let store = opened.await.unwrap().unwrap();
            assert_eq!(store.config_revision().await.unwrap(), 1);
        }
    }
}

#[tokio::test]
async fn the_search_index_stays_sound() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let draft = |number: i64| ContactDraft {
        name: format!(
            "Person {} {number}",
            ["Anna", "Emma", "Müller"][usize::try_from(number % 3).unwrap()]
        ),
        ..ContactDraft::default()
    };
    for number in 0..10 {
        let many: Vec<_> = (0..30)
            .map(|place| (draft(number * 30 + place), vec![]))
            .collect();
        store.add_contacts(&many, UnixMillis(0)).await.unwrap();
        for item in store.contacts(Some("anna"), None, 20).await.unwrap().items {
            if item.id.0 % 2 == 0 {
                store.delete_contact(item.id, None).await.unwrap();
            } else {
                let new = draft(item.id.0);
                store
                    .update_contact(item.id, None, &new, &[], UnixMillis(0))
                    .await
                    .unwrap();
            }
        }
    }
    // Fails when the index is not what the contacts say.
    let check = "INSERT INTO contact_search (contact_search, rank) VALUES ('integrity-check', 1)";
    run(&engine.file("offhook.db"), check).await;
}

#[tokio::test]
async fn a_reader_in_the_way_is_told_of() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let add = async || {
        store
            .add_contact(&ContactDraft::default(), &[], UnixMillis(0))
            .await
    };
    add().await.unwrap();
    let mut reader = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(engine.file("offhook.db"))
        .connect()
        .await
        .unwrap();
    let mut reading = reader.begin().await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM contact")
        .fetch_one(&mut *reading)
        .await
        .unwrap();
    assert_eq!(count, 1);
    add().await.unwrap();
    assert!(store.forget_deleted().await.is_err());
    let emptied = store.empty_wal().await;
    assert!(
        matches!(emptied, Err(StoreError::Unavailable(_))),
        "{emptied:?}"
    );
    // Nobody waits for the reader, and nothing is lost.
    store.checkpoint().await.unwrap();
    add().await.unwrap();
    reading.rollback().await.unwrap();
    // It was not forgotten that there is something to forget, and it is done once.
    assert!(store.forget_deleted().await.unwrap());
    assert_eq!(store.wal_bytes(), 0);
    assert!(!store.forget_deleted().await.unwrap());
}

#[tokio::test]
async fn the_event_log_is_there_for_the_next_event_and_gone_at_the_end() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let logs = || {
        let files = ["offhook.db-events-1", "offhook.db-events-2"];
        files.map(|file| engine.file(file).exists())
    };
    store.catch_up().await.unwrap();
    assert_eq!(logs(), [true, true]);
    store.forget_deleted().await.unwrap();
    assert_eq!(logs(), [true, true]);
    store.empty_wal().await.unwrap();
    assert_eq!(logs(), [false, false]);
}

#[tokio::test]
async fn it_can_give_pages_back() {
    let engine = Sqlite::fresh().await;
    engine.open().await;
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(engine.file("offhook.db"))
        .connect()
        .await
        .unwrap();
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(mode, 2);
}
