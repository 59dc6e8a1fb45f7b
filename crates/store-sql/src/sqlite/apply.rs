//! A batch of events into the log: find the calls, fold them anew, keep the events.

use std::sync::Arc;

use offhook_core::call::{Call, Candidate, Event, Folded, Target, correlate, fold};
use offhook_core::{CallId, ConversationId};
use offhook_store::{Incoming, Outcome, StoreError};
use sqlx::SqliteConnection;

use super::catch_up::write_down;
use super::hand::{Hand, Working, has_event, new_call};
use super::load_calls::load;
use super::write::Transaction;
use super::write_calls::{Around, Kept, keep};
use crate::row::corrupt;

/// A call keeps no more events than this, once it has one of each kind that comes in: a PBX that
/// repeats itself without end must not make folding slow.
const MOST_EVENTS: usize = 256;

/// More calls do not lag behind their events, however fast these come; or some more, so that their
/// rows are written many at once.
const MOST_BEHIND: usize = 2048;
/// Rows of calls that are written at once: each costs less the more there are, and events do not wait
/// long for so many.
pub(super) const SLICE: usize = 32;
/// More rows do not go into the commit of a batch, whose events wait for them.
const MOST_ROWS: usize = 4 * SLICE;

/// What a batch came to, in hand but not in the tables yet.
pub(super) struct Batch<'b> {
    /// What to keep.
    events: Vec<(CallId, &'b Event)>,
    /// How many calls lagged behind before.
    behind: usize,
    outcomes: Vec<Outcome>,
}

impl Batch<'_> {
    /// Into the tables, and after it into the same commit what has lagged behind for long.
    async fn keep(
        &self,
        connection: &mut SqliteConnection,
        hand: &mut Hand,
        around: Around,
    ) -> Result<bool, StoreError> {
        let long = hand.behind().saturating_sub(MOST_BEHIND);
        let kept = Kept {
            data_version: hand.data_version,
            events: &self.events,
            behind: hand.behind_after(self.behind).collect(),
        };
        if long < SLICE {
            return keep(connection, kept, around).await;
        }
        if !keep(connection, kept, around.without_commit()).await? {
            return Ok(false);
        }
        // Whole slices: each number of rows is a statement to prepare.
        let rows = (long - long % SLICE).min(MOST_ROWS);
        write_down(connection, hand, rows, Around::Commit).await
    }
}

/// Takes the batch into hand, which holds all that its events may mean, and its events into the
/// tables, and commits, in one way to the connection's thread and back as a rule. `None` when the hand did
/// not hold all after all, or is not true: then nothing is committed, and the hand is gone.
pub(super) async fn apply_in_hand(
    mut transaction: Transaction,
    mut hand: Hand,
    batch: &[Incoming],
) -> Result<Option<Vec<Outcome>>, StoreError> {
    let taken = take_all(&mut hand, batch)?;
    // Even nothing: whether the hand is true has to be asked.
    let around = Around::BeginAndCommit;
    if !taken.keep(&mut transaction, &mut hand, around).await? {
        transaction.rollback().await;
        return Ok(None);
    }
    transaction.committed_with(hand);
    Ok(Some(taken.outcomes))
}

/// Takes the batch into hand, and its events into the tables, and commits; from then on the hand is
/// in the store's. `None` when the hand did not hold all that the events may mean: then nothing is
/// committed, and an empty hand holds it.
pub(super) async fn apply(
    mut transaction: Transaction,
    mut hand: Hand,
    batch: &[Incoming],
) -> Result<Option<Vec<Outcome>>, StoreError> {
    let taken = take_batch(&mut transaction, &mut hand, batch).await?;
    if taken.events.is_empty() {
        transaction.commit_with(hand).await?;
        return Ok(Some(taken.outcomes));
    }
    let nameless = is_nameless(batch);
    let around = if nameless {
        Around::Nothing
    } else {
        Around::Commit
    };
    if !taken.keep(&mut transaction, &mut hand, around).await? {
        transaction.rollback().await;
        return Ok(None);
    }
    if nameless {
        write_down(&mut transaction, &mut hand, usize::MAX, Around::Nothing).await?;
        transaction.commit_with(hand.emptied()).await?;
    } else {
        transaction.committed_with(hand);
    }
    Ok(Some(taken.outcomes))
}

/// What the batch comes to, keeping nothing: the hand is to be forgotten.
pub(super) async fn rehearse(
    connection: &mut SqliteConnection,
    mut hand: Hand,
    batch: &[Incoming],
) -> Result<Vec<Outcome>, StoreError> {
    Ok(take_batch(connection, &mut hand, batch).await?.outcomes)
}

/// Whether an event says no id of its call: it may mean any that is open, which only the tables
/// know.
pub(super) fn is_nameless(batch: &[Incoming]) -> bool {
    (batch.iter()).any(|incoming| incoming.event.body.call_id.is_none())
}

async fn take_batch<'b>(
    connection: &mut SqliteConnection,
    hand: &mut Hand,
    batch: &'b [Incoming],
) -> Result<Batch<'b>, StoreError> {
    if is_nameless(batch) {
        write_down(connection, hand, usize::MAX, Around::Nothing).await?;
        *hand = hand.emptied();
    }
    hand.stay_small();
    load(connection, hand, batch).await?;
    let joined = joined_by(batch);
    load(connection, hand, &joined).await?;
    take_all(hand, batch)
}

/// Takes the batch into hand, which holds all that its events may mean.
fn take_all<'b>(hand: &mut Hand, batch: &'b [Incoming]) -> Result<Batch<'b>, StoreError> {
    let behind = hand.behind();
    let mut events = Vec::with_capacity(batch.len());
    let mut outcomes = Vec::with_capacity(batch.len());
    for incoming in batch {
        outcomes.push(take(hand, incoming, &mut events)?);
    }
    Ok(Batch {
        events,
        behind,
        outcomes,
    })
}

/// Finds the event's call and gives it the event; what is new goes to `events`.
fn take<'b>(
    hand: &mut Hand,
    incoming: &'b Incoming,
    events: &mut Vec<(CallId, &'b Event)>,
) -> Result<Outcome, StoreError> {
    let event = &incoming.event;
    let candidates = hand.candidates(incoming);
    if let Some(known) = (candidates.iter()).find(|candidate| has_event(candidate, event.id)) {
        return Ok(unchanged(&known.call));
    }
    match correlate(event, &candidates, incoming.arrived_at) {
        Target::Existing(place) => {
            let id = candidates[place].call.id;
            let keep = |event| events.push((id, event));
            let conversation_id = match joined(incoming) {
                Some(other) => join(hand, id, &other),
                None => None,
            };
            let outcome = hand.change(id, |working| {
                add_event(working, event, conversation_id, keep)
            });
            outcome
                .unwrap_or_else(|| Err(StoreError::Internal("a call in hand is gone".to_owned())))
        }
        Target::New => {
            let Some(folded) = fold(std::slice::from_ref(event)) else {
                return Ok(Outcome::NoDirection);
            };
            let id = hand.next_id;
            hand.next_id = CallId(id.0 + 1);
            let working = new_call(id, incoming, folded);
            let call = Arc::clone(&working.candidate.call);
            hand.push(working);
            events.push((id, event));
            Ok(Outcome::Folded {
                call,
                before: None,
                changed: true,
            })
        }
    }
}

/// What would be said of the calls that events join their own with.
pub(super) fn joined_by(batch: &[Incoming]) -> Vec<Incoming> {
    batch.iter().filter_map(joined).collect()
}

/// What would be said of the call that an event joins its own with, to find it by.
fn joined(incoming: &Incoming) -> Option<Incoming> {
    let joined = incoming.event.body.joined.clone()?;
    let mut other = incoming.clone();
    other.event.body.call_id = Some(joined);
    Some(other)
}

/// Makes one conversation of a call and the newest one that is found by `other`, whose row lags
/// behind from now on if that is new to it. Answers which conversation.
fn join(hand: &mut Hand, id: CallId, other: &Incoming) -> Option<ConversationId> {
    let newest = (hand.candidates(other).into_iter()).max_by_key(|candidate| candidate.call.id)?;
    let (other, theirs) = (newest.call.id, newest.call.conversation_id);
    let ours = hand.call(id)?.conversation_id;
    let first = ours.min(theirs);
    hand.change(other, |working| {
        working.behind |= theirs != first;
        let call = Arc::make_mut(&mut working.candidate.call);
        call.revision += i64::from(theirs != first);
        call.conversation_id = first;
    });
    Some(first)
}

/// What becomes of an event that tells nothing new.
fn unchanged(call: &Arc<Call>) -> Outcome {
    Outcome::Folded {
        call: Arc::clone(call),
        before: Some(call.folded.state),
        changed: false,
    }
}

fn add_event<'b>(
    working: &mut Working,
    event: &'b Event,
    conversation_id: Option<ConversationId>,
    keep: impl FnOnce(&'b Event),
) -> Result<Outcome, StoreError> {
    let Candidate { call, events } = &mut working.candidate;
    let full = events.len() >= MOST_EVENTS
        && events
            .iter()
            .any(|known| known.body.kind == event.body.kind);
    if full {
        return Ok(unchanged(call));
    }
    let before = Some(call.folded.state);
    events.push(event.clone());
    keep(event);
    let folded = fold(events).ok_or_else(|| corrupt("event", "body", &call.id))?;
    let conversation_id = conversation_id.unwrap_or(call.conversation_id);
    // Legs are of the call, though not of its row.
    let changed = event.body.leg.is_some()
        || folded != call.folded
        || conversation_id != call.conversation_id;
    if changed {
        working.moved |= moved(&call.folded, &folded);
        working.ended |= folded.ended_at != call.folded.ended_at;
        working.behind = true;
        // Those who hear of it may still hold it as it was.
        *call = Arc::new(Call {
            revision: call.revision + 1,
            conversation_id,
            call_id: call.call_id.clone(),
            folded,
            ..**call
        });
    }
    Ok(Outcome::Folded {
        call: Arc::clone(call),
        before,
        changed,
    })
}

/// Whether what large indexes stand on is another.
fn moved(old: &Folded, new: &Folded) -> bool {
    (
        old.direction,
        &old.from,
        &old.to,
        &old.queue,
        old.made_by,
        old.started_at,
    ) != (
        new.direction,
        &new.from,
        &new.to,
        &new.queue,
        new.made_by,
        new.started_at,
    )
}
