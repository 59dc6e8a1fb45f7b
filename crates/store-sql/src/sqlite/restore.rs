//! The way back from a backup.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use offhook_store::StoreError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::backup::exists;
use super::catch_up::note_behind;
use super::connection::{MIGRATOR, is_busy};
use super::event_log;
use super::replace::{Partial, sync_folder_of};
use super::store_error;

/// "OFFH", as the first migration sets it.
const APPLICATION_ID: i64 = 1_330_005_576;

/// A backup could not be restored. The database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup can not be read.
    #[error("the backup {path} can not be read: {source}")]
    Unreadable {
        /// The backup.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no backup but a part of a database in use.
    #[error(
        "{0} is not a backup but the file of a database, whose latest changes stand in the files \
         beside it: make a backup with `offhook backup`"
    )]
    NotABackup(PathBuf),
    /// It is not a database, or one of another program.
    #[error("{0} is not a backup of an offhook database")]
    NotOurs(PathBuf),
    /// A later version made it.
    #[error("the backup {0} was made by a later version of offhook: restore it with that version")]
    TooNew(PathBuf),
    /// It is broken.
    #[error("the backup {path} is damaged ({what}): take an older one")]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Somebody uses the database.
    #[error("the database {0} is in use: stop the server first")]
    InUse(PathBuf),
    /// The database can not be written.
    #[error("the database {path} can not be written: {source}")]
    Unwritable {
        /// The database.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Puts a backup in the place of a database that nobody uses, or where there is none.
///
/// Works on a copy, which is checked and on the disk before it takes the database's name in one
/// step: whatever happens, there is the old database or the new one.
pub async fn restore(backup: &Path, database: &Path) -> Result<(), RestoreError> {
    let unwritable = |source| RestoreError::Unwritable {
        path: database.to_owned(),
        source,
    };
    // Fails for what is no file, before anything is made.
    let readable = tokio::fs::File::open(backup).await;
    let length = match readable {
        Ok(file) => file.metadata().await.map(|metadata| metadata.len()),
        Err(error) => Err(error),
    }
    .map_err(|source| RestoreError::Unreadable {
        path: backup.to_owned(),
        source,
    })?;
    if length == 0 {
        return Err(RestoreError::NotOurs(backup.to_owned()));
    }
    let has_events = event_log::has_lines(backup).map_err(|source| RestoreError::Unreadable {
        path: backup.to_owned(),
        source,
    })?;
    if log_length(backup).await > 0 || has_events {
        return Err(RestoreError::NotABackup(backup.to_owned()));
    }
    let partial = Partial::beside(database).await.map_err(unwritable)?;
    tokio::fs::copy(backup, partial.path())
        .await
        .map_err(unwritable)?;
    check(partial.path(), backup).await?;
    partial.sync().await.map_err(unwritable)?;
    clear_the_way(database).await?;
    partial.become_file(database).await.map_err(unwritable)?;
    sync_folder_of(database).await.map_err(unwritable)
}

/// Whether the copy is a whole database of ours that this version knows. `named` is what the user
/// calls it.
async fn check(copy: &Path, named: &Path) -> Result<(), RestoreError> {
    let damaged = |error: sqlx::Error| match &error {
        // SQLITE_NOTADB
        sqlx::Error::Database(inner) if inner.code().as_deref() == Some("26") => {
            RestoreError::NotOurs(named.to_owned())
        }
        _ => RestoreError::Damaged {
            path: named.to_owned(),
            what: error.to_string(),
        },
    };
    let mut connection = SqliteConnectOptions::new()
        .filename(copy)
        // Leaves no other files beside it.
        .immutable(true)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(damaged)?;
    let found = check_connection(&mut connection).await;
    connection.close().await.map_err(damaged)?;
    match found.map_err(damaged)? {
        Found::Good => Ok(()),
        Found::NotOurs => Err(RestoreError::NotOurs(named.to_owned())),
        Found::TooNew => Err(RestoreError::TooNew(named.to_owned())),
        Found::Damaged(what) => Err(RestoreError::Damaged {
            path: named.to_owned(),
            what,
        }),
    }
}

enum Found {
    Good,
    NotOurs,
    TooNew,
    Damaged(String),
}

async fn check_connection(connection: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    if application != APPLICATION_ID {
        return Ok(Found::NotOurs);
    }
    let applied: Vec<(i64, Vec<u8>, bool)> =
        sqlx::query_as("SELECT version, checksum, success FROM _sqlx_migrations")
            .fetch_all(&mut *connection)
            .await?;
    if let Some(found) = judge_versions(&applied, &MIGRATOR) {
        return Ok(found);
    }
    let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut *connection)
        .await?;
    Ok(if said == "ok" {
        Found::Good
    } else {
        Found::Damaged(said)
    })
}

/// What is wrong with the migrations that a database says it had; none if we know them all.
fn judge_versions(applied: &[(i64, Vec<u8>, bool)], ours: &Migrator) -> Option<Found> {
    let ours: HashMap<i64, &[u8]> = ours
        .iter()
        .map(|migration| (migration.version, migration.checksum.as_ref()))
        .collect();
    for (version, checksum, success) in applied {
        match ours.get(version) {
            None => return Some(Found::TooNew),
            Some(known) if *known != checksum.as_slice() => {
                return Some(Found::Damaged(format!(
                    "its tables are not those of version {version}"
                )));
            }
            Some(_) if !success => {
                return Some(Found::Damaged(format!(
                    "the change to version {version} was cut off"
                )));
            }
            Some(_) => {}
        }
    }
    applied.is_empty().then_some(Found::NotOurs)
}

/// Makes sure that nobody uses the old database, and that nothing of it is left beside the file:
/// SQLite would take an old write-ahead log for the new database's.
async fn clear_the_way(database: &Path) -> Result<(), RestoreError> {
    if exists(database).await {
        let alone = SqliteConnectOptions::new()
            .filename(database)
            .locking_mode(SqliteLockingMode::Exclusive)
            .busy_timeout(std::time::Duration::ZERO)
            .disable_statement_logging()
            .connect()
            .await;
        let closed = match alone {
            Ok(mut connection) => {
                let locked = sqlx::query("BEGIN EXCLUSIVE")
                    .execute(&mut connection)
                    .await
                    .map(|_| ());
                if locked.is_ok() {
                    take_events_in(&mut connection, database).await.ok();
                }
                // The last connection moves the log into the file and takes it away, so that the
                // old database is whole until the very moment it is replaced.
                locked.and(connection.close().await)
            }
            Err(error) => Err(error),
        };
        match closed {
            Err(error) if is_busy(&error) => {
                return Err(RestoreError::InUse(database.to_owned()));
            }
            // A broken database is a good reason to restore one.
            Err(_) | Ok(()) => {}
        }
    }
    event_log::remove(database).map_err(|source| RestoreError::Unwritable {
        path: database.to_owned(),
        source,
    })?;
    for ending in ["-wal", "-shm"] {
        match tokio::fs::remove_file(beside(database, ending)).await {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(RestoreError::Unwritable {
                    path: database.to_owned(),
                    source,
                });
            }
            _ => {}
        }
    }
    sync_folder_of(database)
        .await
        .map_err(|source| RestoreError::Unwritable {
            path: database.to_owned(),
            source,
        })
}

/// Has in the tables what only the event log has.
async fn take_events_in(
    connection: &mut SqliteConnection,
    database: &Path,
) -> Result<(), StoreError> {
    let log = event_log::read(database);
    let log = log.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    note_behind(connection, log).await?;
    let committed = sqlx::query("COMMIT").execute(connection).await;
    committed.map(|_| ()).map_err(store_error)
}

async fn log_length(database: &Path) -> u64 {
    tokio::fs::metadata(beside(database, "-wal"))
        .await
        .map_or(0, |metadata| metadata.len())
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
