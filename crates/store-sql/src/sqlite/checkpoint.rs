//! The write-ahead log, moved into the file.

use std::sync::Arc;
use std::time::Duration;

use offhook_store::StoreError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Mutex;

use super::store_error;

/// How long a checkpoint that stops the writer waits for readers.
const TIMEOUT: Duration = Duration::from_millis(2);

const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
const RESTART: &str = "PRAGMA wal_checkpoint(RESTART)";
const TRUNCATE: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// What a checkpoint came to.
pub(super) struct Checkpoint {
    /// False when somebody was in its way.
    pub(super) done: bool,
    /// Pages in the log.
    pub(super) pages: i64,
}

/// The connection that moves the log, off the way of a commit.
#[derive(Debug, Clone)]
pub(super) struct Checkpointer(Arc<Mutex<SqliteConnection>>);

impl Checkpointer {
    pub(super) async fn open(options: &SqliteConnectOptions) -> sqlx::Result<Self> {
        let mut connection = options.connect().await?;
        // Once it is open: it holds up the writer, so it must not wait for readers.
        let statement = format!("PRAGMA busy_timeout = {}", TIMEOUT.as_millis());
        // Not kept: SQLite sets it while it prepares the statement, and never again.
        sqlx::query(AssertSqlSafe(statement))
            .persistent(false)
            .execute(&mut connection)
            .await?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Moves what readers let it, while others write.
    pub(super) async fn passive(&self) -> Result<Checkpoint, StoreError> {
        checkpoint(&mut *self.0.lock().await, PASSIVE).await
    }

    /// The same, so that the log begins anew. Nobody may write meanwhile.
    pub(super) async fn restart(&self) -> Result<Checkpoint, StoreError> {
        checkpoint(&mut *self.0.lock().await, RESTART).await
    }

    /// The same, so that the log is empty. Nobody may write meanwhile.
    pub(super) async fn truncate(&self) -> Result<Checkpoint, StoreError> {
        checkpoint(&mut *self.0.lock().await, TRUNCATE).await
    }

    pub(super) async fn close(self) -> Result<(), StoreError> {
        match Arc::try_unwrap(self.0) {
            Ok(connection) => connection.into_inner().close().await.map_err(store_error),
            // Somebody still has it, and closes it by dropping it.
            Err(_) => Ok(()),
        }
    }
}

async fn checkpoint(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<Checkpoint, StoreError> {
    let (busy, pages, _): (i64, i64, i64) = sqlx::query_as(statement)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    Ok(Checkpoint {
        done: busy == 0,
        pages,
    })
}

/// Empties the write-ahead log with the connection that writes; waits for readers.
pub(super) async fn empty_wal(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    if checkpoint(connection, TRUNCATE).await?.done {
        Ok(())
    } else {
        Err(wal_in_use())
    }
}

pub(super) fn wal_in_use() -> StoreError {
    StoreError::Unavailable("somebody reads the write-ahead log".to_owned())
}
