use std::collections::HashMap;

use async_trait::async_trait;
use offhook_core::call::Call;
use offhook_core::{CallId, SourceId};
use offhook_store::{Forward, ForwardStore, Stage, StoreError};

use super::{SqliteStore, json, store_error};
use crate::row::{CallRow, corrupt, select_calls};

/// How far there is to tell of a call. An internal one may still go outside until it ends.
macro_rules! stage_now {
    () => {
        "CASE WHEN call.ended_at IS NOT NULL THEN 3 WHEN call.direction = 'internal' THEN 0 \
         WHEN call.answered = 1 THEN 2 ELSE 1 END"
    };
}

#[async_trait]
impl ForwardStore for SqliteStore {
    async fn spool_new(&self, source: SourceId, limit: usize) -> Result<usize, StoreError> {
        // Mostly there is nothing new: whoever keeps events is not to wait for that.
        let mut reader = self.read_calls().await?;
        let cursor: Option<i64> =
            sqlx::query_scalar("SELECT call FROM forward_cursor WHERE source_id = ?1")
                .bind(source.0)
                .fetch_optional(&mut *reader)
                .await
                .map_err(store_error)?;
        let new: Vec<i64> = match cursor {
            Some(cursor) => sqlx::query_scalar(
                "SELECT id FROM call WHERE id > ?1 AND source_id = ?2 ORDER BY id LIMIT ?3",
            )
            .bind(cursor)
            .bind(source.0)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *reader)
            .await
            .map_err(store_error)?,
            None => Vec::new(),
        };
        let cursor = match (cursor, new.last()) {
            (_, Some(last)) => *last,
            (Some(_), None) => return Ok(0),
            (None, None) => sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM call")
                .fetch_one(&mut *reader)
                .await
                .map_err(store_error)?,
        };
        drop(reader);
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO forward (call, source_id, told, failures, given_up) \
             SELECT value, ?1, 0, 0, 0 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(source.0)
        .bind(json(&new)?)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        sqlx::query("INSERT OR REPLACE INTO forward_cursor (source_id, call) VALUES (?1, ?2)")
            .bind(source.0)
            .bind(cursor)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        transaction.commit().await?;
        Ok(new.len())
    }

    async fn spooled(&self, source: SourceId, limit: usize) -> Result<Vec<Forward>, StoreError> {
        let mut reader = self.read_calls().await?;
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(concat!(
            "SELECT forward.call, forward.told, forward.failures FROM forward \
             JOIN call ON call.id = forward.call \
             WHERE forward.source_id = ?1 AND forward.given_up = 0 AND forward.told < ",
            stage_now!(),
            " ORDER BY forward.call LIMIT ?2"
        ))
        .bind(source.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *reader)
        .await
        .map_err(store_error)?;
        let ids: Vec<i64> = rows.iter().map(|(call, ..)| *call).collect();
        let calls: Vec<CallRow> = sqlx::query_as(select_calls!(
            "FROM call WHERE call.id IN (SELECT value FROM json_each(?1))"
        ))
        .bind(json(&ids)?)
        .fetch_all(&mut *reader)
        .await
        .map_err(store_error)?;
        let calls = calls.into_iter().map(Call::try_from);
        let calls: Vec<Call> = calls.collect::<Result<_, _>>()?;
        let mut calls: HashMap<i64, Call> =
            calls.into_iter().map(|call| (call.id.0, call)).collect();
        let forward = |(id, told, failures): (i64, i64, i64)| {
            let told = Stage::from_number(told).ok_or_else(|| corrupt("forward", "told", &id));
            calls.remove(&id).map(|call| {
                told.map(|told| Forward {
                    call,
                    told,
                    failures,
                })
            })
        };
        rows.into_iter().filter_map(forward).collect()
    }

    async fn spool_size(&self, source: SourceId) -> Result<(i64, i64), StoreError> {
        let mut reader = self.read_calls().await?;
        sqlx::query_as(concat!(
            "SELECT coalesce(sum(given_up = 0), 0) + ( \
                 SELECT count(*) FROM forward_cursor AS cursor \
                 JOIN call AS new ON new.id > cursor.call AND new.source_id = cursor.source_id \
                 WHERE cursor.source_id = ?1), \
             coalesce(sum(given_up), 0) FROM forward \
             JOIN call ON call.id = forward.call WHERE forward.source_id = ?1 AND forward.told < ",
            stage_now!()
        ))
        .bind(source.0)
        .fetch_one(&mut *reader)
        .await
        .map_err(store_error)
    }

    async fn told(&self, call: CallId, stage: Stage) -> Result<(), StoreError> {
        let statement = if stage == Stage::Ended {
            "DELETE FROM forward WHERE call = ?1 AND ?2 = 3"
        } else {
            "UPDATE forward SET told = ?2, failures = 0 WHERE call = ?1"
        };
        let mut transaction = self.begin().await?;
        sqlx::query(statement)
            .bind(call.0)
            .bind(stage.as_number())
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        transaction.commit().await
    }

    async fn refused(&self, call: CallId, give_up: bool) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "UPDATE forward SET failures = failures + 1, given_up = given_up OR ?2 WHERE call = ?1",
        )
        .bind(call.0)
        .bind(give_up)
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await
    }

    async fn try_again(&self, source: SourceId) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE forward SET failures = 0, given_up = 0 WHERE source_id = ?1")
            .bind(source.0)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        transaction.commit().await
    }
}
