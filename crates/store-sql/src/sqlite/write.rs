//! The one connection that writes, and transactions on it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use offhook_store::{Incoming, StoreError};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::apply::{is_nameless, joined_by};
use super::catch_up::{recover, write_down};
use super::hand::Hand;
use super::recent::Recent;
use super::store_error;
use super::write_calls::Around;

/// The connection that writes, one user at a time, first come first served.
#[derive(Debug)]
pub(super) struct Writer {
    pen: Arc<Mutex<Pen>>,
    recent: Recent,
}

#[derive(Debug)]
struct Pen {
    connection: SqliteConnection,
    /// None while somebody has it, and whenever it may be other than the tables.
    hand: Option<Hand>,
}

/// The connection that writes, for as long as this lives.
pub(super) struct Turn(OwnedMutexGuard<Pen>);

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0.connection
    }
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        let pen = Pen {
            connection,
            hand: None,
        };
        Self {
            pen: Arc::new(Mutex::new(pen)),
            recent: Recent::default(),
        }
    }

    /// Which calls an id may still mean.
    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Waits for its turn. For what leaves calls and their events as they are.
    pub(super) async fn turn(&self) -> Turn {
        Turn(Arc::clone(&self.pen).lock_owned().await)
    }

    /// Waits for its turn and begins a transaction that leaves calls and their events as they are.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        // Held by the transaction from here on: who gives up meanwhile leaves nothing open.
        let mut transaction = Transaction(Some(self.turn().await));
        run(&mut transaction, "BEGIN IMMEDIATE").await?;
        Ok(transaction)
    }

    /// Waits for its turn and begins a transaction, with the calls in hand. They are given back
    /// with the commit ([`Transaction::commit_with`]); else the next one finds out anew.
    pub(super) async fn begin_with_hand(&self) -> Result<(Transaction, Hand), StoreError> {
        let mut turn = self.turn().await;
        let hand = turn.0.hand.take();
        let mut transaction = Transaction(Some(turn));
        let data_version = sqlx::query_scalar("BEGIN IMMEDIATE; PRAGMA data_version")
            .fetch_one(&mut *transaction)
            .await
            .map_err(store_error)?;
        let hand = match hand {
            Some(hand) if hand.data_version == data_version => hand,
            _ => recover(&mut transaction, data_version, self.recent.clone()).await?,
        };
        Ok((transaction, hand))
    }

    /// Waits for its turn, with the calls in hand if all are there that the batch may mean; what
    /// is not begun yet is for one statement to begin and to commit. `None` where the tables have to
    /// be asked.
    pub(super) async fn with_all_in_hand(&self, batch: &[Incoming]) -> Option<(Transaction, Hand)> {
        let mut turn = self.turn().await;
        let hand = turn.0.hand.take_if(|hand| {
            hand.stay_small();
            !is_nameless(batch) && hand.holds(batch) && hand.holds(&joined_by(batch))
        })?;
        Some((Transaction(Some(turn)), hand))
    }

    /// Waits for its turn and begins a transaction that may change calls: their rows are up to
    /// date, and nothing is in hand.
    pub(super) async fn begin_on_calls(&self) -> Result<Transaction, StoreError> {
        let (mut transaction, mut hand) = self.begin_with_hand().await?;
        write_down(&mut transaction, &mut hand, usize::MAX, Around::Nothing).await?;
        Ok(transaction)
    }

    /// Closes the connection, once everybody who waits had their turn.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        drop(self.turn().await);
        match Arc::try_unwrap(self.pen) {
            Ok(pen) => (pen.into_inner().connection.close().await).map_err(store_error),
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

    /// Commits; from then on, this is in hand.
    pub(super) async fn commit_with(mut self, hand: Hand) -> Result<(), StoreError> {
        run(&mut self, "COMMIT").await?;
        self.committed_with(hand);
        Ok(())
    }

    /// It was committed by the last statement; from then on, this is in hand.
    pub(super) fn committed_with(mut self, hand: Hand) {
        if let Some(mut turn) = self.0.take() {
            turn.0.hand = Some(hand);
        }
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
