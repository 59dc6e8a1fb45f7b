//! Databases that earlier versions made.

use std::path::Path;

use offhook_store::contract::Engine;
use offhook_store::{AccountStore, UserChange};
use offhook_store_sql::{SqliteStore, backup, restore};
use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection};

use super::{Sqlite, run};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");

/// A database as the version left it whose last migration this was.
async fn made_by(version: &str, database: &Path) {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(MIGRATIONS).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        if name.as_str() <= version {
            std::fs::copy(file.path(), folder.path().join(name)).unwrap();
        }
    }
    let migrator = Migrator::new(folder.path()).await.unwrap();
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    migrator
        .run_direct(None, &mut connection, false)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn users_made_before_they_had_a_revision() {
    let engine = Sqlite::fresh().await;
    let database = engine.file("offhook.db");
    made_by("0001_init.sql", &database).await;
    let emma = "INSERT INTO user (login, name, email, phones, role, permissions, active, \
                preferences, created_at) VALUES ('emma', 'Emma', '', '[]', 'admin', '[]', 1, '{}', 7)";
    run(&database, emma).await;
    let saved = engine.file("old.db");
    backup(&database, &saved).await.unwrap();
    let restored = engine.file("restored.db");
    restore(&saved, &restored).await.unwrap();
    for database in [database, restored] {
        let store = SqliteStore::open(&database).await.unwrap();
        let users = store.users().await.unwrap();
        let emma = &users[0];
        assert_eq!((users.len(), emma.login.as_str()), (1, "emma"));
        assert_eq!(emma.revision, 1);
        let change = UserChange::default();
        let changed = store.update_user(emma.id, Some(1), &change).await.unwrap();
        assert_eq!(changed.unwrap().revision, 2);
        store.close().await.unwrap();
    }
}
