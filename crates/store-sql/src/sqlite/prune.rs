//! Deleting what its time is over, in slices, so that calls never wait long.

use offhook_core::{CallId, SourceId, UnixMillis};
use offhook_store::{Pruned, StoreError};

use super::recent::Recent;
use super::write::Transaction;
use super::{json, store_error};

pub(super) async fn forget_recent(
    mut transaction: Transaction,
    recent: &Recent,
    before: UnixMillis,
    limit: usize,
) -> Result<Pruned, StoreError> {
    let gone: Vec<RecentRow> = sqlx::query_as(
        "DELETE FROM recent_call WHERE id IN ( \
             SELECT id FROM recent_call WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2) \
         RETURNING id, source_id, call_id",
    )
    .bind(before.0)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(&mut *transaction)
    .await
    .map_err(store_error)?;
    transaction.commit().await?;
    forget(recent, &gone);
    Ok(Pruned {
        rows: gone.len() as u64,
        more: gone.len() >= limit,
    })
}

/// A row of `recent_call`: id, source, the PBX's id.
type RecentRow = (i64, i64, String);

/// Once it is committed that they are gone.
fn forget(recent: &Recent, gone: &[RecentRow]) {
    recent.forget(
        (gone.iter())
            .map(|(id, source, call_id)| (CallId(*id), SourceId(*source), call_id.as_str())),
    );
}

pub(super) async fn prune_calls(
    mut transaction: Transaction,
    recent: &Recent,
    before: UnixMillis,
    limit: usize,
) -> Result<Pruned, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM call WHERE started_at < ?1 AND ended_at IS NOT NULL \
         ORDER BY started_at LIMIT ?2",
    )
    .bind(before.0)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(&mut *transaction)
    .await
    .map_err(store_error)?;
    let rows = ids.len();
    let ids = json(&ids)?;
    for statement in [
        "DELETE FROM event WHERE call IN (SELECT value FROM json_each(?1))",
        "DELETE FROM note WHERE call IN (SELECT value FROM json_each(?1))",
        "DELETE FROM call WHERE id IN (SELECT value FROM json_each(?1))",
    ] {
        sqlx::query(statement)
            .bind(&ids)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
    }
    let gone: Vec<RecentRow> = sqlx::query_as(
        "DELETE FROM recent_call WHERE id IN (SELECT value FROM json_each(?1)) \
         RETURNING id, source_id, call_id",
    )
    .bind(&ids)
    .fetch_all(&mut *transaction)
    .await
    .map_err(store_error)?;
    // The tables have all that it says; after a crash it must not bring back what is deleted.
    if rows > 0 {
        transaction.empty_log()?;
    }
    transaction.commit().await?;
    forget(recent, &gone);
    Ok(Pruned {
        rows: rows as u64,
        more: rows >= limit,
    })
}
