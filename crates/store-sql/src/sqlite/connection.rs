use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use offhook_store::{Maintenance, StoreError};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, MutexGuard};

use super::store_error;

/// The write-ahead log is emptied by force once it is larger than this many bytes.
const WAL_LIMIT: u64 = 64 * 1024 * 1024;
/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file can not be read, written or made.
    #[error("the database {path} can not be opened: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The tables could not be brought up to date.
    #[error("the database {path} can not be brought up to date: {source}")]
    Migrate {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
}

/// The embedded database: calls, sources, users, contacts.
///
/// Architecture invariant: all writes of this process go through one connection, one transaction
/// at a time, first come first served. So a batch of events waits for one short transaction at the
/// most, and no reader ever waits.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: Mutex<SqliteConnection>,
    readers: SqlitePool,
    checkpointer: Mutex<SqliteConnection>,
}

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

impl SqliteStore {
    /// Opens the database in this file, makes it where it is missing, and brings it up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let open = |source| OpenError::Open {
            path: path.to_owned(),
            source,
        };
        let mut writer = options(path)
            .create_if_missing(true)
            .connect()
            .await
            .map_err(open)?;
        MIGRATOR
            .run(&mut writer)
            .await
            .map_err(|source| OpenError::Migrate {
                path: path.to_owned(),
                source,
            })?;
        let checkpointer = options(path).connect().await.map_err(open)?;
        let readers = SqlitePoolOptions::new()
            .min_connections(0)
            .max_connections(3)
            .idle_timeout(Duration::from_mins(1))
            .connect_lazy_with(options(path).pragma("query_only", "ON"));
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers,
            checkpointer: Mutex::new(checkpointer),
        })
    }

    /// The one connection that writes; waits for its turn.
    pub(super) async fn writer(&self) -> MutexGuard<'_, SqliteConnection> {
        self.writer.lock().await
    }

    /// The connections that read.
    pub(super) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the write-ahead log into the file as far as readers let it, off the way of a commit.
    /// Once the log is larger than 64 MiB, lets one checkpoint stop the writer for a moment:
    /// passive ones alone never shrink it under load.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let mut connection = self.checkpointer.lock().await;
        run_checkpoint(&mut connection, "PASSIVE").await?;
        if self.wal_bytes() > WAL_LIMIT {
            let _turn = self.writer().await;
            run_checkpoint(&mut connection, "TRUNCATE").await?;
        }
        Ok(())
    }

    /// Empties the write-ahead log, so that nothing deleted stands in it any more.
    pub async fn empty_wal(&self) -> Result<(), StoreError> {
        let mut connection = self.checkpointer.lock().await;
        let _turn = self.writer().await;
        run_checkpoint(&mut connection, "TRUNCATE").await
    }

    /// How large the write-ahead log is, in bytes.
    pub fn wal_bytes(&self) -> u64 {
        let mut wal = self.path.as_os_str().to_owned();
        wal.push("-wal");
        std::fs::metadata(wal).map_or(0, |metadata| metadata.len())
    }

    /// Whether the database can be read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    /// Empties the write-ahead log and closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        self.readers.close().await;
        run_checkpoint(&mut *self.checkpointer.lock().await, "TRUNCATE").await?;
        self.checkpointer
            .into_inner()
            .close()
            .await
            .map_err(store_error)?;
        self.writer.into_inner().close().await.map_err(store_error)
    }
}

async fn run_checkpoint(
    connection: &mut SqliteConnection,
    mode: &'static str,
) -> Result<(), StoreError> {
    let statement = match mode {
        "PASSIVE" => "PRAGMA wal_checkpoint(PASSIVE)",
        _ => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    sqlx::query(statement)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

#[async_trait]
impl Maintenance for SqliteStore {
    async fn tidy(&self) -> Result<(), StoreError> {
        self.checkpoint().await
    }

    async fn forget_deleted(&self) -> Result<(), StoreError> {
        self.empty_wal().await
    }
}

/// How every connection to our files is opened.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        // Checkpoints run on a connection of their own, off the commit.
        .pragma("wal_autocheckpoint", "0")
        // What is deleted is overwritten: retention means that it is gone.
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-4000")
        .disable_statement_logging()
}
