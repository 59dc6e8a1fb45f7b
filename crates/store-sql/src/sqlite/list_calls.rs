//! A page of the log.

use offhook_core::access::{Viewer, Visibility, is_own};
use offhook_core::call::Call;
use offhook_store::{CallQuery, Cursor, Page, StoreError};
use sqlx::{QueryBuilder, Sqlite, Transaction};

use super::filter_calls::push_filters;
use super::sight::{AMONG_CALLS, Place, Sight, own_places};
use super::store_error;
use crate::row::{CallRow, select_calls};

/// Rows read at a time where SQL lets through more than the viewer may see.
const CHUNK: usize = 200;
/// Rows read by time before it is worth asking where the viewer's calls are.
const MOST_BY_TIME: usize = 400;

/// Reads chunks until a page is full, of one snapshot, so that nothing moves between them. Somebody's
/// own calls are read where they are. Others by time first: most viewers see much of what is new. Who
/// sees little gets rows by what makes them visible, which is nearly all that
/// [`Visibility::sees`] lets through, who has the last word.
pub(super) async fn page(
    mut reader: Transaction<'_, Sqlite>,
    query: &CallQuery,
) -> Result<Page<Call>, StoreError> {
    let mut items: Vec<Call> = Vec::new();
    let mut after = query.after;
    let mut by_time = 0;
    let mut places = query.mine.as_ref().map(own_places).transpose()?;
    let mut looked = places.is_some();
    // One more than a page tells whether there is a next one.
    while items.len() <= query.limit {
        let mut chunk = query.limit + 1 - items.len();
        if let Visibility::Some { user, sources } = &query.visibility {
            if by_time >= MOST_BY_TIME && !looked {
                looked = true;
                let sight = Sight::find(&mut reader, *user, sources).await?;
                places = sight.map(|sight| sight.places()).transpose()?;
            }
            if places.is_none() || query.mine.is_some() {
                chunk = chunk.max(CHUNK);
            }
        }
        let mut sql = match &places {
            Some(places) => by_places(query, places, after, chunk)?,
            None => by_time_alone(query, after, chunk)?,
        };
        let rows: Vec<CallRow> = sql
            .build_query_as()
            .fetch_all(&mut *reader)
            .await
            .map_err(store_error)?;
        by_time += rows.len();
        let last_chunk = rows.len() < chunk;
        for row in rows {
            let call = Call::try_from(row)?;
            after = Some(cursor(&call));
            let own = |viewer: &Viewer| is_own(viewer, &call);
            if query.visibility.sees(&call) && query.mine.as_ref().is_none_or(own) {
                items.push(call);
            }
        }
        if last_chunk {
            break;
        }
    }
    let next = if items.len() > query.limit {
        items.truncate(query.limit);
        items.last().map(cursor)
    } else {
        None
    };
    Ok(Page { items, next })
}

/// How many calls there are, up to the query's limit. Who sees all of them needs no rows read, but
/// for somebody's own.
pub(super) async fn count(
    mut reader: Transaction<'_, Sqlite>,
    query: &CallQuery,
) -> Result<usize, StoreError> {
    if query.visibility != Visibility::All || query.mine.is_some() {
        return Ok(page(reader, query).await?.items.len());
    }
    let mut sql = QueryBuilder::new("SELECT count(*) FROM (SELECT 1 FROM call WHERE true");
    push_filters(&mut sql, query)?;
    sql.push(" LIMIT ")
        .push_bind(i64::try_from(query.limit).unwrap_or(i64::MAX))
        .push(")");
    let count: i64 = sql
        .build_query_scalar()
        .fetch_one(&mut *reader)
        .await
        .map_err(store_error)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

fn cursor(call: &Call) -> Cursor {
    Cursor {
        key: call.folded.started_at.0,
        id: call.id.0,
    }
}

fn by_time_alone(
    query: &CallQuery,
    after: Option<Cursor>,
    limit: usize,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut sql = QueryBuilder::new(select_calls!("FROM call WHERE true"));
    push_filters(&mut sql, query)?;
    push_newest(&mut sql, AMONG_CALLS, after, limit);
    Ok(sql)
}

/// The newest of each place where the calls are, and of those the newest.
fn by_places(
    query: &CallQuery,
    places: &[Place],
    after: Option<Cursor>,
    limit: usize,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut sql = QueryBuilder::new(select_calls!("FROM call WHERE call.id IN ("));
    for (number, place) in places.iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ");
        }
        sql.push("SELECT found.id FROM json_each(")
            .push_bind(place.values.clone())
            .push(") AS place JOIN call AS found ON found.id IN (SELECT call.id FROM ")
            .push(place.calls);
        push_filters(&mut sql, query)?;
        push_newest(&mut sql, place.order, after, limit);
        sql.push(")");
    }
    sql.push(")");
    push_newest(&mut sql, AMONG_CALLS, None, limit);
    Ok(sql)
}

fn push_newest(
    sql: &mut QueryBuilder<Sqlite>,
    [started_at, id]: [&str; 2],
    after: Option<Cursor>,
    limit: usize,
) {
    if let Some(after) = after {
        sql.push(format_args!(" AND ({started_at}, {id}) < ("))
            .push_bind(after.key);
        sql.push(", ").push_bind(after.id).push(")");
    }
    sql.push(format_args!(
        " ORDER BY {started_at} DESC, {id} DESC LIMIT "
    ))
    .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
}
