//! A consistent copy of the database while it is used.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection};

use super::SqliteStore;
use super::catch_up::note_behind;
use super::connection::options;
use super::event_log::{self, Line};
use super::replace::{Partial, sync_folder_of};

/// A backup could not be made. Nothing stands under its name.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database to copy.
    #[error("there is no database {0}: is this the right data folder?")]
    NoDatabase(PathBuf),
    /// There is something under the name of the backup.
    #[error("{0} is there already: name another file, or take this one away first")]
    TargetExists(PathBuf),
    /// The database can not be read.
    #[error("the database {path} can not be read: {source}")]
    Database {
        /// The database.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The backup can not be written.
    #[error("the backup {path} can not be written: {source}")]
    Target {
        /// The backup.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl SqliteStore {
    /// Copies the database into a new file. Events keep coming in meanwhile; the copy is the
    /// database as it was at one moment.
    pub async fn backup_to(&self, target: &Path) -> Result<(), BackupError> {
        backup(self.path(), target).await
    }
}

/// Copies the database in a file into a new file, also beside a server that uses it.
///
/// The copy appears under its name once it is complete and on the disk. A file that is there
/// already is never touched: a backup must not cost the one before.
pub async fn backup(database: &Path, target: &Path) -> Result<(), BackupError> {
    let unwritable = |source| BackupError::Target {
        path: target.to_owned(),
        source,
    };
    if !exists(database).await {
        return Err(BackupError::NoDatabase(database.to_owned()));
    }
    if exists(target).await {
        return Err(BackupError::TargetExists(target.to_owned()));
    }
    let partial = Partial::beside(target).await.map_err(unwritable)?;
    // A relative name could look like a URI.
    let copy = std::path::absolute(partial.path()).map_err(unwritable)?;
    let copy = copy
        .to_str()
        .ok_or_else(|| unwritable(std::io::ErrorKind::InvalidFilename.into()))?;
    let unreadable = |source| BackupError::Database {
        path: database.to_owned(),
        source,
    };
    // First, as events go from there into the tables.
    let log = event_log::read(database).map_err(|error| unreadable(error.into()))?;
    vacuum_into(database, copy).await.map_err(unreadable)?;
    add_events(copy, log).await.map_err(unwritable)?;
    partial.sync().await.map_err(unwritable)?;
    // Whoever was faster keeps the name.
    if exists(target).await {
        return Err(BackupError::TargetExists(target.to_owned()));
    }
    partial.become_file(target).await.map_err(unwritable)?;
    sync_folder_of(target).await.map_err(unwritable)
}

/// A connection of its own: the readers may not write, and not even a new file.
async fn vacuum_into(database: &Path, target: &str) -> Result<(), sqlx::Error> {
    let mut connection = options(database).connect().await?;
    let done = sqlx::query("VACUUM INTO ?1")
        .bind(target)
        .execute(&mut connection)
        .await;
    connection.close().await?;
    done.map(|_| ())
}

/// Adds events that the tables may not have yet.
async fn add_events(copy: &str, log: Vec<Line>) -> std::io::Result<()> {
    if log.is_empty() {
        return Ok(());
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(copy)
        // It is no backup before it is complete, so nothing has to be undone.
        .journal_mode(SqliteJournalMode::Off)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(std::io::Error::other)?;
    let noted = note_behind(&mut connection, log).await;
    let closed = connection.close().await;
    noted.map_err(std::io::Error::other)?;
    closed.map_err(std::io::Error::other)
}

/// Whether there is anything under this name, be it a link to nowhere.
pub(super) async fn exists(path: &Path) -> bool {
    tokio::fs::symlink_metadata(path).await.is_ok()
}
