//! Calls and their events, into the tables: many rows a statement.
//!
//! `jsonb_each` (SQLite 3.51) hands each row on as it was parsed, where `json_each` writes it out as
//! text that every `->>` parses again. Rows are arrays, their columns known by place (see
//! [`rows`](super::rows)): looking for names was half of all that SQLite did for an event.

use offhook_core::call::{Call, Candidate};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::hand::Leaving;
use super::rows::{CallWrite, ChangedCall};
use super::statements::{Statements, insert};
use super::{json, store_error};
use crate::row::{BodyRow, event_id_hex};

/// Leaves alone what the large indexes stand on: an index is written anew when a column of it is
/// set, be it to what it was.
const UPDATE: &str = "\
    UPDATE call SET revision = value ->> '$[1]', state = value ->> '$[2]', \
        our_name = value ->> '$[3]', cause = value ->> '$[4]', cause_text = value ->> '$[5]', \
        missed = value ->> '$[6]', done = value ->> '$[7]', events_done = value ->> '$[8]', \
        hand_done = value ->> '$[9]', done_by = value ->> '$[10]', done_at = value ->> '$[11]', \
        answered = value ->> '$[12]', answered_user = value ->> '$[13]', \
        answered_name = value ->> '$[14]', answered_number = value ->> '$[15]', \
        answered_at = value ->> '$[16]', ended_at = value ->> '$[17]', \
        decision = value ->> '$[18]', transferred_to = value ->> '$[19]', \
        conversation_id = value ->> '$[20]', rung = value ->> '$[21]' \
    FROM jsonb_each(?) AS row WHERE call.id = value ->> '$[0]'";

/// Sets who calls whom, where and when.
const MOVE: &str = "\
    UPDATE call SET direction = value ->> '$[5]', queue = value ->> '$[14]', \
        our_number = value ->> '$[15]', made_by = value ->> '$[16]', \
        from_number = value ->> '$[7]', from_key = value ->> '$[8]', \
        from_name = value ->> '$[9]', to_number = value ->> '$[10]', to_key = value ->> '$[11]', \
        to_name = value ->> '$[12]', started_at = value ->> '$[29]' \
    FROM jsonb_each(?) WHERE call.id = value ->> '$[0]'";

/// Keeps calls that lag behind as they are now, and their events. The caller commits.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    mut calls: Vec<Leaving>,
) -> Result<(), StoreError> {
    let events = calls
        .iter_mut()
        .flat_map(|leaving| leaving.events.drain(..));
    insert(connection, "OR IGNORE INTO event", events.collect()).await?;
    let some = |wanted: fn(&Leaving) -> bool| {
        let those = calls.iter().filter(move |leaving| wanted(leaving));
        those.map(|leaving| &*leaving.call)
    };
    let of = |call: &Call| (call.id.0, call.folded.ended_at.map(|at| at.0));
    let new: Vec<&Call> = some(|leaving| leaving.new).collect();
    // One that is there already ends the whole transaction, or else SQLite would note down how each
    // page was before.
    let rows = call_writes(new.iter().copied())?;
    insert(connection, "OR ROLLBACK INTO call", rows).await?;
    let mut statements = Statements::default();
    statements.add(
        "INSERT INTO recent_call (id, source_id, call_id, ended_at) \
         SELECT value ->> '$[0]', value ->> '$[1]', value ->> '$[2]', value ->> '$[3]' \
         FROM jsonb_each(?)",
    );
    let recent = (new.iter()).map(|call| {
        let (id, ended_at) = of(call);
        (id, call.source_id.0, call.call_id.as_str(), ended_at)
    });
    statements.bind(json(&recent.collect::<Vec<_>>())?)?;
    statements.add(UPDATE);
    statements.bind(json(&changed_calls(some(|leaving| !leaving.new))?)?)?;
    statements.add(MOVE);
    let moved = some(|leaving| leaving.moved && !leaving.new);
    statements.bind(json(&call_writes(moved)?)?)?;
    statements.add(
        "UPDATE recent_call SET ended_at = value ->> '$[1]' \
         FROM jsonb_each(?) WHERE recent_call.id = value ->> '$[0]'",
    );
    let ended = some(|leaving| leaving.ended && !leaving.new);
    statements.bind(json(&ended.map(of).collect::<Vec<_>>())?)?;
    statements.run(connection).await.map_err(store_error)
}

/// Keeps calls as they are now, but for who calls whom and when it began.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    calls: &[Call],
) -> Result<(), StoreError> {
    sqlx::query(UPDATE)
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
    let calls = call_writes(candidates.iter().map(|candidate| &*candidate.call))?;
    let events: Vec<(String, BodyRow<'_>)> = candidates
        .iter()
        .flat_map(|candidate| &candidate.events)
        .map(|event| (event_id_hex(event.id), BodyRow::from(&*event.body)))
        .collect();
    sqlx::query(
        "UPDATE call SET from_key = value ->> '$[8]', to_key = value ->> '$[11]', \
             our_number = value ->> '$[15]' \
         FROM jsonb_each(?) WHERE call.id = value ->> '$[0]'; \
         UPDATE event SET body = value ->> '$[1]' \
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
