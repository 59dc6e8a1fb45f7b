//! Backups, and the way back.

use std::path::Path;

use offhook_core::UnixMillis;
use offhook_core::access::{Role, Visibility};
use offhook_store::contract::Engine;
use offhook_store::{AccountStore, CallQuery, CallStore, NewUser};
use offhook_store_sql::{
    BackupError, RestoreError, SqliteRequestStore, SqliteStore, backup, restore,
};

use super::behind::new_calls;
use super::{Sqlite, run};

async fn add_user(store: &SqliteStore, login: &str) {
    let user = NewUser {
        active: true,
        login: login.to_owned(),
        name: String::new(),
        email: String::new(),
        phones: Vec::new(),
        role: Role::Admin,
        permissions: Vec::new(),
        password_hash: None,
    };
    store.add_user(&user, UnixMillis(0)).await.unwrap();
}

async fn logins(database: &Path) -> Vec<String> {
    let store = SqliteStore::open(database).await.unwrap();
    let users = store.users().await.unwrap();
    store.close().await.unwrap();
    users.into_iter().map(|user| user.login).collect()
}

/// The names in the engine's folder.
fn names(engine: &Sqlite) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(engine.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn there_and_back() {
    let engine = Sqlite::fresh().await;
    let (database, file) = (engine.file("offhook.db"), engine.file("backup.db"));
    let store = engine.open().await;
    add_user(&store, "before").await;
    store.backup_to(&file).await.unwrap();
    add_user(&store, "after").await;
    store.close().await.unwrap();
    restore(&file, &database).await.unwrap();
    assert_eq!(logins(&database).await, ["before"]);
    assert_eq!(names(&engine), ["backup.db", "offhook.db"]);
    // Where there is no database yet.
    let elsewhere = engine.file("elsewhere.db");
    restore(&file, &elsewhere).await.unwrap();
    assert_eq!(logins(&elsewhere).await, ["before"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_that_writes() {
    let engine = Sqlite::fresh().await;
    let store = std::sync::Arc::new(engine.open().await);
    add_user(&store, "first").await;
    let writer = {
        let store = store.clone();
        tokio::spawn(async move {
            for number in 0..100 {
                add_user(&store, &number.to_string()).await;
                store.checkpoint().await.unwrap();
            }
        })
    };
    for number in 0..5 {
        let file = engine.file(&format!("backup-{number}.db"));
        backup(&engine.file("offhook.db"), &file).await.unwrap();
    }
    writer.await.unwrap();
    for number in 0..5 {
        let restored = engine.file(&format!("restored-{number}.db"));
        restore(&engine.file(&format!("backup-{number}.db")), &restored)
            .await
            .unwrap();
        let found = logins(&restored).await;
        let expected = (0..found.len() - 1).map(|number| number.to_string());
        assert_eq!(found[0], "first");
        assert!(found[1..].iter().eq(expected.collect::<Vec<_>>().iter()));
    }
}

#[tokio::test]
async fn a_backup_costs_nothing_that_is_there() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let file = engine.file("backup.db");
    std::fs::write(&file, "precious").unwrap();
    let refused = store.backup_to(&file).await;
    assert!(
        matches!(refused, Err(BackupError::TargetExists(_))),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), b"precious");
    let nowhere = store
        .backup_to(&engine.file("no/such/folder/backup.db"))
        .await;
    assert!(
        matches!(nowhere, Err(BackupError::Target { .. })),
        "{nowhere:?}"
    );
    let nothing = backup(&engine.file("none.db"), &engine.file("x.db")).await;
    assert!(
        matches!(nothing, Err(BackupError::NoDatabase(_))),
        "{nothing:?}"
    );
    std::fs::write(engine.file("text.db"), "x".repeat(9000)).unwrap();
    let text = backup(&engine.file("text.db"), &engine.file("x.db")).await;
    assert!(
        matches!(text, Err(BackupError::Database { .. })),
        "{text:?}"
    );
    assert!(
        !names(&engine)
            .iter()
            .any(|name| name.contains("partial") || name == "x.db")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let engine = Sqlite::fresh().await;
    let file = engine.file("backup.db");
    engine.open().await.backup_to(&file).await.unwrap();
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

/// What is not restored leaves the database as it is.
async fn refused(engine: &Sqlite, file: &str) -> RestoreError {
    let database = engine.file("offhook.db");
    let before = names(engine);
    let error = restore(&engine.file(file), &database).await.unwrap_err();
    assert_eq!(names(engine), before);
    assert_eq!(logins(&database).await, ["anna"]);
    error
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    add_user(&store, "anna").await;
    let copies = ["good", "damaged", "newer", "other", "changed"];
    for name in copies {
        store.backup_to(&engine.file(name)).await.unwrap();
    }
    store.close().await.unwrap();

    let error = refused(&engine, "missing").await;
    assert!(matches!(error, RestoreError::Unreadable { .. }), "{error}");
    for (name, content) in [("empty", String::new()), ("text", "text\n".repeat(5000))] {
        std::fs::write(engine.file(name), content).unwrap();
        let error = refused(&engine, name).await;
        assert!(matches!(error, RestoreError::NotOurs(_)), "{name}: {error}");
    }
    let requests = SqliteRequestStore::open(&engine.file("requests"))
        .await
        .unwrap();
    requests.close().await.unwrap();
    let error = refused(&engine, "requests").await;
    assert!(matches!(error, RestoreError::NotOurs(_)), "{error}");
    run(&engine.file("other"), "PRAGMA application_id = 7").await;
    let error = refused(&engine, "other").await;
    assert!(matches!(error, RestoreError::NotOurs(_)), "{error}");

    let mut bytes = std::fs::read(engine.file("damaged")).unwrap();
    for byte in bytes.iter_mut().skip(8192).take(16384) {
        *byte = 0x55;
    }
    std::fs::write(engine.file("damaged"), &bytes).unwrap();
    let error = refused(&engine, "damaged").await;
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error}");
    std::fs::write(engine.file("damaged"), &bytes[..bytes.len() / 2 + 100]).unwrap();
    let error = refused(&engine, "damaged").await;
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error}");

    let add = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES (9999, 'later', 1, x'00', 1)";
    run(&engine.file("newer"), add).await;
    let error = refused(&engine, "newer").await;
    assert!(matches!(error, RestoreError::TooNew(_)), "{error}");
    run(
        &engine.file("changed"),
        "UPDATE _sqlx_migrations SET checksum = x'00'",
    )
    .await;
    let error = refused(&engine, "changed").await;
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error}");
    restore(&engine.file("good"), &engine.file("offhook.db"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_copied_database_in_use_is_refused() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    add_user(&store, "anna").await;
    let other = SqliteStore::open(&engine.file("running.db")).await.unwrap();
    add_user(&other, "emma").await;
    store.close().await.unwrap();
    let error = refused(&engine, "running.db").await;
    assert!(matches!(error, RestoreError::NotABackup(_)), "{error}");
    drop(other);
}

#[tokio::test]
async fn a_database_in_use_stays() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    add_user(&store, "anna").await;
    store.backup_to(&engine.file("good")).await.unwrap();
    let error = refused(&engine, "good").await;
    assert!(matches!(error, RestoreError::InUse(_)), "{error}");
    add_user(&store, "emma").await;
    store.close().await.unwrap();
    restore(&engine.file("good"), &engine.file("offhook.db"))
        .await
        .unwrap();
    assert_eq!(logins(&engine.file("offhook.db")).await, ["anna"]);
}

#[tokio::test]
async fn a_broken_database_is_replaced() {
    let engine = Sqlite::fresh().await;
    let (database, good) = (engine.file("offhook.db"), engine.file("good"));
    let store = engine.open().await;
    add_user(&store, "anna").await;
    store.backup_to(&good).await.unwrap();
    store.close().await.unwrap();
    for (content, log) in [("rubbish".repeat(999), "old log"), (String::new(), "")] {
        std::fs::write(&database, content).unwrap();
        std::fs::write(engine.file("offhook.db-wal"), log).unwrap();
        restore(&good, &database).await.unwrap();
        assert_eq!(logins(&database).await, ["anna"]);
    }
}

async fn call_ids(database: &Path) -> Vec<String> {
    let store = SqliteStore::open(database).await.unwrap();
    let query = CallQuery::newest(Visibility::All, 100);
    let calls = store.calls(&query).await.unwrap().items;
    store.close().await.unwrap();
    calls.into_iter().map(|call| call.call_id).collect()
}

#[tokio::test]
async fn events_that_are_not_in_the_tables_yet_are_in_a_backup() {
    let engine = Sqlite::fresh().await;
    let (database, file) = (engine.file("offhook.db"), engine.file("backup.db"));
    let store = engine.open().await;
    store.apply(&new_calls(1..=2)).await.unwrap();
    backup(&database, &file).await.unwrap();
    store.apply(&new_calls(3..=3)).await.unwrap();
    drop(store);
    let elsewhere = engine.file("elsewhere.db");
    restore(&file, &elsewhere).await.unwrap();
    assert_eq!(call_ids(&elsewhere).await, ["2", "1"]);
    // What stands in the log of the database before is not of this one.
    restore(&file, &database).await.unwrap();
    assert_eq!(call_ids(&database).await, ["2", "1"]);
    assert_eq!(names(&engine), ["backup.db", "elsewhere.db", "offhook.db"]);
}

#[tokio::test]
async fn a_copied_database_with_events_beside_it_is_refused() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    add_user(&store, "anna").await;
    store.close().await.unwrap();
    std::fs::copy(engine.file("offhook.db"), engine.file("copy.db")).unwrap();
    std::fs::write(engine.file("copy.db-events-2"), "line").unwrap();
    let error = refused(&engine, "copy.db").await;
    assert!(matches!(error, RestoreError::NotABackup(_)), "{error}");
}
