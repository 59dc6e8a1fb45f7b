//! Who writes: the one connection, and the calls in hand.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use offhook_store::StoreError;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::catch_up::recover;
use super::checkpoint::Checkpointer;
use super::event_log::EventLog;
use super::hand::Hand;
use super::recent::Recent;
use super::store_error;

/// The connection that writes and the calls in hand, each with one user at a time, first come first
/// served. Who needs both takes the connection first. A batch of events needs only the hand as a
/// rule, so it waits for no row that is written.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    pen: Arc<Mutex<SqliteConnection>>,
    desk: Arc<Mutex<Desk>>,
    recent: Recent,
    checkpointer: Checkpointer,
    /// Whether rows are being written because too many lag behind.
    pub(super) hurrying: Arc<AtomicBool>,
}

/// Where the events of calls are taken in.
#[derive(Debug)]
pub(super) struct Desk {
    /// None while it may be other than the event log and the tables together.
    pub(super) hand: Option<Hand>,
    pub(super) log: EventLog,
    /// How many calls have to be written down before the tables have all that the full one of the
    /// log's files says.
    pub(super) full_until: Option<u64>,
}

impl Desk {
    /// Keeps events, and is in hand again what they made of it.
    pub(super) fn keep(&mut self, hand: Hand, lines: Vec<u8>) -> Result<(), StoreError> {
        if !lines.is_empty() {
            self.log.append(lines)?;
            if self.log.turn_over() {
                self.full_until = Some(hand.began);
            }
        }
        self.hand = Some(hand);
        Ok(())
    }

    /// How many calls lag behind and are not on their way; more than there may be while the log has no
    /// room for their events, however few they are.
    pub(super) fn behind(&self) -> usize {
        let behind = self.hand.as_ref().map_or(0, Hand::behind);
        if self.log.is_full() {
            usize::MAX
        } else {
            behind
        }
    }

    /// Empties the event log: the tables have all that it says.
    pub(super) fn empty_log(&mut self) -> Result<(), StoreError> {
        if self.log.is_empty() {
            return Ok(());
        }
        self.full_until = None;
        self.log.empty()
    }

    /// Empties the full one of the log's files once the tables have all that it says.
    pub(super) fn empty_full(&mut self) -> Result<(), StoreError> {
        let written = self.hand.as_ref().map_or(0, |hand| hand.written);
        if self.full_until.is_some_and(|until| until <= written) {
            self.full_until = None;
            self.log.empty_full()?;
        }
        Ok(())
    }
}

/// The desk, for as long as this lives.
pub(super) type AtDesk = OwnedMutexGuard<Desk>;

/// The connection that writes, for as long as this lives.
pub(super) type Turn = OwnedMutexGuard<SqliteConnection>;

impl Writer {
    pub(super) fn new(
        connection: SqliteConnection,
        checkpointer: Checkpointer,
        database: &Path,
    ) -> Self {
        let desk = Desk {
            hand: None,
            log: EventLog::of(database),
            full_until: None,
        };
        Self {
            pen: Arc::new(Mutex::new(connection)),
            desk: Arc::new(Mutex::new(desk)),
            recent: Recent::default(),
            checkpointer,
            hurrying: Arc::default(),
        }
    }

    /// Which calls an id may still mean.
    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// What moves the write-ahead log into the file.
    pub(super) fn checkpointer(&self) -> &Checkpointer {
        &self.checkpointer
    }

    /// Waits for its turn. For what leaves calls and their events as they are.
    pub(super) async fn turn(&self) -> Turn {
        Arc::clone(&self.pen).lock_owned().await
    }

    /// Waits for its turn at the desk, which may have no hand.
    pub(super) async fn desk(&self) -> AtDesk {
        Arc::clone(&self.desk).lock_owned().await
    }

    /// Whether calls were taken in hand yet.
    pub(super) async fn has_hand(&self) -> bool {
        self.desk().await.hand.is_some()
    }

    /// Waits for its turn with both, and has all calls in hand whose rows lag behind.
    pub(super) async fn both(&self) -> Result<(Turn, AtDesk), StoreError> {
        let mut turn = self.turn().await;
        let mut desk = self.desk().await;
        // Whoever had the connection before may have been stopped in the middle.
        desk.hand.take_if(|hand| hand.is_torn());
        if desk.hand.is_none() {
            let (again, hand) = recover(turn, &mut desk.log, &self.recent).await?;
            (turn, desk.hand, desk.full_until) = (again, Some(hand), None);
        }
        Ok((turn, desk))
    }

    /// Waits for its turn and begins a transaction that leaves calls and their events as they are.
    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        begin(self.turn().await, None).await
    }

    /// Waits for its turn and begins a transaction that may change calls: their rows are up to
    /// date, nothing is in hand, and no events are taken in meanwhile.
    pub(super) async fn begin_on_calls(&self) -> Result<Transaction, StoreError> {
        let (turn, desk) = self.all_written().await?;
        begin(turn, Some(desk)).await
    }

    /// Closes both connections, once everybody who waits had their turn.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        drop(self.turn().await);
        self.checkpointer.close().await?;
        match Arc::try_unwrap(self.pen) {
            Ok(pen) => pen.into_inner().close().await.map_err(store_error),
            // Somebody still has it, and closes it by dropping it.
            Err(_) => Ok(()),
        }
    }
}

/// Begins a transaction, which gives the desk free with its end.
pub(super) async fn begin(turn: Turn, desk: Option<AtDesk>) -> Result<Transaction, StoreError> {
    // Held by the transaction from here on: who gives up meanwhile leaves nothing open.
    let mut transaction = Transaction {
        turn: Some(turn),
        desk,
    };
    run(&mut transaction, "BEGIN IMMEDIATE").await?;
    Ok(transaction)
}

/// A transaction that writes; what is not committed is as if it had not been.
///
/// Not sqlx's own, which counts how deep it is: SQLite ends a transaction by itself on some errors
/// (a full disk), and the count would be wrong for good.
pub(super) struct Transaction {
    turn: Option<Turn>,
    /// Nobody takes events in meanwhile.
    desk: Option<AtDesk>,
}

impl Transaction {
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.commit_and_go_on().await?;
        Ok(())
    }

    /// Commits, and gives the connection back.
    pub(super) async fn commit_and_go_on(mut self) -> Result<Turn, StoreError> {
        run(&mut self, "COMMIT").await?;
        let turn = self.turn.take();
        turn.ok_or_else(|| StoreError::Internal("a transaction that is over".to_owned()))
    }

    /// Commits; from then on, this is in hand.
    pub(super) async fn commit_with(mut self, hand: Hand) -> Result<(), StoreError> {
        let desk = self.desk.take();
        self.commit().await?;
        if let Some(mut desk) = desk {
            desk.hand = Some(hand);
        }
        Ok(())
    }

    /// Empties the event log where this may change calls, whose rows are up to date then.
    pub(super) fn empty_log(&mut self) -> Result<(), StoreError> {
        self.desk.as_mut().map_or(Ok(()), |desk| desk.empty_log())
    }

    /// Another hand than the one at the desk, for as long as events are not taken in.
    pub(super) fn other_hand(&self) -> Result<Hand, StoreError> {
        let hand = self.desk.as_ref().and_then(|desk| desk.hand.as_ref());
        let nothing = || StoreError::Internal("a transaction without the desk".to_owned());
        hand.map(Hand::emptied).ok_or_else(nothing)
    }
}

impl Drop for Transaction {
    /// Nobody gets the connection before it is free of what was not committed.
    fn drop(&mut self) {
        if let (Some(turn), Ok(runtime)) = (self.turn.take(), tokio::runtime::Handle::try_current())
        {
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
        self.turn.as_ref().expect("a transaction that is not over")
    }
}

impl DerefMut for Transaction {
    #[expect(
        clippy::expect_used,
        reason = "taken only by who consumes the transaction"
    )]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.turn.as_mut().expect("a transaction that is not over")
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> Result<(), StoreError> {
    sqlx::query(statement)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}
