//! The calls that a batch of events may belong to, out of the tables.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use offhook_core::call::{Call, Candidate, Event, Party};
use offhook_core::{CallId, EventId};
use offhook_store::{Incoming, StoreError};
use sqlx::{SqliteConnection, SqliteExecutor};

use super::hand::{Hand, call_id_of};
use super::{json, store_error};
use crate::row::{CallRow, EventRow, event_id, event_id_hex, select_calls};

/// In one go, as each statement is a way to another thread and back: the calls that have an event
/// already, whatever else became of them; that have the PBX's id; or that are open and have the
/// side that an event without an id tells (an outbound call may have had another `from`).
macro_rules! calls {
    () => {
        select_calls!(
            "FROM call WHERE call.id IN ( \
         SELECT event.call FROM jsonb_each(?1) AS wanted \
         JOIN event ON event.id = unhex(wanted.value ->> 2) \
         UNION \
         SELECT recent.id FROM jsonb_each(?1) AS wanted \
         JOIN jsonb_each(wanted.value, '$[3]') AS found \
         JOIN recent_call AS recent ON recent.id = found.value \
             AND recent.source_id = wanted.value ->> 0 AND recent.call_id = wanted.value ->> 1 \
         UNION \
         SELECT open.id FROM jsonb_each(?2) AS wanted \
         JOIN call AS open ON open.source_id = wanted.value ->> 0 AND open.ended_at IS NULL \
         WHERE CASE wanted.value ->> 1 \
               WHEN 'to' THEN open.to_number = wanted.value ->> 2 \
                    OR open.to_key = wanted.value ->> 3 OR trim(open.to_number) = '' \
               ELSE open.from_number = wanted.value ->> 2 \
                    OR open.from_key = wanted.value ->> 3 OR open.direction = 'out' \
                    OR trim(open.from_number) = '' END) \
     ORDER BY call.id"
        )
    };
}

/// Takes every call in hand that an event of the batch may belong to.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    hand: &mut Hand,
    batch: &[Incoming],
) -> Result<(), StoreError> {
    let unknown = hand.unknown(batch);
    if unknown.is_empty() {
        return Ok(());
    }
    let rows: Vec<CallRow> = sqlx::query_as(calls!())
        .bind(json(&known(hand, &unknown))?)
        .bind(json(&nameless(&unknown))?)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let calls: Vec<Call> = (rows.into_iter().map(Call::try_from)).collect::<Result<_, _>>()?;
    let ids: Vec<i64> = calls.iter().map(|call| call.id.0).collect();
    let mut events = load_events(connection, &ids).await?;
    let found = calls.into_iter().map(|call| {
        let events = events.remove(&call.id).unwrap_or_default();
        let call = Arc::new(call);
        Candidate { call, events }
    });
    hand.take(found.collect(), &unknown);
    Ok(())
}

/// The newest event in the tables.
pub(super) async fn newest_event(
    connection: impl SqliteExecutor<'_>,
) -> Result<EventId, StoreError> {
    let id: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT id FROM event WHERE length(id) = 16 ORDER BY id DESC LIMIT 1")
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    id.map_or(Ok(EventId(0)), |id| event_id(&id, &"newest"))
}

/// Whether an event of the batch is in the tables.
pub(super) async fn is_known(
    connection: &mut SqliteConnection,
    batch: &[Incoming],
) -> Result<bool, StoreError> {
    let ids: Vec<String> = (batch.iter())
        .map(|incoming| event_id_hex(incoming.event.id))
        .collect();
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM json_each(?1) AS wanted \
         JOIN event ON event.id = unhex(wanted.value))",
    )
    .bind(json(&ids)?)
    .fetch_one(connection)
    .await
    .map_err(store_error)
}

/// What events of the batch are known by: source, the PBX's id, our id, and the calls that have it.
fn known<'b>(hand: &Hand, batch: &[&'b Incoming]) -> Vec<(i64, Cow<'b, str>, String, Vec<i64>)> {
    batch
        .iter()
        .map(|incoming| {
            let event = &incoming.event;
            (
                incoming.source_id.0,
                call_id_of(event),
                event_id_hex(event.id),
                (hand.in_tables(incoming).iter()).map(|id| id.0).collect(),
            )
        })
        .collect()
}

/// What events without a PBX's id are known by: source, and their `to`, or where they have none
/// their `from`.
fn nameless(batch: &[&Incoming]) -> Vec<(i64, &'static str, String, Option<i64>)> {
    let side = |party: &Option<Party>| party.clone().filter(|party| !party.is_empty());
    batch
        .iter()
        .filter(|incoming| incoming.event.body.call_id.is_none())
        .filter_map(|incoming| {
            let body = &incoming.event.body;
            let (column, party) = match (side(&body.to), side(&body.from)) {
                (Some(to), _) => ("to", to),
                (None, Some(from)) => ("from", from),
                (None, None) => return None,
            };
            let key = party.key.map(|key| key.0);
            Some((incoming.source_id.0, column, party.number, key))
        })
        .collect()
}

/// The events of these calls.
pub(super) async fn load_events(
    connection: &mut SqliteConnection,
    calls: &[i64],
) -> Result<HashMap<CallId, Vec<Event>>, StoreError> {
    let mut events: HashMap<CallId, Vec<Event>> = HashMap::new();
    if calls.is_empty() {
        return Ok(events);
    }
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT event.id, event.call, event.at, event.body \
         FROM jsonb_each(?1) AS wanted JOIN event ON event.call = wanted.value",
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
