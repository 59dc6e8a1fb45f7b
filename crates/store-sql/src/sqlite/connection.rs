use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use offhook_store::{Maintenance, StoreError};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool};

use super::checkpoint::{Checkpointer, wal_in_use};
use super::recent::Recent;
use super::store_error;
use super::write::{Transaction, Turn, Writer};

/// The write-ahead log begins anew by force once so many pages stand in it: 64 MiB.
const WAL_LIMIT_PAGES: i64 = 64 * 1024 * 1024 / 4096;
/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How often, and how far apart, emptying the log is tried while somebody reads it.
const EMPTY_WAL_TRIES: usize = 50;
const EMPTY_WAL_PAUSE: Duration = Duration::from_millis(20);
/// How often, and how far apart, opening is tried while somebody else makes the file.
const OPEN_TRIES: usize = 250;
const OPEN_PAUSE: Duration = Duration::from_millis(20);

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
/// at a time, first come first served, but for events, which go into a log of their own first and
/// wait for nobody. Only one process takes events in; others may write beside it what is no call.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: Writer,
    readers: SqlitePool,
    /// Whether something that was deleted may still stand in the files.
    deleted: AtomicBool,
}

/// The tables of a database, version by version.
pub(super) static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

impl SqliteStore {
    /// Opens the database in this file, makes it where it is missing, and brings it up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let open = |source| OpenError::Open {
            path: path.to_owned(),
            source,
        };
        let options = options(path);
        let writer = migrated(path, &options, &MIGRATOR).await?;
        let checkpointer = Checkpointer::open(&options).await.map_err(open)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Writer::new(writer, checkpointer, path),
            readers: read_pool(options, 3),
            // Whoever had it before may have ended too early.
            deleted: AtomicBool::new(true),
        })
    }

    /// To be said when something was deleted or written over that is not to be read back.
    pub(super) fn has_deleted(&self) {
        self.deleted.store(true, Ordering::Relaxed);
    }

    /// The one connection that writes, and the calls in hand.
    pub(super) fn writer_and_hand(&self) -> &Writer {
        &self.writer
    }

    /// The one connection that writes; waits for its turn.
    pub(super) async fn writer(&self) -> Turn {
        self.writer.turn().await
    }

    /// A transaction on the one connection that writes; waits for its turn.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        self.writer.begin().await
    }

    /// A transaction that may change calls; waits for its turn.
    pub(super) async fn begin_on_calls(&self) -> Result<Transaction, StoreError> {
        self.writer.begin_on_calls().await
    }

    /// A snapshot in which the rows of calls and the list of their numbers are no older than this
    /// moment. While the disk takes nothing they may be: the log stays readable.
    pub(super) async fn read_calls(&self) -> Result<sqlx::Transaction<'_, Sqlite>, StoreError> {
        if self.writer.has_hand().await || self.left_something().await? {
            match self.writer.write_down_all_and_list().await {
                Ok(()) | Err(StoreError::Unavailable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.readers.begin().await.map_err(store_error)
    }

    /// Whether calls that somebody else took in lag behind, or their numbers are not listed.
    async fn left_something(&self) -> Result<bool, StoreError> {
        let noted: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM call_behind) \
             OR (SELECT max(id) FROM call) > (SELECT call FROM numbers_listed)",
        )
        .fetch_one(&self.readers)
        .await
        .map_err(store_error)?;
        Ok(noted || !self.writer.desk().await.log.read()?.is_empty())
    }

    /// Which calls an id may still mean.
    pub(super) fn recent(&self) -> &Recent {
        self.writer.recent()
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
    /// Once more than 64 MiB stand in the log, lets one checkpoint stop the writer for a moment, so
    /// that it begins anew: passive ones alone never do under load. The file stays as large as it
    /// was, to be written over, which is quicker than to give its pages back and take new ones.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let checkpointer = self.writer.checkpointer();
        if checkpointer.passive().await?.pages > WAL_LIMIT_PAGES {
            // Nobody writes meanwhile. A reader in the way is no error: the next time comes soon.
            let _turn = self.writer().await;
            checkpointer.restart().await?;
        }
        Ok(())
    }

    /// Empties the event log and the write-ahead log, so that nothing deleted stands in them any
    /// more. Unavailable while somebody reads what stood there before (a backup, say): try again
    /// later.
    pub async fn empty_wal(&self) -> Result<(), StoreError> {
        self.writer.remove_log().await?;
        let checkpointer = self.writer.checkpointer();
        for _ in 0..EMPTY_WAL_TRIES {
            // Most of the work first, while others write.
            checkpointer.passive().await?;
            let turn = self.writer().await;
            if checkpointer.truncate().await?.done {
                return Ok(());
            }
            drop(turn);
            tokio::time::sleep(EMPTY_WAL_PAUSE).await;
        }
        Err(wal_in_use())
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

    /// Writes what lags behind, empties the write-ahead log and closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        // Who took no events in may stand beside a server that does.
        if self.writer.has_hand().await {
            match self.writer.remove_log().await {
                // The events stay in their log.
                Ok(()) | Err(StoreError::Unavailable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.readers.close().await;
        self.writer.checkpointer().truncate().await?;
        self.writer.close().await
    }
}

#[async_trait]
impl Maintenance for SqliteStore {
    async fn tidy(&self) -> Result<(), StoreError> {
        self.checkpoint().await
    }

    async fn forget_deleted(&self) -> Result<bool, StoreError> {
        if !self.deleted.swap(false, Ordering::Relaxed) {
            return Ok(false);
        }
        self.empty_wal().await.inspect_err(|_| self.has_deleted())?;
        // The next event need not wait for new files.
        self.writer.desk().await.log.make()?;
        Ok(true)
    }
}

/// Whether somebody else is at it.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    // BUSY and LOCKED, with what their extended codes add.
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// A connection to a file that is made where it is missing, and brought up to date.
pub(super) async fn migrated(
    path: &Path,
    options: &SqliteConnectOptions,
    migrator: &Migrator,
) -> Result<SqliteConnection, OpenError> {
    let options = options.clone().create_if_missing(true);
    let mut tries = 0;
    let mut connection = loop {
        match options.connect().await {
            // Making a new file ready for a write-ahead log does not wait for whoever does the same
            // at this moment.
            Err(error) if is_busy(&error) && tries < OPEN_TRIES => {
                tries += 1;
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            Err(source) => {
                return Err(OpenError::Open {
                    path: path.to_owned(),
                    source,
                });
            }
            Ok(connection) => break connection,
        }
    };
    let failed = |source| OpenError::Migrate {
        path: path.to_owned(),
        source,
    };
    // In one transaction: whoever opens a new file at the same time waits, and finds it done.
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(|error| failed(error.into()))?;
    // What `run` does; that one's future is not `Send`.
    migrator
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(failed)?;
    transaction
        .commit()
        .await
        .map_err(|error| failed(error.into()))?;
    Ok(connection)
}

/// Connections that only read, opened when they are needed.
pub(super) fn read_pool(options: SqliteConnectOptions, most: u32) -> SqlitePool {
    SqlitePoolOptions::new()
        .min_connections(0)
        .max_connections(most)
        .idle_timeout(Duration::from_mins(1))
        .connect_lazy_with(options.pragma("query_only", "ON"))
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
        // For the same reason nothing is put into temporary files.
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-4000")
        .disable_statement_logging()
}
