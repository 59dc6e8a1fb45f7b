//! What a source has sent of late, out of the recorded requests.

use offhook_core::{SourceId, UnixMillis};
use offhook_store::{RecordedRequest, Refused, SourceActivity, StoreError};
use sqlx::SqlitePool;

use super::requests::{RequestRow, select_requests};
use super::store_error;

const HOUR_MILLIS: i64 = 3_600_000;
/// Requests that are counted at the most; an office sends a few thousand a day.
const MOST_COUNTED: i64 = 200_000;

/// The counts come out of an index alone, in one step from the newest backwards.
pub(super) async fn read(
    readers: &SqlitePool,
    source: SourceId,
    now: UnixMillis,
) -> Result<SourceActivity, StoreError> {
    // One snapshot, so that what was taken and what was refused go together.
    let mut reader = readers.begin().await.map_err(store_error)?;
    let last_taken_at: Option<i64> = sqlx::query_scalar(
        "SELECT at FROM (SELECT at, status FROM request WHERE source_id = ?1 \
             ORDER BY at DESC LIMIT ?2) \
         WHERE status < 300 ORDER BY at DESC LIMIT 1",
    )
    .bind(source.0)
    .bind(MOST_COUNTED)
    .fetch_optional(&mut *reader)
    .await
    .map_err(store_error)?;
    let refused_since: Option<i64> = sqlx::query_scalar(
        "SELECT min(at) FROM (SELECT at FROM request \
             WHERE source_id = ?1 AND at > ?2 AND status >= 300 ORDER BY at DESC LIMIT ?3)",
    )
    .bind(source.0)
    .bind(last_taken_at.unwrap_or(i64::MIN))
    .bind(MOST_COUNTED)
    .fetch_one(&mut *reader)
    .await
    .map_err(store_error)?;
    let refused = match refused_since {
        None => None,
        Some(since) => {
            let last: Option<RequestRow> = sqlx::query_as(concat!(
                select_requests!(),
                " WHERE source_id = ?1 AND status >= 300 ORDER BY at DESC, id DESC LIMIT 1"
            ))
            .bind(source.0)
            .fetch_optional(&mut *reader)
            .await
            .map_err(store_error)?;
            let last = last.map(RecordedRequest::try_from).transpose()?;
            last.map(|last| Refused {
                since: UnixMillis(since),
                last,
            })
        }
    };
    let counts: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT max(?2 - at, 0) / ?3, count(*) FROM (SELECT at FROM request \
             WHERE source_id = ?1 AND at > ?2 - 24 * ?3 AND status < 300 \
             ORDER BY at DESC LIMIT ?4) \
         GROUP BY 1",
    )
    .bind(source.0)
    .bind(now.0)
    .bind(HOUR_MILLIS)
    .bind(MOST_COUNTED)
    .fetch_all(&mut *reader)
    .await
    .map_err(store_error)?;
    let mut taken_by_hour = [0; 24];
    for (hours_ago, count) in counts {
        let place = usize::try_from(23 - hours_ago).ok();
        if let Some(hour) = place.and_then(|place| taken_by_hour.get_mut(place)) {
            *hour = u64::try_from(count).unwrap_or(0);
        }
    }
    Ok(SourceActivity {
        last_taken_at: last_taken_at.map(UnixMillis),
        refused,
        taken_by_hour,
    })
}
