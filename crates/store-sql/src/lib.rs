//! The stores on SQLite.
//!
//! SQL stands as text beside the method that runs it. One connection writes, a few read; see
//! [`SqliteStore`].

mod row;
mod sqlite;

pub use sqlite::{
    BackupError, OpenError, RestoreError, SqliteRequestStore, SqliteStore, backup, restore,
};
