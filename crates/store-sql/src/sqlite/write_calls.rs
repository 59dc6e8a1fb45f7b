//! What a batch changed, into the tables: one statement a table, however many rows.
//!
//! `jsonb_each` (SQLite 3.51) hands each row on as it was parsed, where `json_each` writes it out as
//! text that every `->>` parses again.

use offhook_core::call::{Call, Candidate, Event, Folded};
use offhook_store::StoreError;
use serde::Serialize;
use sqlx::SqliteConnection;

use super::working::Working;
use super::{json, store_error};
use crate::row::{BodyRow, DecisionRow, event_id_hex};

/// Leaves alone what the large indexes stand on: an index is written anew when a column of it is
/// set, be it to what it was.
macro_rules! update_calls {
    ($rows:literal) => {
        concat!(
            "UPDATE call SET revision = row.value ->> 'revision', \
                 state = row.value ->> 'state', our_name = row.value ->> 'our_name', \
                 cause = row.value ->> 'cause', cause_text = row.value ->> 'cause_text', \
                 missed = row.value ->> 'missed', done = row.value ->> 'done', \
                 events_done = row.value ->> 'events_done', hand_done = row.value ->> 'hand_done', \
                 done_by = row.value ->> 'done_by', done_at = row.value ->> 'done_at', \
                 answered = row.value ->> 'answered', \
                 answered_user = row.value ->> 'answered_user', \
                 answered_name = row.value ->> 'answered_name', \
                 answered_number = row.value ->> 'answered_number', \
                 answered_at = row.value ->> 'answered_at', ended_at = row.value ->> 'ended_at', \
                 decision = row.value ->> 'decision' \
             FROM jsonb_each(",
            $rows,
            ") AS row WHERE call.id = row.value ->> 'id'"
        )
    };
}

/// Keeps new and changed calls and their new events.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    calls: &[Working],
) -> Result<(), StoreError> {
    let rows_of = |wanted: fn(&Working) -> bool| {
        let rows: Vec<CallWrite<'_>> = calls
            .iter()
            .filter(|working| wanted(working))
            .map(|working| CallWrite::from(&working.candidate.call))
            .collect();
        json(&rows)
    };
    let events = calls
        .iter()
        .flat_map(|working| {
            let Working {
                candidate,
                kept_events,
                ..
            } = working;
            let new = candidate.events.iter().skip(*kept_events);
            new.map(|event| EventWrite::new(candidate.call.id.0, event))
        })
        .collect::<Result<Vec<EventWrite>, _>>()?;
    if events.is_empty() {
        return Ok(());
    }
    let new = rows_of(|working| working.new)?;
    // In one go, as each statement by itself is a way to another thread and back.
    sqlx::query(WRITES)
        .bind(json(&events)?)
        .bind(&new)
        .bind(&new)
        .bind(rows_of(|working| working.changed && !working.new)?)
        .bind(rows_of(|working| working.moved && !working.new)?)
        .bind(rows_of(|working| working.ended && !working.new)?)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// Keeps calls as they are now, but for who calls whom and when it began.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    calls: &[Call],
) -> Result<(), StoreError> {
    let rows: Vec<CallWrite<'_>> = calls.iter().map(CallWrite::from).collect();
    sqlx::query(update_calls!("?1"))
        .bind(json(&rows)?)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// Keeps the keys of calls and their events as they are now; nothing else of them changed.
pub(super) async fn update_keys(
    connection: &mut SqliteConnection,
    candidates: &[Candidate],
) -> Result<(), StoreError> {
    let calls: Vec<CallWrite<'_>> = candidates
        .iter()
        .map(|candidate| CallWrite::from(&candidate.call))
        .collect();
    let events = candidates
        .iter()
        .flat_map(|candidate| {
            let id = candidate.call.id.0;
            (candidate.events.iter()).map(move |event| EventWrite::new(id, event))
        })
        .collect::<Result<Vec<EventWrite>, _>>()?;
    sqlx::query(
        "UPDATE call SET from_key = row.value ->> 'from_key', to_key = row.value ->> 'to_key', \
             our_number = row.value ->> 'our_number' \
         FROM jsonb_each(?) AS row WHERE call.id = row.value ->> 'id'; \
         UPDATE event SET body = row.value ->> 'body' \
         FROM jsonb_each(?) AS row WHERE event.id = unhex(row.value ->> 'id')",
    )
    .bind(json(&calls)?)
    .bind(json(&events)?)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

/// Takes events, new calls twice, changed calls, those of them with other sides, and with another
/// end. Without numbers, which the driver does not count across statements.
const WRITES: &str = concat!(
    "INSERT INTO event (id, call, at, body) \
     SELECT unhex(value ->> 'id'), value ->> 'call', value ->> 'at', value ->> 'body' \
     FROM jsonb_each(?) WHERE true \
     ON CONFLICT (id) DO NOTHING; \
     INSERT INTO call (id, revision, conversation_id, source_id, call_id, direction, state, \
         from_number, from_key, from_name, to_number, to_key, to_name, our_name, queue, \
         our_number, made_by, cause, cause_text, missed, done, events_done, hand_done, done_by, \
         done_at, answered, answered_user, answered_name, answered_number, started_at, answered_at, ended_at, \
         decision) \
     SELECT value ->> 'id', value ->> 'revision', value ->> 'conversation_id', \
         value ->> 'source_id', value ->> 'call_id', value ->> 'direction', value ->> 'state', \
         value ->> 'from_number', value ->> 'from_key', value ->> 'from_name', \
         value ->> 'to_number', value ->> 'to_key', value ->> 'to_name', value ->> 'our_name', \
         value ->> 'queue', value ->> 'our_number', value ->> 'made_by', value ->> 'cause', \
         value ->> 'cause_text', value ->> 'missed', value ->> 'done', value ->> 'events_done', \
         value ->> 'hand_done', value ->> 'done_by', value ->> 'done_at', value ->> 'answered', \
         value ->> 'answered_user', value ->> 'answered_name', value ->> 'answered_number', \
         value ->> 'started_at', value ->> 'answered_at', value ->> 'ended_at', \
         value ->> 'decision' \
     FROM jsonb_each(?); \
     INSERT INTO recent_call (id, source_id, call_id, ended_at) \
     SELECT value ->> 'id', value ->> 'source_id', value ->> 'call_id', value ->> 'ended_at' \
     FROM jsonb_each(?); ",
    update_calls!("?"),
    "; UPDATE call SET direction = row.value ->> 'direction', queue = row.value ->> 'queue', \
         our_number = row.value ->> 'our_number', made_by = row.value ->> 'made_by', \
         from_number = row.value ->> 'from_number', from_key = row.value ->> 'from_key', \
         from_name = row.value ->> 'from_name', to_number = row.value ->> 'to_number', \
         to_key = row.value ->> 'to_key', to_name = row.value ->> 'to_name', \
         started_at = row.value ->> 'started_at' \
     FROM jsonb_each(?) AS row WHERE call.id = row.value ->> 'id'; \
     UPDATE recent_call SET ended_at = row.value ->> 'ended_at' \
     FROM jsonb_each(?) AS row WHERE recent_call.id = row.value ->> 'id'"
);

#[derive(Serialize)]
struct EventWrite {
    id: String,
    call: i64,
    at: i64,
    /// Text, which SQLite takes as it is; it would have to write an object out anew.
    body: String,
}

impl EventWrite {
    fn new(call: i64, event: &Event) -> Result<Self, StoreError> {
        Ok(Self {
            id: event_id_hex(event.id),
            call,
            at: event.at.0,
            body: json(&BodyRow::from(&event.body))?,
        })
    }
}

#[derive(Serialize)]
struct CallWrite<'a> {
    id: i64,
    revision: i64,
    conversation_id: i64,
    source_id: i64,
    call_id: &'a str,
    direction: &'static str,
    state: &'static str,
    from_number: &'a str,
    from_key: Option<i64>,
    from_name: Option<&'a str>,
    to_number: &'a str,
    to_key: Option<i64>,
    to_name: Option<&'a str>,
    our_name: Option<&'a str>,
    queue: &'a str,
    our_number: Option<&'a str>,
    made_by: Option<i64>,
    cause: Option<&'static str>,
    cause_text: Option<&'a str>,
    missed: bool,
    done: bool,
    events_done: bool,
    hand_done: Option<bool>,
    done_by: Option<i64>,
    done_at: Option<i64>,
    answered: bool,
    answered_user: Option<i64>,
    answered_name: Option<&'a str>,
    answered_number: Option<&'a str>,
    started_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    decision: Option<DecisionRow>,
}

impl<'a> From<&'a Call> for CallWrite<'a> {
    fn from(call: &'a Call) -> Self {
        let folded = &call.folded;
        let answered_by = folded.answered_by.as_ref();
        Self {
            id: call.id.0,
            revision: call.revision,
            conversation_id: call.conversation_id.0,
            source_id: call.source_id.0,
            call_id: &call.call_id,
            direction: folded.direction.as_str(),
            state: folded.state.as_str(),
            from_number: &folded.from.number,
            from_key: folded.from.key.map(|key| key.0),
            from_name: folded.from.name.as_deref(),
            to_number: &folded.to.number,
            to_key: folded.to.key.map(|key| key.0),
            to_name: folded.to.name.as_deref(),
            our_name: folded.our_name.as_deref(),
            queue: &folded.queue,
            our_number: our_number(folded),
            made_by: folded.made_by.map(|id| id.0),
            cause: folded.cause.map(offhook_core::call::Cause::as_str),
            cause_text: folded.cause_text.as_deref(),
            missed: folded.missed,
            done: call.done(),
            events_done: folded.done,
            hand_done: call.done_by_hand.map(|hand| hand.done),
            done_by: call.done_by_hand.map(|hand| hand.by.0),
            done_at: call.done_by_hand.map(|hand| hand.at.0),
            answered: answered_by.is_some(),
            answered_user: answered_by.and_then(|by| by.user_id).map(|id| id.0),
            answered_name: answered_by.and_then(|by| by.name.as_deref()),
            answered_number: answered_by.and_then(|by| by.number.as_deref()),
            started_at: folded.started_at.0,
            answered_at: folded.answered_at.map(|at| at.0),
            ended_at: folded.ended_at.map(|at| at.0),
            decision: folded.decision.as_ref().map(DecisionRow::from),
        }
    }
}

/// The number on our side, where it is not the queue.
fn our_number(folded: &Folded) -> Option<&str> {
    let number = folded.our_side().number.as_str();
    (number != folded.queue && !number.is_empty()).then_some(number)
}
