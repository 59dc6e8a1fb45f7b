//! Rows of calls that lag behind their events, brought up to date.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use offhook_core::call::{Call, Event, fold};
use offhook_core::{CallId, ConversationId, SourceId};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::event_log::{EventLog, Line};
use super::hand::{Hand, Leaving, call_id_of};
use super::load_calls::{load_events, newest_event};
use super::recent::Recent;
use super::statements::insert;
use super::write::{AtDesk, Turn, Writer, begin};
use super::{json, store_error, write_calls};
use crate::row::{CallRow, select_calls};

/// More calls do not lag behind their events for long. So many that most have ended when their rows
/// are written, which is done once then.
const MOST_BEHIND: usize = 6144;
/// With more, events come faster than rows are written at a gentle pace; some hundred are added while
/// numbers are listed.
const TOO_MANY_BEHIND: usize = MOST_BEHIND + 1536;
/// What a fast pace leaves.
const FEW_BEHIND: usize = 4096;
/// Rows of calls that are written at once for somebody who waits for them.
const SLICE: usize = 256;
/// The same at a fast pace: each costs less the more there are.
const LONG_SLICE: usize = 1024;
/// The same at a gentle pace: events do not wait for long for a core or the disk.
const SHORT_SLICE: usize = 64;
/// The same in a lull, which the next event may end at any moment.
const LULL_SLICE: usize = 32;

impl Writer {
    /// Writes some of what lags behind; answers how much still does. When it is nothing, nothing
    /// stands in the event log any more, and all numbers are listed.
    pub(super) async fn catch_up(&self) -> Result<usize, StoreError> {
        let behind = self.write_down_some(LULL_SLICE).await?;
        if behind == 0 {
            self.empty_log().await?;
            self.list_numbers(Pace::Fast).await?;
        }
        Ok(behind)
    }

    /// Empties the event log, if the tables have all that it says.
    async fn empty_log(&self) -> Result<(), StoreError> {
        let mut desk = self.desk().await;
        let written = (desk.hand.as_ref()).is_some_and(|hand| hand.lagging() == 0);
        if written { desk.empty_log() } else { Ok(()) }
    }

    /// Moves all that stands in the event log into the tables, and takes its files away.
    pub(super) async fn remove_log(&self) -> Result<(), StoreError> {
        let (_turn, mut desk) = self.all_written().await?;
        desk.full_until = None;
        desk.log.remove()
    }

    /// Waits for its turn with both, and has all rows written: nothing is in hand.
    pub(super) async fn all_written(&self) -> Result<(Turn, AtDesk), StoreError> {
        // Most of them while events go on.
        self.write_down_all().await?;
        let writer = self.clone();
        on_its_own(async move {
            let (mut turn, mut desk) = writer.both().await?;
            if let Some(hand) = &mut desk.hand {
                turn = write_down(turn, hand.leave(usize::MAX)).await?;
                hand.have_left();
                *hand = hand.emptied();
            }
            Ok((turn, desk))
        })
        .await
    }

    /// Has rows written for as long as too many calls lag behind, while events go on.
    pub(super) fn hurry(&self, behind: usize) {
        if behind < MOST_BEHIND + SHORT_SLICE || self.hurrying.swap(true, Ordering::Relaxed) {
            return;
        }
        let writer = self.clone();
        tokio::spawn(async move {
            let mut pace = Some(Pace::Gentle);
            while let Some(now) = pace {
                pace = match writer.write_down_at(now).await {
                    Ok(behind) => now.next(behind),
                    // The next event tries again.
                    Err(_) => None,
                };
            }
            writer.hurrying.store(false, Ordering::Relaxed);
        });
    }

    async fn write_down_at(&self, pace: Pace) -> Result<usize, StoreError> {
        self.list_many_numbers(pace).await?;
        match pace {
            Pace::Fast => self.write_down_some(LONG_SLICE).await,
            Pace::Gentle => {
                let behind = self.write_down_some(SHORT_SLICE).await?;
                // One after the other, and little at a time.
                self.checkpointer().passive().await?;
                Ok(behind)
            }
        }
    }

    /// Writes some rows if as many calls as this lag behind.
    pub(super) async fn wait_for_rows(&self, most: usize) -> Result<(), StoreError> {
        let behind = self.desk().await.hand.as_ref().map_or(0, Hand::lagging);
        if behind >= most {
            self.write_down_some(SLICE).await?;
        }
        Ok(())
    }

    /// Writes the rows of the calls that lag behind at this moment, while events go on; calls that
    /// lag behind because of those are left out.
    pub(super) async fn write_down_all(&self) -> Result<(), StoreError> {
        let mut left = (self.desk().await.hand.as_ref()).map_or(usize::MAX, Hand::lagging);
        while left > 0 {
            let behind = self.write_down_some(SLICE).await?;
            left = behind.min(left.saturating_sub(SLICE));
        }
        Ok(())
    }

    /// The same, and lists their numbers.
    pub(super) async fn write_down_all_and_list(&self) -> Result<(), StoreError> {
        self.write_down_all().await?;
        self.list_numbers(Pace::Fast).await
    }

    /// Writes the rows of those that began to lag behind first, at most `limit`, while events go on;
    /// answers how many still lag behind (see [`Desk::behind`](super::write::Desk::behind)).
    pub(super) async fn write_down_some(&self, limit: usize) -> Result<usize, StoreError> {
        let writer = self.clone();
        on_its_own(async move {
            let (turn, mut desk) = writer.both().await?;
            let leaving = desk.hand.as_mut().map(|hand| hand.leave(limit));
            drop(desk);
            // Until it is said that they have left, whoever has the connection next knows that they
            // may not have.
            let turn = write_down(turn, leaving.unwrap_or_default()).await?;
            let mut desk = writer.desk().await;
            let Some(hand) = &mut desk.hand else {
                // Events could not be kept meanwhile: what still lags behind is found out anew.
                return Ok(1);
            };
            hand.have_left();
            drop(turn);
            desk.empty_full()?;
            Ok(desk.behind())
        })
        .await
    }
}

/// Finishes what was begun also where whoever waits for it goes away, as a browser may at any moment:
/// else all that lags behind would have to be made anew, while events wait.
async fn on_its_own<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::spawn(work).await;
    done.map_err(|error| StoreError::Internal(error.to_string()))?
}

/// How rows are written while events go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Short slices, each with its checkpoint: what events share cores and disk with.
    Gentle,
    /// Long ones, which cost less.
    Fast,
}

impl Pace {
    /// How it goes on with so many calls that lag behind; not at all once they are few enough.
    fn next(self, behind: usize) -> Option<Self> {
        match self {
            Self::Fast => (behind > FEW_BEHIND).then_some(Self::Fast),
            Self::Gentle if behind > TOO_MANY_BEHIND => Some(Self::Fast),
            Self::Gentle => (behind > MOST_BEHIND).then_some(Self::Gentle),
        }
    }
}

/// Writes the rows of calls, and their events.
pub(super) async fn write_down(turn: Turn, leaving: Vec<Leaving>) -> Result<Turn, StoreError> {
    if leaving.is_empty() {
        return Ok(turn);
    }
    let mut transaction = begin(turn, None).await?;
    write_calls::write(&mut transaction, leaving).await?;
    transaction.commit_and_go_on().await
}

/// Brings up to date what lags behind according to the event log and the tables, and begins an empty
/// hand. A call that makes no sense stays behind: it must not hold up the others.
pub(super) async fn recover(
    turn: Turn,
    log: &mut EventLog,
    recent: &Recent,
) -> Result<(Turn, Hand), StoreError> {
    let mut transaction = begin(turn, None).await?;
    recent.read(&mut transaction).await?;
    note_behind(&mut transaction, log.read()?).await?;
    let behind: Vec<(i64, i64)> = sqlx::query_as("SELECT call, source_id FROM call_behind")
        .fetch_all(&mut *transaction)
        .await
        .map_err(store_error)?;
    let mut calls = Vec::with_capacity(behind.len());
    for (call, source) in behind {
        match fold_anew(&mut transaction, CallId(call), SourceId(source)).await {
            Ok(found) => calls.extend(found),
            Err(StoreError::Corrupt { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let (leaving, events): (Vec<Leaving>, Vec<Vec<Event>>) = calls.into_iter().unzip();
    let new = leaving.iter().filter(|leaving| leaving.new);
    let first_new = new.map(|leaving| leaving.call.id.0).min();
    let calls: Vec<Arc<Call>> = (leaving.iter())
        .map(|leaving| Arc::clone(&leaving.call))
        .collect();
    write_calls::write(&mut transaction, leaving).await?;
    recent.add((calls.iter()).map(|call| (call.id, call.source_id, call.call_id.as_str())));
    for (call, events) in calls.iter().zip(&events) {
        join_anew(&mut transaction, call, events, recent).await?;
    }
    let written: Vec<i64> = calls.iter().map(|call| call.id.0).collect();
    sqlx::query("DELETE FROM call_behind WHERE call IN (SELECT value FROM json_each(?))")
        .bind(json(&written)?)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
    // A call that made no sense until now is older than others whose numbers are listed.
    let (next_id, unlisted): (i64, i64) = sqlx::query_as(
        "UPDATE numbers_listed SET call = ?1 - 1 WHERE call >= ?1; \
         SELECT 1 + max(coalesce((SELECT max(call) FROM call_behind), 0), \
                        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'call'), 0)), \
             coalesce((SELECT max(id) FROM call), 0) - (SELECT call FROM numbers_listed)",
    )
    .bind(first_new)
    .fetch_one(&mut *transaction)
    .await
    .map_err(store_error)?;
    let newest = newest_event(&mut *transaction).await?;
    let turn = transaction.commit_and_go_on().await?;
    // With what stands behind a mark, or was not taken whole.
    log.clear()?;
    let mut hand = Hand::empty(CallId(next_id), newest, recent.clone());
    hand.unlisted = usize::try_from(unlisted).unwrap_or(0);
    Ok((turn, hand))
}

/// Puts events into the tables that only the event log has, with a note that their calls lag behind.
pub(super) async fn note_behind(
    connection: &mut SqliteConnection,
    lines: Vec<Line>,
) -> Result<(), StoreError> {
    let calls: Vec<_> = (lines.iter())
        .map(|line| (line.event.call, line.source_id))
        .collect();
    let events = lines.into_iter().map(|line| line.event);
    insert(connection, "OR IGNORE INTO event", events.collect()).await?;
    sqlx::query(
        "INSERT OR IGNORE INTO call_behind (call, source_id) \
         SELECT value ->> '$[0]', value ->> '$[1]' FROM jsonb_each(?)",
    )
    .bind(json(&calls)?)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// Makes one conversation of a call and those that its events join it with.
async fn join_anew(
    connection: &mut SqliteConnection,
    call: &Call,
    events: &[Event],
    recent: &Recent,
) -> Result<(), StoreError> {
    let joined = (events.iter()).filter_map(|event| event.body.joined.as_deref());
    for other in joined {
        let found: Vec<i64> = (recent.of(recent.key(call.source_id, other)).iter())
            .map(|id| id.0)
            .collect();
        sqlx::query(
            "WITH pair AS ( \
                 SELECT call.id, call.conversation_id FROM call WHERE call.id IN (?1, ( \
                     SELECT max(recent_call.id) \
                     FROM json_each(?4) AS found JOIN recent_call ON recent_call.id = found.value \
                     WHERE source_id = ?2 AND call_id = ?3)) \
             ) \
             UPDATE call SET revision = revision + 1, \
                 conversation_id = (SELECT min(conversation_id) FROM pair) \
             WHERE id IN (SELECT id FROM pair) \
                 AND conversation_id <> (SELECT min(conversation_id) FROM pair)",
        )
        .bind(call.id.0)
        .bind(call.source_id.0)
        .bind(other)
        .bind(json(&found)?)
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    }
    Ok(())
}

/// A call as all its events make it, with them; none when it has no events.
async fn fold_anew(
    connection: &mut SqliteConnection,
    id: CallId,
    source_id: SourceId,
) -> Result<Option<(Leaving, Vec<Event>)>, StoreError> {
    let rows: Vec<CallRow> = sqlx::query_as(select_calls!("FROM call WHERE call.id = ?"))
        .bind(id.0)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let row = rows.into_iter().next().map(Call::try_from).transpose()?;
    let mut events = load_events(connection, &[id.0]).await?;
    let events = events.remove(&id).unwrap_or_default();
    let (Some(folded), Some(first)) = (fold(&events), events.first()) else {
        return Ok(None);
    };
    // An event raises the revision by one at the most, so that none is given twice.
    let most_raises = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let new = row.is_none();
    let call = match row {
        Some(call) => Call {
            revision: call.revision + most_raises,
            folded,
            ..call
        },
        None => Call {
            id,
            revision: most_raises,
            conversation_id: ConversationId(id.0),
            source_id,
            call_id: call_id_of(first).into_owned(),
            folded,
            done_by_hand: None,
        },
    };
    let leaving = Leaving {
        call: Arc::new(call),
        events: Vec::new(),
        new,
        moved: true,
        ended: true,
    };
    Ok(Some((leaving, events)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_faster_only_while_far_too_many_lag_behind() {
        use Pace::{Fast, Gentle};
        for (pace, behind, next) in [
            (Gentle, MOST_BEHIND, None),
            (Gentle, MOST_BEHIND + 1, Some(Gentle)),
            (Gentle, TOO_MANY_BEHIND, Some(Gentle)),
            (Gentle, TOO_MANY_BEHIND + 1, Some(Fast)),
            (Fast, MOST_BEHIND, Some(Fast)),
            (Fast, FEW_BEHIND + 1, Some(Fast)),
            (Fast, FEW_BEHIND, None),
        ] {
            assert_eq!(pace.next(behind), next, "{pace:?} with {behind}");
        }
    }
}
