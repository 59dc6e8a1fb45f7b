//! SQLite: one connection writes, a few read, one moves the write-ahead log into the file. Events go
//! into a log of their own first, so that they wait for none of it.

mod accounts;
mod apply;
mod backup;
mod calls;
mod catch_up;
mod checkpoint;
mod connection;
mod contact_search;
mod contacts;
mod event_log;
mod filter_calls;
mod forwards;
mod hand;
mod last_calls;
mod list_calls;
mod list_numbers;
mod load_calls;
mod notes;
mod prune;
mod recent;
mod replace;
mod requests;
mod reread_numbers;
mod restore;
mod rows;
mod sight;
mod source_activity;
mod sources;
mod statements;
mod write;
mod write_calls;
mod write_contacts;

pub use backup::{BackupError, backup};
pub use connection::{OpenError, SqliteStore};
pub use requests::SqliteRequestStore;
pub use restore::{RestoreError, restore};

use offhook_store::StoreError;

/// Turns a driver's error into ours, by what the caller can do about it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it stands alone in map_err"
)]
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            // Primary result codes, and the extended ones that contain them in the low byte:
            // BUSY 5, LOCKED 6, NOMEM 7, READONLY 8, IOERR 10, FULL 13, CANTOPEN 14.
            Some(code) if is_passing(code) => StoreError::Unavailable(error.to_string()),
            _ => StoreError::Internal(error.to_string()),
        },
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Internal(error.to_string()),
    }
}

fn is_passing(code: &str) -> bool {
    code.parse::<i32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14))
}

/// A list as the one argument of a statement that reads it with `json_each`: one text of a
/// statement, however long the list is.
pub(crate) fn json<T: serde::Serialize + ?Sized>(list: &T) -> Result<String, StoreError> {
    serde_json::to_string(list).map_err(|error| StoreError::Internal(error.to_string()))
}
