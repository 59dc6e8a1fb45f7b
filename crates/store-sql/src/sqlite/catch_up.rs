//! Rows of calls that lag behind their events, brought up to date.

use std::sync::Arc;

use offhook_core::call::{Call, Candidate, fold};
use offhook_core::{CallId, ConversationId, SourceId};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::hand::{Hand, Working, call_id_of};
use super::load_calls::load_events;
use super::recent::Recent;
use super::write_calls::Around;
use super::{json, store_error, write_calls};
use crate::row::{CallRow, select_calls};

/// Writes the rows of those that began to lag behind first, at most `limit`; false when there are
/// none, and nothing was done then.
pub(super) async fn write_down(
    connection: &mut SqliteConnection,
    hand: &mut Hand,
    limit: usize,
    around: Around,
) -> Result<bool, StoreError> {
    let calls = hand.first_behind(limit);
    if calls.is_empty() {
        return Ok(false);
    }
    write_calls::write(connection, &calls, around).await?;
    let count = calls.len();
    hand.written(count);
    Ok(true)
}

/// Brings up to date what lags behind according to the tables, and begins an empty hand; the caller
/// commits. A call that makes no sense stays behind: it must not hold up the others.
pub(super) async fn recover(
    connection: &mut SqliteConnection,
    data_version: i64,
    recent: Recent,
) -> Result<Hand, StoreError> {
    recent.read(connection, data_version).await?;
    let behind: Vec<(i64, i64)> = sqlx::query_as("SELECT call, source_id FROM call_behind")
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let mut calls = Vec::with_capacity(behind.len());
    for (call, source) in behind {
        match fold_anew(connection, CallId(call), SourceId(source)).await {
            Ok(working) => calls.extend(working),
            Err(StoreError::Corrupt { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if !calls.is_empty() {
        write_calls::write(
            connection,
            &calls.iter().collect::<Vec<_>>(),
            Around::Nothing,
        )
        .await?;
        let new = calls.iter().filter(|working| working.new);
        recent.add(new.map(|working| {
            let call = &working.candidate.call;
            (call.id, call.source_id, call.call_id.as_str())
        }));
        for working in &calls {
            join_anew(connection, &working.candidate, &recent).await?;
        }
    }
    let next_id = sqlx::query_scalar(
        "SELECT 1 + max(coalesce((SELECT max(call) FROM call_behind), 0), \
                        coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'call'), 0))",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(store_error)?;
    Ok(Hand::empty(data_version, CallId(next_id), recent))
}

/// Makes one conversation of a call and those that its events join it with.
async fn join_anew(
    connection: &mut SqliteConnection,
    candidate: &Candidate,
    recent: &Recent,
) -> Result<(), StoreError> {
    let joined = (candidate.events.iter()).filter_map(|event| event.body.joined.as_deref());
    let source_id = candidate.call.source_id;
    for other in joined {
        let found: Vec<i64> = (recent.of(recent.key(source_id, other)).iter())
            .map(|id| id.0)
            .collect();
        sqlx::query(
            "WITH pair AS ( \
                 SELECT call.id, call.conversation_id FROM call WHERE call.id IN (?1, ( \
                     SELECT max(recent_call.id) \
                     FROM json_each(?4) AS found JOIN recent_call ON recent_call.id = found.value \
                     WHERE source_id = ?2 AND call_id = ?3)) \
             ) \
             UPDATE call SET conversation_id = (SELECT min(conversation_id) FROM pair) \
             WHERE id IN (SELECT id FROM pair)",
        )
        .bind(candidate.call.id.0)
        .bind(source_id.0)
        .bind(other)
        .bind(json(&found)?)
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    }
    Ok(())
}

/// A call as all its events make it; none when it has no events.
async fn fold_anew(
    connection: &mut SqliteConnection,
    id: CallId,
    source_id: SourceId,
) -> Result<Option<Working>, StoreError> {
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
    Ok(Some(Working {
        candidate: Candidate {
            call: Arc::new(call),
            events,
        },
        new,
        behind: true,
        moved: true,
        ended: true,
    }))
}
