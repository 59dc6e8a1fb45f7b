//! The one connection that writes, and transactions on it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use offhook_store::StoreError;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::store_error;

/// The connection that writes, one user at a time, first come first served.
#[derive(Debug)]
pub(super) struct Writer(Arc<Mutex<SqliteConnection>>);

/// The connection that writes, for as long as this lives.
pub(super) type Turn = OwnedMutexGuard<SqliteConnection>;

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }

    /// Waits for its turn.
    pub(super) async fn turn(&self) -> Turn {
        Arc::clone(&self.0).lock_owned().await
    }

    /// Waits for its turn and begins a transaction.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        // Held by the transaction from here on: who gives up meanwhile leaves nothing open.
        let mut transaction = Transaction(Some(self.turn().await));
        run(&mut transaction, "BEGIN IMMEDIATE").await?;
        Ok(transaction)
    }

    /// Closes the connection, once everybody who waits had their turn.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        drop(self.turn().await);
        match Arc::try_unwrap(self.0) {
            Ok(connection) => connection.into_inner().close().await.map_err(store_error),
            // Somebody still has it, and closes it by dropping it.
            Err(_) => Ok(()),
        }
    }
}

/// A transaction that writes; what is not committed is as if it had not been.
///
/// Not sqlx's own, which counts how deep it is: SQLite ends a transaction by itself on some errors
/// (a full disk), and the count would be wrong for good.
pub(super) struct Transaction(Option<Turn>);

impl Transaction {
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        run(&mut self, "COMMIT").await?;
        self.0 = None;
        Ok(())
    }

    pub(super) async fn rollback(mut self) {
        if let Some(turn) = self.0.take() {
            roll_back(turn).await;
        }
    }
}

impl Drop for Transaction {
    /// Nobody gets the connection before it is free of what was not committed.
    fn drop(&mut self) {
        if let (Some(turn), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(roll_back(turn));
        }
    }
}

/// An error means that SQLite has ended the transaction by itself.
async fn roll_back(mut turn: Turn) {
    sqlx::query("ROLLBACK").execute(&mut *turn).await.ok();
}

impl Deref for Transaction {
    type Target = SqliteConnection;

    #[expect(
        clippy::expect_used,
        reason = "taken only by who consumes the transaction"
    )]
    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().expect("a transaction that is not over")
    }
}

impl DerefMut for Transaction {
    #[expect(
        clippy::expect_used,
        reason = "taken only by who consumes the transaction"
    )]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("a transaction that is not over")
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), StoreError> {
    sqlx::query(statement)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}
