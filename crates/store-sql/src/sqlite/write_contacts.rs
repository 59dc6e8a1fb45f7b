//! Contacts into the tables: one statement a table, however many rows.
//!
//! The search index keeps no texts of its own, so it must be told the old ones before they change:
//! [`forget`] first, then the change.

use offhook_core::UnixMillis;
use offhook_store::{Conflict, ContactDraft, ContactNumber, StoreError};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::contact_search::{index_digits, index_words};
use super::{json, store_error};

/// Makes contacts; answers the id of the first, which the others follow.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    drafts: &[(ContactDraft, Vec<ContactNumber>)],
    at: UnixMillis,
) -> Result<i64, StoreError> {
    let first = first_free_id(connection).await?;
    if drafts.is_empty() {
        return Ok(first);
    }
    let rows: Vec<ContactWrite<'_>> = (first..)
        .zip(drafts)
        .map(|(id, (draft, numbers))| ContactWrite {
            id,
            name: &draft.name,
            organization: &draft.organization,
            phones: &draft.phones,
            emails: &draft.emails,
            note: &draft.note,
            url: &draft.url,
            words: index_words(draft),
            digits: index_digits(draft, numbers),
        })
        .collect();
    let rows = json(&rows)?;
    sqlx::query(
        "INSERT INTO contact (id, name, organization, phones, emails, note, url, revision, \
             created_at, updated_at, words, digits) \
         SELECT value ->> 'id', value ->> 'name', value ->> 'organization', value -> 'phones', \
             value -> 'emails', value ->> 'note', value ->> 'url', 1, ?2, ?2, \
             value ->> 'words', value ->> 'digits' \
         FROM json_each(?1)",
    )
    .bind(&rows)
    .bind(at.0)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    sqlx::query(
        "INSERT INTO contact_search (rowid, words, digits) \
         SELECT value ->> 'id', value ->> 'words', value ->> 'digits' FROM json_each(?1)",
    )
    .bind(&rows)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    let numbers: Vec<_> = (first..)
        .zip(drafts)
        .flat_map(|(id, (_, numbers))| numbers.iter().map(move |number| (id, number)))
        .collect();
    insert_numbers(connection, &numbers).await?;
    Ok(first)
}

/// Deletes a contact. False when it is gone; a conflict when its revision is not the one expected.
pub(super) async fn delete(
    connection: &mut SqliteConnection,
    id: i64,
    expected: Option<i64>,
) -> Result<bool, StoreError> {
    if !forget(connection, id, expected).await? {
        return Ok(false);
    }
    sqlx::query("DELETE FROM contact WHERE id = ?1")
        .bind(id)
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(true)
}

/// Takes a contact out of the search index and its numbers out of the lookup, so that it can be
/// changed or deleted. False when it is gone; a conflict when its revision is not the one expected.
pub(super) async fn forget(
    connection: &mut SqliteConnection,
    id: i64,
    expected: Option<i64>,
) -> Result<bool, StoreError> {
    let revision: Option<i64> = sqlx::query_scalar("SELECT revision FROM contact WHERE id = ?1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    let Some(revision) = revision else {
        return Ok(false);
    };
    if expected.is_some_and(|expected| expected != revision) {
        return Err(Conflict::Stale.into());
    }
    for statement in [
        "INSERT INTO contact_search (contact_search, rowid, words, digits) \
         SELECT 'delete', id, words, digits FROM contact WHERE id = ?1",
        "DELETE FROM contact_number WHERE contact_id = ?1",
    ] {
        sqlx::query(statement)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(true)
}

/// Keeps a contact that was forgotten as it is now.
pub(super) async fn update(
    connection: &mut SqliteConnection,
    id: i64,
    draft: &ContactDraft,
    numbers: &[ContactNumber],
    at: UnixMillis,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE contact SET name = ?2, organization = ?3, phones = ?4, emails = ?5, note = ?6, \
             url = ?7, words = ?8, digits = ?9, updated_at = ?10, revision = revision + 1 \
         WHERE id = ?1",
    )
    .bind(id)
    .bind(&draft.name)
    .bind(&draft.organization)
    .bind(json(&draft.phones)?)
    .bind(json(&draft.emails)?)
    .bind(&draft.note)
    .bind(&draft.url)
    .bind(index_words(draft))
    .bind(index_digits(draft, numbers))
    .bind(at.0)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    sqlx::query(
        "INSERT INTO contact_search (rowid, words, digits) \
         SELECT id, words, digits FROM contact WHERE id = ?1",
    )
    .bind(id)
    .execute(&mut *connection)
    .await
    .map_err(store_error)?;
    let numbers: Vec<_> = numbers.iter().map(|number| (id, number)).collect();
    insert_numbers(connection, &numbers).await
}

/// One step of merging the search index; false when there was nothing to do.
pub(super) async fn merge_search(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    const CHANGES: &str = "SELECT total_changes()";
    let mut changes = Vec::with_capacity(2);
    for statement in [
        CHANGES,
        "INSERT INTO contact_search (contact_search, rank) VALUES ('merge', 16)",
        CHANGES,
    ] {
        let row: Option<i64> = sqlx::query_scalar(statement)
            .fetch_optional(&mut *connection)
            .await
            .map_err(store_error)?;
        changes.extend(row);
    }
    // The statement itself counts as one.
    Ok(matches!(changes.as_slice(), [before, after] if after - before >= 2))
}

/// Where the ids of new contacts begin: they ascend for ever, also past those that were deleted.
async fn first_free_id(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'contact'")
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    Ok(last.unwrap_or(0) + 1)
}

async fn insert_numbers(
    connection: &mut SqliteConnection,
    numbers: &[(i64, &ContactNumber)],
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = numbers
        .iter()
        .map(|(id, number)| (number.key.0, id, number.level.as_str()))
        .collect();
    sqlx::query(
        "INSERT OR IGNORE INTO contact_number (key, contact_id, level) \
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await
    .map_err(store_error)?;
    Ok(())
}

#[derive(Serialize)]
struct ContactWrite<'a> {
    id: i64,
    name: &'a str,
    organization: &'a str,
    phones: &'a [String],
    emails: &'a [String],
    note: &'a str,
    url: &'a str,
    words: String,
    digits: String,
}
