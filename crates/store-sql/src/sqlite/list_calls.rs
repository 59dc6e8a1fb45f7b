//! A page of the log.

use offhook_core::access::Visibility;
use offhook_core::call::Call;
use offhook_core::number::NumberKey;
use offhook_store::{CallQuery, Cursor, Page, StoreError};
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use super::{json, store_error};
use crate::row::{CallRow, select_calls};

/// Rows read at a time where SQL lets through more than the viewer may see.
const MOST_ROWS: usize = 500;

/// Reads chunks until a page is full: SQL filters all but the finer points of who may see what,
/// which [`Visibility::sees`] decides.
pub(super) async fn page(
    readers: &SqlitePool,
    query: &CallQuery,
) -> Result<Page<Call>, StoreError> {
    let mut items: Vec<Call> = Vec::new();
    let mut after = query.after;
    // One more than a page tells whether there is a next one.
    while items.len() <= query.limit {
        let chunk = match query.visibility {
            Visibility::All => query.limit + 1 - items.len(),
            Visibility::Some { .. } => MOST_ROWS.max(query.limit + 1),
        };
        let rows: Vec<CallRow> = statement(query, after, chunk)?
            .build_query_as()
            .fetch_all(readers)
            .await
            .map_err(store_error)?;
        let last_chunk = rows.len() < chunk;
        for row in rows {
            let call = Call::try_from(row)?;
            after = Some(cursor(&call));
            if query.visibility.sees(&call) {
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

fn cursor(call: &Call) -> Cursor {
    Cursor {
        key: call.folded.started_at.0,
        id: call.id.0,
    }
}

fn statement(
    query: &CallQuery,
    after: Option<Cursor>,
    limit: usize,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut sql = QueryBuilder::new(select_calls!("FROM call WHERE true"));
    let mut equal = |column: &str, value: Option<&str>| {
        if let Some(value) = value {
            sql.push(" AND call.")
                .push(column)
                .push(" = ")
                .push_bind(value.to_owned());
        }
    };
    equal(
        "direction",
        query.direction.map(offhook_core::call::Direction::as_str),
    );
    equal("state", query.state.map(offhook_core::call::State::as_str));
    if let Some(missed) = query.missed {
        sql.push(if missed {
            " AND call.missed = 1"
        } else {
            " AND call.missed = 0"
        });
    }
    if let Some(done) = query.done {
        sql.push(if done {
            " AND call.done = 1"
        } else {
            " AND call.done = 0"
        });
    }
    if let Some(source) = query.source_id {
        sql.push(" AND call.source_id = ").push_bind(source.0);
    }
    if let Some(queue) = &query.queue {
        sql.push(" AND call.queue = ")
            .push_bind(queue.clone())
            .push(" COLLATE NOCASE");
    }
    if let Some(numbers) = &query.numbers {
        sql.push(" AND call.id IN (");
        push_calls_with(&mut sql, numbers)?;
        sql.push(")");
    }
    if let Some(user) = query.user_id {
        sql.push(" AND call.answered_user = ").push_bind(user.0);
    }
    if let Some(since) = query.since {
        sql.push(" AND call.started_at >= ").push_bind(since.0);
    }
    if let Some(until) = query.until {
        sql.push(" AND call.started_at < ").push_bind(until.0);
    }
    if let Some(search) = &query.search {
        push_search(&mut sql, search, query)?;
    }
    push_visible(&mut sql, &query.visibility);
    if let Some(after) = after {
        sql.push(" AND (call.started_at, call.id) < (")
            .push_bind(after.key);
        sql.push(", ").push_bind(after.id).push(")");
    }
    sql.push(" ORDER BY call.started_at DESC, call.id DESC LIMIT ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    Ok(sql)
}

/// A sub-select, so that the indexes over numbers are used whatever else is asked.
fn push_calls_with(
    sql: &mut QueryBuilder<Sqlite>,
    numbers: &[NumberKey],
) -> Result<(), StoreError> {
    let keys = json(&numbers.iter().map(|key| key.0).collect::<Vec<_>>())?;
    sql.push("SELECT id FROM call WHERE from_key IN (SELECT value FROM json_each(")
        .push_bind(keys.clone())
        .push(")) UNION SELECT id FROM call WHERE to_key IN (SELECT value FROM json_each(")
        .push_bind(keys)
        .push("))");
    Ok(())
}

fn push_search(
    sql: &mut QueryBuilder<Sqlite>,
    search: &str,
    query: &CallQuery,
) -> Result<(), StoreError> {
    let like = like_pattern(search);
    sql.push(" AND (call.id IN (");
    push_calls_with(sql, &query.search_numbers)?;
    let users = json(
        &query
            .search_users
            .iter()
            .map(|user| user.0)
            .collect::<Vec<_>>(),
    )?;
    sql.push(") OR call.answered_user IN (SELECT value FROM json_each(")
        .push_bind(users)
        .push("))");
    let columns = [
        "from_number",
        "to_number",
        "from_name",
        "to_name",
        "our_name",
        "queue",
        "call_id",
        "answered_name",
    ];
    for column in columns {
        sql.push(" OR call.")
            .push(column)
            .push(" LIKE ")
            .push_bind(like.clone());
        sql.push(" ESCAPE '\\'");
    }
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let looks_like_number = !search.chars().any(char::is_alphabetic);
    // A national zero is not part of the international number.
    let significant = digits.trim_start_matches('0');
    if looks_like_number && digits.len() >= 3 && !significant.is_empty() {
        let digits = format!("%{significant}%");
        sql.push(" OR call.from_key LIKE ")
            .push_bind(digits.clone());
        sql.push(" OR call.to_key LIKE ").push_bind(digits);
    }
    sql.push(")");
    Ok(())
}

/// A `LIKE` pattern for texts that hold this one, with `\` to escape.
pub(super) fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Leaves out what the viewer surely may not see; [`Visibility::sees`] has the last word.
fn push_visible(_sql: &mut QueryBuilder<Sqlite>, _visibility: &Visibility) {}
