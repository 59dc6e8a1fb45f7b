//! What a batch changed, into the tables: one statement a table, however many rows.
//!
//! `jsonb_each` (SQLite 3.51) hands each row on as it was parsed, where `json_each` writes it out as
//! text that every `->>` parses again. Rows are arrays, their columns known by place (see
//! [`rows`](super::rows)): looking for names was half of all that SQLite did for an event.

use offhook_core::CallId;
use offhook_core::call::{Call, Candidate, Event};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::hand::Working;
use super::rows::{CallWrite, ChangedCall, EventWrite};
use super::{json, store_error};

/// Leaves alone what the large indexes stand on: an index is written anew when a column of it is
/// set, be it to what it was.
macro_rules! update_calls {
    ($rows:literal) => {
        concat!(
            "UPDATE call SET revision = value ->> '$[1]', state = value ->> '$[2]', \
                 our_name = value ->> '$[3]', cause = value ->> '$[4]', \
                 cause_text = value ->> '$[5]', missed = value ->> '$[6]', \
                 done = value ->> '$[7]', events_done = value ->> '$[8]', \
                 hand_done = value ->> '$[9]', done_by = value ->> '$[10]', \
                 done_at = value ->> '$[11]', answered = value ->> '$[12]', \
                 answered_user = value ->> '$[13]', answered_name = value ->> '$[14]', \
                 answered_number = value ->> '$[15]', answered_at = value ->> '$[16]', \
                 ended_at = value ->> '$[17]', decision = value ->> '$[18]', \
                 transferred_to = value ->> '$[19]', conversation_id = value ->> '$[20]', \
                 rung = value ->> '$[21]' \
             FROM jsonb_each(",
            $rows,
            ") AS row WHERE call.id = value ->> '$[0]'"
        )
    };
}

/// Takes events, and calls that lag behind.
macro_rules! inserts {
    () => {
        "INSERT INTO event (id, call, at, body) \
         SELECT unhex(value ->> '$[0]'), value ->> '$[1]', value ->> '$[2]', value ->> '$[3]' \
         FROM jsonb_each(?); \
         INSERT INTO call_behind (call, source_id) \
         SELECT value ->> '$[0]', value ->> '$[1]' FROM jsonb_each(?)"
    };
}

/// Takes new calls twice, changed calls, those of them with other sides, with another end, and all
/// ids. Without numbers, which the driver does not count across statements.
macro_rules! writes {
    () => {
        concat!(
            "INSERT INTO call (id, revision, conversation_id, source_id, call_id, direction, \
         state, from_number, from_key, from_name, to_number, to_key, to_name, our_name, \
         queue, our_number, made_by, cause, cause_text, missed, done, events_done, \
         hand_done, done_by, done_at, answered, answered_user, answered_name, \
         answered_number, started_at, answered_at, ended_at, decision, transferred_to, \
         rung) \
     SELECT value ->> '$[0]', value ->> '$[1]', value ->> '$[2]', value ->> '$[3]', \
         value ->> '$[4]', value ->> '$[5]', value ->> '$[6]', value ->> '$[7]', \
         value ->> '$[8]', value ->> '$[9]', value ->> '$[10]', value ->> '$[11]', \
         value ->> '$[12]', value ->> '$[13]', value ->> '$[14]', value ->> '$[15]', \
         value ->> '$[16]', value ->> '$[17]', value ->> '$[18]', value ->> '$[19]', \
         value ->> '$[20]', value ->> '$[21]', value ->> '$[22]', value ->> '$[23]', \
         value ->> '$[24]', value ->> '$[25]', value ->> '$[26]', value ->> '$[27]', \
         value ->> '$[28]', value ->> '$[29]', value ->> '$[30]', value ->> '$[31]', \
         value ->> '$[32]', value ->> '$[33]', value ->> '$[34]' \
     FROM jsonb_each(?); \
     INSERT INTO recent_call (id, source_id, call_id, ended_at) \
     SELECT value ->> '$[0]', value ->> '$[1]', value ->> '$[2]', value ->> '$[3]' \
     FROM jsonb_each(?); ",
            update_calls!("?"),
            "; UPDATE call SET direction = value ->> '$[5]', queue = value ->> '$[14]', \
         our_number = value ->> '$[15]', made_by = value ->> '$[16]', \
         from_number = value ->> '$[7]', from_key = value ->> '$[8]', \
         from_name = value ->> '$[9]', to_number = value ->> '$[10]', \
         to_key = value ->> '$[11]', to_name = value ->> '$[12]', \
         started_at = value ->> '$[29]' \
     FROM jsonb_each(?) WHERE call.id = value ->> '$[0]'; \
     UPDATE recent_call SET ended_at = value ->> '$[1]' \
     FROM jsonb_each(?) WHERE recent_call.id = value ->> '$[0]'; \
     DELETE FROM call_behind WHERE call IN (SELECT value FROM json_each(?))"
        )
    };
}

/// What follows in the same transaction. Each statement by itself is a way to another thread and
/// back, so the last ones end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// More.
    GoOn,
    /// Nothing: it is committed.
    Commit,
}

/// Keeps the events of a batch, and which calls lag behind from now on; false when one of the
/// events was there already, and nothing is committed then.
pub(super) async fn insert_events(
    connection: &mut SqliteConnection,
    events: &[(CallId, &Event)],
    behind: impl Iterator<Item = &Call>,
    then: Then,
) -> Result<bool, StoreError> {
    let events = (events.iter())
        .map(|(call, event)| EventWrite::new(call.0, event))
        .collect::<Result<Vec<EventWrite>, _>>()?;
    let behind: Vec<(i64, i64)> = behind.map(|call| (call.id.0, call.source_id.0)).collect();
    let inserts = match then {
        Then::GoOn => inserts!(),
        Then::Commit => concat!(inserts!(), "; COMMIT"),
    };
    let done = sqlx::query(inserts)
        .bind(json(&events)?)
        .bind(json(&behind)?)
        .execute(connection)
        .await;
    match done {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(store_error(error)),
    }
}

/// Keeps calls that lag behind as they are now.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    calls: &[&Working],
    then: Then,
) -> Result<(), StoreError> {
    let some = |wanted: fn(&Working) -> bool| {
        let those = calls.iter().filter(move |working| wanted(working));
        those.map(|working| &working.candidate.call)
    };
    let of = |call: &Call| (call.id.0, call.folded.ended_at.map(|at| at.0));
    let new: Vec<&Call> = some(|working| working.new).collect();
    let recent = (new.iter()).map(|call| {
        let (id, ended_at) = of(call);
        (id, call.source_id.0, call.call_id.as_str(), ended_at)
    });
    let changed = some(|working| !working.new);
    let moved = some(|working| working.moved && !working.new);
    let ended = some(|working| working.ended && !working.new);
    let ids: Vec<i64> = some(|_| true).map(|call| call.id.0).collect();
    let writes = match then {
        Then::GoOn => writes!(),
        Then::Commit => concat!(writes!(), "; COMMIT"),
    };
    sqlx::query(writes)
        .bind(json(&call_writes(new.iter().copied())?)?)
        .bind(json(&recent.collect::<Vec<_>>())?)
        .bind(json(&changed_calls(changed)?)?)
        .bind(json(&call_writes(moved)?)?)
        .bind(json(&ended.map(of).collect::<Vec<_>>())?)
        .bind(json(&ids)?)
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
    sqlx::query(update_calls!("?1"))
        .bind(json(&changed_calls(calls)?)?)
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
    let calls = call_writes(candidates.iter().map(|candidate| &candidate.call))?;
    let events = candidates
        .iter()
        .flat_map(|candidate| {
            let id = candidate.call.id.0;
            (candidate.events.iter()).map(move |event| EventWrite::new(id, event))
        })
        .collect::<Result<Vec<EventWrite>, _>>()?;
    sqlx::query(
        "UPDATE call SET from_key = value ->> '$[8]', to_key = value ->> '$[11]', \
             our_number = value ->> '$[15]' \
         FROM jsonb_each(?) WHERE call.id = value ->> '$[0]'; \
         UPDATE event SET body = value ->> '$[3]' \
         FROM jsonb_each(?) WHERE event.id = unhex(value ->> '$[0]')",
    )
    .bind(json(&calls)?)
    .bind(json(&events)?)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

fn call_writes<'a>(
    calls: impl IntoIterator<Item = &'a Call>,
) -> Result<Vec<CallWrite<'a>>, StoreError> {
    calls.into_iter().map(CallWrite::new).collect()
}

fn changed_calls<'a>(
    calls: impl IntoIterator<Item = &'a Call>,
) -> Result<Vec<ChangedCall<'a>>, StoreError> {
    calls.into_iter().map(ChangedCall::new).collect()
}
