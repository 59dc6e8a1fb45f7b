//! A batch of events into the log: find the calls, fold them anew, keep them.

use std::collections::HashMap;

use offhook_core::call::{Call, Candidate, Event, Folded, Party, Target, correlate, fold};
use offhook_core::{CallId, ConversationId, SourceId};
use offhook_store::{Incoming, Outcome, StoreError};
use sqlx::SqliteConnection;

use super::write_calls::write;
use super::{first_free_id, json, store_error};
use crate::row::{CallRow, EventRow, corrupt, select_calls};

/// A call keeps no more events than this, once it has one of each kind that comes in: a PBX that
/// repeats itself without end must not make folding slow.
const MOST_EVENTS: usize = 256;

/// A call in the hands of a batch.
pub(super) struct Working {
    pub(super) candidate: Candidate,
    /// The batch made it.
    pub(super) new: bool,
    /// The batch changed it.
    pub(super) changed: bool,
    /// The batch changed who calls whom or when it began, which indexes stand on.
    pub(super) moved: bool,
    /// How many of its events are in the store already.
    pub(super) kept_events: usize,
}

/// The calls in the hands of a batch.
#[derive(Default)]
struct Calls {
    list: Vec<Working>,
    by_call_id: HashMap<(SourceId, String), Vec<usize>>,
}

impl Calls {
    fn push(&mut self, working: Working) {
        let call = &working.candidate.call;
        let key = (call.source_id, call.call_id.clone());
        self.by_call_id
            .entry(key)
            .or_default()
            .push(self.list.len());
        self.list.push(working);
    }

    /// The places of those that an event may belong to.
    fn places(&self, incoming: &Incoming) -> Vec<usize> {
        let key = (incoming.source_id, call_id_of(&incoming.event));
        let mut places = self.by_call_id.get(&key).cloned().unwrap_or_default();
        if incoming.event.body.call_id.is_none() {
            let of_source = |(_, working): &(usize, &Working)| {
                working.candidate.call.source_id == incoming.source_id
            };
            places.extend(
                self.list
                    .iter()
                    .enumerate()
                    .filter(of_source)
                    .map(|(place, _)| place),
            );
        }
        places
    }
}

/// Takes the batch in; the caller begins and ends the transaction.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<Outcome>, StoreError> {
    let mut calls = load(connection, batch).await?;
    let mut next_id = None;
    let mut outcomes = Vec::with_capacity(batch.len());
    for incoming in batch {
        let event = &incoming.event;
        let places = calls.places(incoming);
        let candidates: Vec<&Candidate> = places
            .iter()
            .map(|&place| &calls.list[place].candidate)
            .collect();
        let outcome = match target(event, &candidates, incoming) {
            Target::Existing(place) => add_event(&mut calls.list[places[place]], event)?,
            Target::New => match fold(std::slice::from_ref(event)) {
                None => Outcome::NoDirection,
                Some(folded) => {
                    let id = match next_id {
                        Some(id) => id,
                        None => first_free_id(connection, "call").await?,
                    };
                    next_id = Some(id + 1);
                    let working = new_call(id, incoming, folded);
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

/// The PBX's id of the call, or the one we give when it has none.
fn call_id_of(event: &Event) -> String {
    event
        .body
        .call_id
        .clone()
        .unwrap_or_else(|| format!("offhook-{:032x}", event.id.0))
}

/// Where the event goes; one that is known already goes where it is.
fn target(event: &Event, candidates: &[&Candidate], incoming: &Incoming) -> Target {
    candidates
        .iter()
        .position(|candidate| candidate.events.iter().any(|known| known.id == event.id))
        .map_or_else(
            || correlate(event, candidates, incoming.arrived_at),
            Target::Existing,
        )
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
        kept_events: 0,
    }
}

fn add_event(working: &mut Working, event: &Event) -> Result<Outcome, StoreError> {
    let Candidate { call, events } = &mut working.candidate;
    let before = Some(call.folded.state);
    let full = events.len() >= MOST_EVENTS
        && events
            .iter()
            .any(|known| known.body.kind == event.body.kind);
    if full || events.iter().any(|known| known.id == event.id) {
        return Ok(Outcome::Folded {
            call: Box::new(call.clone()),
            before,
            changed: false,
        });
    }
    events.push(event.clone());
    let folded = fold(events).ok_or_else(|| corrupt("event", "body", &call.id))?;
    let changed = folded != call.folded;
    if changed {
        working.moved |= folded.from != call.folded.from
            || folded.to != call.folded.to
            || folded.started_at != call.folded.started_at;
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

/// Every call that an event of the batch may belong to.
async fn load(connection: &mut SqliteConnection, batch: &[Incoming]) -> Result<Calls, StoreError> {
    let mut rows = load_by_call_id(connection, batch).await?;
    if batch
        .iter()
        .any(|incoming| incoming.event.body.call_id.is_none())
    {
        rows.extend(load_open(connection, batch).await?);
    }
    let mut list: Vec<Call> = rows
        .into_iter()
        .map(Call::try_from)
        .collect::<Result<_, _>>()?;
    list.sort_by_key(|call| call.id);
    list.dedup_by_key(|call| call.id);
    let ids: Vec<i64> = list.iter().map(|call| call.id.0).collect();
    let mut events = load_events(connection, &ids).await?;
    let mut calls = Calls::default();
    for call in list {
        let events = events.remove(&call.id).unwrap_or_default();
        calls.push(Working {
            kept_events: events.len(),
            candidate: Candidate { call, events },
            new: false,
            changed: false,
            moved: false,
        });
    }
    Ok(calls)
}

async fn load_by_call_id(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<CallRow>, StoreError> {
    let wanted: Vec<(i64, String)> = (batch.iter())
        .map(|incoming| (incoming.source_id.0, call_id_of(&incoming.event)))
        .collect();
    let sql = select_calls!(
        "FROM json_each(?1) AS wanted \
         JOIN recent_call ON recent_call.source_id = wanted.value ->> 0 \
              AND recent_call.call_id = wanted.value ->> 1 \
         JOIN call ON call.id = recent_call.id"
    );
    sqlx::query_as(sql)
        .bind(json(&wanted)?)
        .fetch_all(connection)
        .await
        .map_err(store_error)
}

/// The open calls that an event without an id may mean: those with its `to`, or where it has none
/// with its `from` (which an outbound call may have changed).
async fn load_open(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<CallRow>, StoreError> {
    let side = |party: &Option<Party>| party.clone().filter(|party| !party.is_empty());
    let wanted: Vec<_> = (batch.iter())
        .filter(|incoming| incoming.event.body.call_id.is_none())
        .filter_map(|incoming| {
            let body = &incoming.event.body;
            let (column, party) = match (side(&body.to), side(&body.from)) {
                (Some(to), _) => ("to", to),
                (None, Some(from)) => ("from", from),
                (None, None) => return None,
            };
            Some((
                incoming.source_id.0,
                column,
                party.number,
                party.key.map(|key| key.0),
            ))
        })
        .collect();
    let sql = select_calls!(
        "FROM json_each(?1) AS wanted \
         JOIN call ON call.source_id = wanted.value ->> 0 AND call.ended_at IS NULL \
         WHERE CASE wanted.value ->> 1 \
               WHEN 'to' THEN call.to_number = wanted.value ->> 2 \
                    OR call.to_key = wanted.value ->> 3 \
               ELSE call.from_number = wanted.value ->> 2 \
                    OR call.from_key = wanted.value ->> 3 OR call.direction = 'out' END"
    );
    sqlx::query_as(sql)
        .bind(json(&wanted)?)
        .fetch_all(connection)
        .await
        .map_err(store_error)
}

async fn load_events(
    connection: &mut SqliteConnection,
    calls: &[i64],
) -> Result<HashMap<CallId, Vec<Event>>, StoreError> {
    let mut events: HashMap<CallId, Vec<Event>> = HashMap::new();
    if calls.is_empty() {
        return Ok(events);
    }
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT event.id, event.call, event.at, event.body \
         FROM json_each(?1) AS wanted JOIN event ON event.call = wanted.value",
    )
    .bind(json(&calls)?)
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    for row in rows {
        events
            .entry(CallId(row.call))
            .or_default()
            .push(row.try_into()?);
    }
    Ok(events)
}
