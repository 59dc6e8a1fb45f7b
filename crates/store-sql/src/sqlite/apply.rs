//! A batch of events into the log: find the calls, fold them anew, keep the events.

use std::sync::Arc;

use offhook_core::call::{Call, Candidate, Event, Folded, Target, correlate, fold};
use offhook_core::{CallId, ConversationId};
use offhook_store::{Incoming, Outcome, StoreError};
use sqlx::SqliteConnection;

use super::hand::{Hand, Working, has_event, new_call};
use super::load_calls::{is_known, load};
use super::write::Writer;
use super::write_calls;
use crate::row::corrupt;

/// A call keeps no more events than this, once it has one of each kind that comes in: a PBX that
/// repeats itself without end must not make folding slow.
const MOST_EVENTS: usize = 256;

/// With so many calls that lag behind, events wait until some are written down.
const MOST_BEHIND_EVER: usize = 16 * 1024;
/// How long a line of the event log is, about.
const LINE: usize = 512;

/// Takes a batch in hand and keeps its events.
pub(super) async fn apply(writer: &Writer, batch: &[Incoming]) -> Result<Vec<Outcome>, StoreError> {
    let mut desk = writer.desk().await;
    let in_hand = desk.hand.as_mut().is_some_and(|hand| {
        hand.stay_small();
        !is_nameless(batch)
            && !hand.doubts(batch)
            && hand.holds(batch)
            && hand.holds(&joined_by(batch))
            && hand.lagging() < MOST_BEHIND_EVER
    });
    if !in_hand {
        drop(desk);
        writer.wait_for_rows(MOST_BEHIND_EVER).await?;
        let mut turn;
        (turn, desk) = writer.both().await?;
        let hand = desk.hand.as_mut().ok_or_else(no_hand)?;
        if is_nameless(batch) || hand.doubts(batch) && is_known(&mut turn, batch).await? {
            drop((turn, desk));
            return apply_at_once(writer, batch).await;
        }
        load_all(&mut turn, hand, batch).await?;
    }
    // Until its events are kept, the hand says more than the log and the tables.
    let mut hand = desk.hand.take().ok_or_else(no_hand)?;
    let mut lines = Vec::with_capacity(batch.len() * LINE);
    let outcomes = take_all(&mut hand, batch, &mut lines)?;
    desk.keep(hand, lines)?;
    writer.hurry(desk.behind());
    Ok(outcomes)
}

/// Takes a batch into the tables, which alone know what its events may mean: any call that is open
/// where they say no id, any call there ever was where they are known.
async fn apply_at_once(writer: &Writer, batch: &[Incoming]) -> Result<Vec<Outcome>, StoreError> {
    let mut transaction = writer.begin_on_calls().await?;
    let mut hand = transaction.other_hand()?;
    let outcomes = take_from_tables(&mut transaction, &mut hand, batch).await?;
    write_calls::write(&mut transaction, hand.leave(usize::MAX)).await?;
    hand.have_left();
    transaction.commit_with(hand.emptied()).await?;
    Ok(outcomes)
}

/// What the batch comes to, keeping nothing.
pub(super) async fn rehearse(
    writer: &Writer,
    batch: &[Incoming],
) -> Result<Vec<Outcome>, StoreError> {
    let mut transaction = writer.begin_on_calls().await?;
    let mut hand = transaction.other_hand()?;
    take_from_tables(&mut transaction, &mut hand, batch).await
}

async fn take_from_tables(
    connection: &mut SqliteConnection,
    hand: &mut Hand,
    batch: &[Incoming],
) -> Result<Vec<Outcome>, StoreError> {
    load_all(connection, hand, batch).await?;
    // What is kept in the tables need not stand in the event log.
    take_all(hand, batch, &mut Vec::new())
}

/// Takes in hand all that the batch may mean.
async fn load_all(
    connection: &mut SqliteConnection,
    hand: &mut Hand,
    batch: &[Incoming],
) -> Result<(), StoreError> {
    load(connection, hand, batch).await?;
    load(connection, hand, &joined_by(batch)).await
}

fn no_hand() -> StoreError {
    StoreError::Internal("no calls in hand".to_owned())
}

/// Whether an event says no id of its call: it may mean any that is open, which only the tables
/// know.
fn is_nameless(batch: &[Incoming]) -> bool {
    (batch.iter()).any(|incoming| incoming.event.body.call_id.is_none())
}

/// Takes the batch into hand, which holds all that its events may mean; what is new goes to `lines`
/// for the event log.
fn take_all(
    hand: &mut Hand,
    batch: &[Incoming],
    lines: &mut Vec<u8>,
) -> Result<Vec<Outcome>, StoreError> {
    batch
        .iter()
        .map(|incoming| take(hand, incoming, lines))
        .collect()
}

/// Finds the event's call and gives it the event.
fn take(hand: &mut Hand, incoming: &Incoming, lines: &mut Vec<u8>) -> Result<Outcome, StoreError> {
    let event = &incoming.event;
    let candidates = hand.candidates(incoming);
    if let Some(known) = (candidates.iter()).find(|candidate| has_event(candidate, event.id)) {
        return Ok(unchanged(&known.call));
    }
    match correlate(event, &candidates, incoming.arrived_at) {
        Target::Existing(place) => {
            let (id, ours) = (
                candidates[place].call.id,
                candidates[place].call.conversation_id,
            );
            let conversation_id = joined(incoming).and_then(|other| join(hand, ours, &other));
            let outcome = hand.change(id, |working| {
                add_event(working, event, conversation_id, lines)
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
            let mut working = new_call(id, incoming, folded);
            working.keep(event, lines)?;
            let ours = working.candidate.call.conversation_id;
            if let Some(first) = joined(incoming).and_then(|other| join(hand, ours, &other)) {
                Arc::make_mut(&mut working.candidate.call).conversation_id = first;
            }
            let call = Arc::clone(&working.candidate.call);
            hand.push(working);
            Ok(Outcome::Folded {
                call,
                before: None,
                changed: true,
            })
        }
    }
}

/// What would be said of the calls that events join their own with.
fn joined_by(batch: &[Incoming]) -> Vec<Incoming> {
    batch.iter().filter_map(joined).collect()
}

/// What would be said of the call that an event joins its own with, to find it by.
fn joined(incoming: &Incoming) -> Option<Incoming> {
    let joined = incoming.event.body.joined.clone()?;
    let mut other = incoming.clone();
    other.event.body_mut().call_id = Some(joined);
    Some(other)
}

/// Makes one conversation of ours and that of the newest call that is found by `other`, whose row lags
/// behind from now on if that is new to it. Answers which conversation.
fn join(hand: &mut Hand, ours: ConversationId, other: &Incoming) -> Option<ConversationId> {
    let newest = (hand.candidates(other).into_iter()).max_by_key(|candidate| candidate.call.id)?;
    let (other, theirs) = (newest.call.id, newest.call.conversation_id);
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

fn add_event(
    working: &mut Working,
    event: &Event,
    conversation_id: Option<ConversationId>,
    lines: &mut Vec<u8>,
) -> Result<Outcome, StoreError> {
    let Candidate { call, events } = &working.candidate;
    let full = events.len() >= MOST_EVENTS
        && events
            .iter()
            .any(|known| known.body.kind == event.body.kind);
    if full {
        return Ok(unchanged(call));
    }
    let before = Some(call.folded.state);
    working.keep(event, lines)?;
    let Candidate { call, events } = &mut working.candidate;
    events.push(event.clone());
    let folded = fold(events).ok_or_else(|| corrupt("event", "body", &call.id))?;
    let conversation_id = conversation_id.unwrap_or(call.conversation_id);
    // Legs are of the call, though not of its row.
    let changed = event.body.leg.is_some()
        || folded != call.folded
        || conversation_id != call.conversation_id;
    if changed {
        working.moved |= moved(&call.folded, &folded);
        working.ended |= folded.ended_at != call.folded.ended_at;
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
