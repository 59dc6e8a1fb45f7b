//! The filters of a page of the log, as SQL.

use offhook_core::call::State;
use offhook_core::number::NumberKey;
use offhook_store::{CallQuery, StoreError};
use sqlx::{QueryBuilder, Sqlite};

use super::json;
use super::sight::QUEUES_LIKE;

/// Every filter but who may see what, each with an `AND` before it.
pub(super) fn push_filters(
    sql: &mut QueryBuilder<Sqlite>,
    query: &CallQuery,
) -> Result<(), StoreError> {
    if let Some(direction) = query.direction {
        sql.push(" AND call.direction = ")
            .push_bind(direction.as_str());
    }
    match query.state {
        // Few calls are open. A sub-select, so that they are looked for among those.
        Some(state @ (State::Ringing | State::Answered)) => {
            sql.push(
                " AND call.id IN (SELECT id FROM call INDEXED BY call_open \
                 WHERE ended_at IS NULL) AND call.state = ",
            )
            .push_bind(state.as_str());
        }
        Some(State::Ended) => {
            sql.push(" AND call.ended_at IS NOT NULL");
        }
        None => {}
    }
    // Not bound: the indexes of missed and open calls are for these values.
    if let Some(missed) = query.missed {
        sql.push(if missed && query.done == Some(false) {
            // The plus keeps the index of missed calls out of it: few of them are still open.
            " AND +call.missed = 1"
        } else if missed {
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
        // The plus keeps the index of sources out of it: what is open or missed is rarer.
        sql.push(if query.done == Some(false) || query.missed == Some(true) {
            " AND +call.source_id = "
        } else {
            " AND call.source_id = "
        })
        .push_bind(source.0);
    }
    if let Some(queue) = &query.queue {
        push_queue(sql, queue);
    }
    if let Some(numbers) = &query.numbers {
        sql.push(" AND call.id IN (");
        push_calls_with(sql, numbers)?;
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
        push_search(sql, search, query)?;
    }
    Ok(())
}

/// The column compares without regard to the case of ASCII letters; of others those queues are meant
/// that there are in either case.
fn push_queue(sql: &mut QueryBuilder<Sqlite>, queue: &str) {
    if queue.is_ascii() {
        sql.push(" AND call.queue = ").push_bind(queue.to_owned());
    } else {
        sql.push(" AND call.queue IN (").push(QUEUES_LIKE);
        sql.push_bind(glob_pattern(queue)).push(")");
    }
}

/// A sub-select, so that the list of numbers is used whatever else is asked.
pub(super) fn push_calls_with(
    sql: &mut QueryBuilder<Sqlite>,
    numbers: &[NumberKey],
) -> Result<(), StoreError> {
    let keys = json(&numbers.iter().map(|key| key.0).collect::<Vec<_>>())?;
    sql.push("SELECT call FROM call_number WHERE key IN (SELECT value FROM json_each(")
        .push_bind(keys)
        .push("))");
    Ok(())
}

fn push_search(
    sql: &mut QueryBuilder<Sqlite>,
    search: &str,
    query: &CallQuery,
) -> Result<(), StoreError> {
    sql.push(" AND (call.id IN (");
    push_calls_with(sql, &query.search_numbers)?;
    let users: Vec<i64> = query.search_users.iter().map(|user| user.0).collect();
    sql.push(") OR call.answered_user IN (SELECT value FROM json_each(")
        .push_bind(json(&users)?)
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
        sql.push(" OR call.").push(column);
        push_holds(sql, search);
    }
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let looks_like_number = !search.chars().any(char::is_alphabetic);
    // A national zero is not part of the international number.
    let significant = digits.trim_start_matches('0');
    if looks_like_number && digits.len() >= 3 && !significant.is_empty() {
        let digits = format!("%{significant}%");
        // Only international numbers: the key of another is not its digits, and as text it was
        // looked at above.
        sql.push(" OR call.from_key > 0 AND call.from_key LIKE ")
            .push_bind(digits.clone());
        sql.push(" OR call.to_key > 0 AND call.to_key LIKE ")
            .push_bind(digits);
    }
    sql.push(")");
    Ok(())
}

/// That the text before it holds this one, without regard to case: `LIKE` knows that of ASCII letters
/// alone, others are named in both cases.
pub(super) fn push_holds(sql: &mut QueryBuilder<Sqlite>, text: &str) {
    if text.is_ascii() {
        sql.push(" LIKE ").push_bind(like_pattern(text));
        sql.push(" ESCAPE '\\'");
    } else {
        sql.push(" GLOB ")
            .push_bind(format!("*{}*", glob_pattern(text)));
    }
}

/// A `GLOB` pattern for this text, its letters in either case.
fn glob_pattern(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        let lower = one(character.to_lowercase()).unwrap_or(character);
        let upper = one(character.to_uppercase()).unwrap_or(character);
        if lower != upper {
            pattern.extend(['[', lower, upper, ']']);
        } else if matches!(character, '*' | '?' | '[') {
            pattern.extend(['[', character, ']']);
        } else {
            pattern.push(character);
        }
    }
    pattern
}

fn one(mut characters: impl Iterator<Item = char>) -> Option<char> {
    characters.next().filter(|_| characters.next().is_none())
}

/// A `LIKE` pattern for texts that hold this one, with `\` to escape.
fn like_pattern(text: &str) -> String {
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
