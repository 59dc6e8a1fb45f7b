//! When there was last a call with each of some numbers.

use std::collections::HashMap;

use offhook_core::UnixMillis;
use offhook_core::access::Visibility;
use offhook_core::call::Call;
use offhook_core::number::NumberKey;
use offhook_store::{CallQuery, StoreError};
use sqlx::{FromRow, Sqlite, SqliteConnection, Transaction};

use super::{json, list_calls, store_error};
use crate::row::{CallRow, select_calls};

/// So many of a number's newest calls are looked at to find one in sight; most see the first.
const LOOKED_AT: [usize; 2] = [4, 64];

/// The latest start of the calls with each number; one step into the list of numbers for each,
/// however many calls it has.
const OF_ALL: &str = "SELECT wanted.value, \
         (SELECT max(started_at) FROM call_number WHERE key = wanted.value) \
     FROM json_each(?1) AS wanted";

/// The newest calls with each number.
const NEWEST: &str = select_calls!(
    ", wanted.value AS number_key FROM json_each(?1) AS wanted CROSS JOIN call ON call.id IN ( \
         SELECT seen.call FROM call_number AS seen WHERE seen.key = wanted.value \
         ORDER BY seen.started_at DESC LIMIT ?2)"
);

#[derive(FromRow)]
struct NewestRow {
    number_key: i64,
    #[sqlx(flatten)]
    call: CallRow,
}

/// See [`CallStore::last_calls`](offhook_store::CallStore::last_calls).
pub(super) async fn find(
    reader: &mut SqliteConnection,
    numbers: &[NumberKey],
    visibility: &Visibility,
) -> Result<Found, StoreError> {
    let mut found = Found::default();
    if *visibility == Visibility::All {
        let rows: Vec<(i64, Option<i64>)> = sqlx::query_as(OF_ALL)
            .bind(keys(numbers)?)
            .fetch_all(reader)
            .await
            .map_err(store_error)?;
        let of_row = |(key, at): (i64, Option<i64>)| Some((NumberKey(key), UnixMillis(at?)));
        found.last = rows.into_iter().filter_map(of_row).collect();
        return Ok(found);
    }
    found.open = numbers.to_vec();
    for limit in LOOKED_AT {
        let rows: Vec<NewestRow> = sqlx::query_as(NEWEST)
            .bind(keys(&found.open)?)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *reader)
            .await
            .map_err(store_error)?;
        let mut calls: HashMap<NumberKey, usize> = HashMap::new();
        for row in rows {
            let key = NumberKey(row.number_key);
            let call = Call::try_from(row.call)?;
            *calls.entry(key).or_default() += 1;
            if visibility.sees(&call) {
                let at = found.last.entry(key).or_insert(call.folded.started_at);
                *at = (*at).max(call.folded.started_at);
            }
        }
        // Who had fewer calls than were looked at has no others.
        let last = &found.last;
        (found.open).retain(|key| !last.contains_key(key) && calls.get(key) >= Some(&limit));
        if found.open.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Found {
    pub(super) last: HashMap<NumberKey, UnixMillis>,
    /// Numbers with many calls, whose newest ones are all out of sight.
    pub(super) open: Vec<NumberKey>,
}

/// The newest call in sight with a number, looked for by what makes calls visible.
pub(super) async fn find_hidden(
    reader: Transaction<'_, Sqlite>,
    number: NumberKey,
    visibility: &Visibility,
) -> Result<Option<UnixMillis>, StoreError> {
    let mut query = CallQuery::newest(visibility.clone(), 1);
    query.numbers = Some(vec![number]);
    let page = list_calls::page(reader, &query).await?;
    Ok(page.items.first().map(|call| call.folded.started_at))
}

fn keys(numbers: &[NumberKey]) -> Result<String, StoreError> {
    json(&numbers.iter().map(|key| key.0).collect::<Vec<_>>())
}
