//! A batch of events into the log: find the calls, fold them anew, keep them.

use offhook_core::call::{Call, Candidate, Event, Folded, Target, correlate, fold};
use offhook_core::{CallId, ConversationId};
use offhook_store::{Incoming, Outcome, StoreError};
use sqlx::SqliteConnection;

use super::load_calls::load;
use super::working::{Working, call_id_of};
use super::write_calls::write;
use crate::row::corrupt;

/// A call keeps no more events than this, once it has one of each kind that comes in: a PBX that
/// repeats itself without end must not make folding slow.
const MOST_EVENTS: usize = 256;

/// Takes the batch in; the caller begins and ends the transaction.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<Outcome>, StoreError> {
    let mut calls = load(connection, batch).await?;
    let mut outcomes = Vec::with_capacity(batch.len());
    for incoming in batch {
        let event = &incoming.event;
        if let Some(&place) = calls.by_event.get(&event.id) {
            outcomes.push(unchanged(&calls.list[place].candidate.call));
            continue;
        }
        let places = calls.places(incoming);
        let candidates: Vec<&Candidate> = places
            .iter()
            .map(|&place| &calls.list[place].candidate)
            .collect();
        let outcome = match correlate(event, &candidates, incoming.arrived_at) {
            Target::Existing(place) => {
                calls.by_event.insert(event.id, places[place]);
                add_event(&mut calls.list[places[place]], event)?
            }
            Target::New => match fold(std::slice::from_ref(event)) {
                None => Outcome::NoDirection,
                Some(folded) => {
                    let working = new_call(calls.next_id, incoming, folded);
                    calls.next_id += 1;
                    let call = Box::new(working.candidate.call.clone());
                    calls.push(working);
                    Outcome::Folded {
                        call,
                        before: None,
                        changed: true,
                    }
                }
            },
        };
        outcomes.push(outcome);
    }
    write(connection, &calls.list).await?;
    Ok(outcomes)
}

fn new_call(id: i64, incoming: &Incoming, folded: Folded) -> Working {
    let call = Call {
        id: CallId(id),
        revision: 1,
        conversation_id: ConversationId(id),
        source_id: incoming.source_id,
        call_id: call_id_of(&incoming.event),
        folded,
        done_by_hand: None,
    };
    Working {
        candidate: Candidate {
            call,
            events: vec![incoming.event.clone()],
        },
        new: true,
        changed: true,
        moved: false,
        ended: false,
        kept_events: 0,
    }
}

/// What becomes of an event that tells nothing new.
fn unchanged(call: &Call) -> Outcome {
    Outcome::Folded {
        call: Box::new(call.clone()),
        before: Some(call.folded.state),
        changed: false,
    }
}

fn add_event(working: &mut Working, event: &Event) -> Result<Outcome, StoreError> {
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
    let folded = fold(events).ok_or_else(|| corrupt("event", "body", &call.id))?;
    let changed = folded != call.folded;
    if changed {
        working.moved |= moved(&call.folded, &folded);
        working.ended |= folded.ended_at != call.folded.ended_at;
        call.folded = folded;
        call.revision += 1;
        working.changed = true;
    }
    Ok(Outcome::Folded {
        call: Box::new(call.clone()),
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
