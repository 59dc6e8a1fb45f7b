use std::collections::HashMap;

use async_trait::async_trait;
use offhook_core::access::Visibility;
use offhook_core::call::{Call, Done, Event, Party};
use offhook_core::number::NumberKey;
use offhook_core::{CallId, EventId, SourceId, UnixMillis, UserId};
use offhook_store::{
    CallQuery, CallRecord, CallStore, Caller, Cursor, Incoming, Note, Outcome, Page, Pruned,
    StoreError,
};
use sqlx::SqliteConnection;

use super::load_calls::newest_event;
use super::{
    SqliteStore, apply, json, last_calls, list_calls, notes, prune, reread_numbers, store_error,
    write_calls,
};
use crate::row::{CallRow, EventRow, event_id, select_calls};

#[async_trait]
impl CallStore for SqliteStore {
    async fn apply(&self, batch: &[Incoming]) -> Result<Vec<Outcome>, StoreError> {
        apply::apply(self.writer_and_hand(), batch).await
    }

    async fn rehearse(&self, event: &Incoming) -> Result<Outcome, StoreError> {
        let batch = std::slice::from_ref(event);
        let outcomes = apply::rehearse(self.writer_and_hand(), batch).await;
        outcomes?.pop().ok_or_else(no_outcome)
    }

    async fn newest_event(&self) -> Result<EventId, StoreError> {
        let lines = self.writer_and_hand().desk().await.log.read()?;
        let waiting = lines.iter().map(|line| &line.event.id).max();
        let waiting = waiting.map_or(Ok(EventId(0)), |id| event_id(id, &"newest"))?;
        Ok(waiting.max(newest_event(self.readers()).await?))
    }

    async fn catch_up(&self) -> Result<usize, StoreError> {
        self.writer_and_hand().catch_up().await
    }

    async fn call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError> {
        // One read transaction, so that events and notes are those of the call as it is.
        let mut reader = self.read_calls().await?;
        let Some(call) = calls_by_id(&mut reader, &[id]).await?.pop() else {
            return Ok(None);
        };
        let mut events = sqlx::query_as("SELECT id, call, at, body FROM event WHERE call = ?1")
            .bind(id.0)
            .fetch_all(&mut *reader)
            .await
            .map_err(store_error)?
            .into_iter()
            .map(|row: EventRow| row.try_into())
            .collect::<Result<Vec<Event>, _>>()?;
        events.sort_by_key(|event| (event.at, event.id));
        let notes = notes::of_call(&mut reader, id).await?;
        Ok(Some(CallRecord {
            call,
            events,
            notes,
        }))
    }

    async fn calls_by_id(&self, ids: &[CallId]) -> Result<Vec<Call>, StoreError> {
        let mut reader = self.read_calls().await?;
        calls_by_id(&mut reader, ids).await
    }

    async fn calls(&self, query: &CallQuery) -> Result<Page<Call>, StoreError> {
        list_calls::page(self.read_calls().await?, query).await
    }

    async fn count_calls(&self, query: &CallQuery) -> Result<usize, StoreError> {
        list_calls::count(self.read_calls().await?, query).await
    }

    async fn last_calls(
        &self,
        numbers: &[NumberKey],
        visibility: &Visibility,
    ) -> Result<HashMap<NumberKey, UnixMillis>, StoreError> {
        let mut reader = self.read_calls().await?;
        let mut found = last_calls::find(&mut reader, numbers, visibility).await?;
        drop(reader);
        for number in found.open {
            let reader = self.read_calls().await?;
            let at = last_calls::find_hidden(reader, number, visibility).await?;
            found.last.extend(at.map(|at| (number, at)));
        }
        Ok(found.last)
    }

    async fn callers(
        &self,
        source: SourceId,
        since: UnixMillis,
        limit: usize,
    ) -> Result<Vec<Caller>, StoreError> {
        let rows: Vec<(String, Option<i64>, i64)> = sqlx::query_as(
            "SELECT from_number, from_key, count(*) FROM ( \
                 SELECT from_number, from_key FROM call \
                 WHERE source_id = ?1 AND started_at >= ?2 AND direction = 'in' \
                 ORDER BY started_at DESC LIMIT ?3) \
             GROUP BY from_number, from_key",
        )
        .bind(source.0)
        .bind(since.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.read_calls().await?)
        .await
        .map_err(store_error)?;
        let caller = |(number, key, calls): (String, Option<i64>, i64)| Caller {
            from: Party {
                number,
                key: key.map(NumberKey),
                name: None,
            },
            calls: usize::try_from(calls).unwrap_or(0),
        };
        Ok(rows.into_iter().map(caller).collect())
    }

    async fn mark_done(
        &self,
        ids: &[CallId],
        done: bool,
        by: UserId,
        at: UnixMillis,
        visibility: &Visibility,
    ) -> Result<Option<Vec<Call>>, StoreError> {
        let mut transaction = self.begin_on_calls().await?;
        let Some(mut calls) = seen(&mut transaction, ids, visibility).await? else {
            return Ok(None);
        };
        for call in &mut calls {
            if call.done() != done {
                call.done_by_hand = Some(Done { done, by, at });
                call.revision += 1;
            }
        }
        write_calls::update(&mut transaction, &calls).await?;
        transaction.commit().await?;
        Ok(Some(calls))
    }

    async fn add_note(
        &self,
        id: CallId,
        by: UserId,
        at: UnixMillis,
        text: &str,
        visibility: &Visibility,
    ) -> Result<Option<(Call, Note)>, StoreError> {
        let mut transaction = self.begin_on_calls().await?;
        let Some(mut calls) = seen(&mut transaction, &[id], visibility).await? else {
            return Ok(None);
        };
        let Some(call) = calls.first_mut() else {
            return Ok(None);
        };
        call.revision += 1;
        let note = notes::add(&mut transaction, id, by, at, text).await?;
        write_calls::update(&mut transaction, &calls).await?;
        transaction.commit().await?;
        Ok(calls.pop().map(|call| (call, note)))
    }

    async fn notes(
        &self,
        numbers: &[NumberKey],
        visibility: &Visibility,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<(CallId, Note)>, StoreError> {
        notes::page(self.read_calls().await?, numbers, visibility, after, limit).await
    }

    async fn reread_numbers(
        &self,
        after: CallId,
        limit: usize,
        read: &(dyn for<'n> Fn(&'n str) -> Party + Send + Sync),
    ) -> Result<Option<CallId>, StoreError> {
        reread_numbers::reread(self.begin_on_calls().await?, after, limit, read).await
    }

    async fn silent_calls(
        &self,
        ringing_before: UnixMillis,
        answered_before: UnixMillis,
        limit: usize,
    ) -> Result<Vec<Call>, StoreError> {
        let rows: Vec<CallRow> = sqlx::query_as(select_calls!(
            "FROM call INDEXED BY call_open WHERE call.ended_at IS NULL \
             AND (call.state = 'ringing' AND call.started_at < ?1 \
                  OR call.state = 'answered' AND call.answered_at < ?2) \
             ORDER BY call.id LIMIT ?3"
        ))
        .bind(ringing_before.0)
        .bind(answered_before.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.read_calls().await?)
        .await
        .map_err(store_error)?;
        rows.into_iter().map(Call::try_from).collect()
    }

    async fn forget_recent(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError> {
        let transaction = self.begin_on_calls().await?;
        prune::forget_recent(transaction, self.recent(), before, limit).await
    }

    async fn prune_calls(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError> {
        let transaction = self.begin_on_calls().await?;
        let pruned = prune::prune_calls(transaction, self.recent(), before, limit).await?;
        if pruned.rows > 0 {
            self.has_deleted();
        }
        Ok(pruned)
    }
}

fn no_outcome() -> StoreError {
    StoreError::Internal("no outcome".to_owned())
}

pub(super) async fn calls_by_id(
    connection: &mut SqliteConnection,
    ids: &[CallId],
) -> Result<Vec<Call>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<CallRow> = sqlx::query_as(select_calls!(
        "FROM call WHERE call.id IN (SELECT value FROM json_each(?1)) ORDER BY call.id"
    ))
    .bind(json(&ids)?)
    .fetch_all(connection)
    .await
    .map_err(store_error)?;
    rows.into_iter().map(Call::try_from).collect()
}

/// These calls, if all of them are there and in sight.
async fn seen(
    connection: &mut SqliteConnection,
    ids: &[CallId],
    visibility: &Visibility,
) -> Result<Option<Vec<Call>>, StoreError> {
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let calls = calls_by_id(connection, &wanted).await?;
    let all = calls.len() == wanted.len() && calls.iter().all(|call| visibility.sees(call));
    Ok(all.then_some(calls))
}
