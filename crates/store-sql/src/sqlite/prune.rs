//! Deleting what its time is over, in slices, so that calls never wait long.

use offhook_core::UnixMillis;
use offhook_store::{Pruned, StoreError};

use super::write::Transaction;
use super::{json, store_error};

pub(super) async fn forget_recent(
    mut transaction: Transaction,
    before: UnixMillis,
    limit: usize,
) -> Result<Pruned, StoreError> {
    let done = sqlx::query(
        "DELETE FROM recent_call WHERE id IN ( \
             SELECT id FROM recent_call WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2)",
    )
    .bind(before.0)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .execute(&mut *transaction)
    .await
    .map_err(store_error)?;
    transaction.commit().await?;
    Ok(Pruned {
        rows: done.rows_affected(),
        more: done.rows_affected() >= limit as u64,
    })
}

pub(super) async fn prune_calls(
    mut transaction: Transaction,
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
        "DELETE FROM event WHERE id IN (SELECT event.id FROM json_each(?1) AS gone \
         JOIN event ON event.call = gone.value)",
        "DELETE FROM note WHERE call IN (SELECT value FROM json_each(?1))",
        "DELETE FROM recent_call WHERE id IN (SELECT value FROM json_each(?1))",
        "DELETE FROM call WHERE id IN (SELECT value FROM json_each(?1))",
    ] {
        sqlx::query(statement)
            .bind(&ids)
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
    }
    transaction.commit().await?;
    Ok(Pruned {
        rows: rows as u64,
        more: rows >= limit,
    })
}
