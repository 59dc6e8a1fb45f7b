//! The contract on SQLite, and what only SQLite has.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backup;
mod behind;
mod files;
mod upgrade;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use offhook_store::Maintenance;
use offhook_store::contract::Engine;
use offhook_store_sql::{SqliteRequestStore, SqliteStore};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use tempfile::TempDir;

/// A database in a folder of its own.
struct Sqlite {
    folder: TempDir,
}

impl Sqlite {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Engine for Sqlite {
    type Store = SqliteStore;
    type Requests = SqliteRequestStore;

    async fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.file("offhook.db")).await.unwrap()
    }

    async fn two(&self) -> (Arc<SqliteStore>, Arc<SqliteStore>) {
        let store = Arc::new(self.open().await);
        (Arc::clone(&store), store)
    }

    async fn close(&self, store: SqliteStore) {
        store.close().await.unwrap();
    }

    async fn open_requests(&self) -> SqliteRequestStore {
        SqliteRequestStore::open(&self.file("requests.db"))
            .await
            .unwrap()
    }

    async fn meddle(&self, statement: &'static str) {
        run(&self.file("offhook.db"), statement).await;
    }

    async fn settle(&self, store: &SqliteStore) {
        store.forget_deleted().await.unwrap();
    }

    fn holds(&self, text: &str) -> bool {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
            .any(|bytes| {
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            })
    }
}

/// Runs a statement on a connection of another program.
async fn run(database: &Path, statement: impl SqlSafeStr) {
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
        .unwrap();
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

offhook_store::contract_tests!(Sqlite);
