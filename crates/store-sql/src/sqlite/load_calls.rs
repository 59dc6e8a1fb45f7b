//! The calls that a batch of events may belong to, out of the tables.

use std::collections::HashMap;

use offhook_core::CallId;
use offhook_core::call::{Call, Candidate, Event, Party};
use offhook_store::{Incoming, StoreError};
use sqlx::SqliteConnection;

use super::working::{Calls, Working, call_id_of};
use super::{json, store_error};
use crate::row::{CallRow, EventRow, event_id_hex, select_calls};

/// Every call that an event of the batch may belong to.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Calls, StoreError> {
    let mut rows = load_by_event(connection, batch).await?;
    rows.extend(load_by_call_id(connection, batch).await?);
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
            ended: false,
        });
    }
    Ok(calls)
}

/// The calls of events that are known already, whatever else may have become of them.
async fn load_by_event(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<CallRow>, StoreError> {
    let wanted: Vec<String> = batch
        .iter()
        .map(|incoming| event_id_hex(incoming.event.id))
        .collect();
    let sql = select_calls!(
        "FROM json_each(?1) AS wanted JOIN event ON event.id = unhex(wanted.value) \
         JOIN call ON call.id = event.call"
    );
    sqlx::query_as(sql)
        .bind(json(&wanted)?)
        .fetch_all(connection)
        .await
        .map_err(store_error)
}

/// The newest calls of each id. Of those that an event may mean it means the newest that fits, and
/// a PBX that gives every call the same id must not make each event slower than the one before.
async fn load_by_call_id(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<Vec<CallRow>, StoreError> {
    let mut wanted: Vec<(i64, String)> = (batch.iter())
        .map(|incoming| (incoming.source_id.0, call_id_of(&incoming.event)))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let sql = select_calls!(
        "FROM json_each(?1) AS wanted \
         JOIN call ON call.id IN ( \
             SELECT id FROM recent_call \
             WHERE source_id = wanted.value ->> 0 AND call_id = wanted.value ->> 1 \
             ORDER BY id DESC LIMIT 16)"
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
