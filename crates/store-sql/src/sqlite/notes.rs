//! What was written about calls.

use std::collections::HashSet;

use offhook_core::access::Visibility;
use offhook_core::call::Call;
use offhook_core::number::NumberKey;
use offhook_core::{CallId, NoteId, UnixMillis, UserId};
use offhook_store::{Cursor, Note, Page, StoreError};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::calls::calls_by_id;
use super::filter_calls::push_calls_with;
use super::store_error;

#[derive(FromRow)]
struct NoteRow {
    id: i64,
    call: i64,
    user_id: i64,
    at: i64,
    text: String,
}

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Self {
        Self {
            id: NoteId(row.id),
            by: UserId(row.user_id),
            at: UnixMillis(row.at),
            text: row.text,
        }
    }
}

/// Writes one.
pub(super) async fn add(
    transaction: &mut SqliteConnection,
    call: CallId,
    by: UserId,
    at: UnixMillis,
    text: &str,
) -> Result<Note, StoreError> {
    let row: NoteRow = sqlx::query_as(
        "INSERT INTO note (call, user_id, at, text) VALUES (?1, ?2, ?3, ?4) \
         RETURNING id, call, user_id, at, text",
    )
    .bind(call.0)
    .bind(by.0)
    .bind(at.0)
    .bind(text)
    .fetch_one(transaction)
    .await
    .map_err(store_error)?;
    Ok(row.into())
}

/// Those on a call, oldest first.
pub(super) async fn of_call(
    reader: &mut SqliteConnection,
    call: CallId,
) -> Result<Vec<Note>, StoreError> {
    let rows: Vec<NoteRow> =
        sqlx::query_as("SELECT id, call, user_id, at, text FROM note WHERE call = ?1 ORDER BY id")
            .bind(call.0)
            .fetch_all(reader)
            .await
            .map_err(store_error)?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// See [`CallStore::notes`](offhook_store::CallStore::notes). Reads on until the page is full, since
/// whether a call is in sight only the call itself tells.
pub(super) async fn page(
    mut reader: Transaction<'_, Sqlite>,
    numbers: &[NumberKey],
    visibility: &Visibility,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Page<(CallId, Note)>, StoreError> {
    let mut items = Vec::new();
    let mut before = after.map_or(i64::MAX, |cursor| cursor.id);
    // One more than a page tells whether there is a next one.
    while items.len() <= limit {
        let rows = read(&mut reader, numbers, before, limit + 1).await?;
        let last_chunk = rows.len() <= limit;
        let ids: Vec<CallId> = rows.iter().map(|row| CallId(row.call)).collect();
        let mut calls: Vec<Call> = calls_by_id(&mut reader, &ids).await?;
        calls.retain(|call| visibility.sees(call));
        let seen: HashSet<CallId> = calls.iter().map(|call| call.id).collect();
        for row in rows {
            before = row.id;
            let call = CallId(row.call);
            if seen.contains(&call) {
                items.push((call, Note::from(row)));
            }
        }
        if last_chunk {
            break;
        }
    }
    let more = items.len() > limit;
    items.truncate(limit);
    let cursor = |(_, note): &(CallId, Note)| Cursor {
        key: note.id.0,
        id: note.id.0,
    };
    let next = items.last().filter(|_| more).map(cursor);
    Ok(Page { items, next })
}

/// A number has few calls beside all the notes that there are: so it goes by those.
async fn read(
    reader: &mut SqliteConnection,
    numbers: &[NumberKey],
    before: i64,
    limit: usize,
) -> Result<Vec<NoteRow>, StoreError> {
    let mut sql = QueryBuilder::new(
        "SELECT id, call, user_id, at, text FROM note INDEXED BY note_call WHERE call IN (",
    );
    push_calls_with(&mut sql, numbers)?;
    sql.push(") AND id < ")
        .push_bind(before)
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    sql.build_query_as()
        .fetch_all(reader)
        .await
        .map_err(store_error)
}
