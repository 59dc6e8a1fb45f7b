use async_trait::async_trait;
use offhook_core::identify::Match;
use offhook_core::number::NumberKey;
use offhook_core::{ContactId, UnixMillis};
use offhook_store::{Contact, ContactDraft, ContactNumber, ContactStore, Cursor, Page, StoreError};
use sqlx::SqliteConnection;

use super::contact_search::{ask_everything, ask_names};
use super::write::Transaction;
use super::{SqliteStore, json, store_error, write_contacts};
use crate::row::{ContactRow, MatchRow, level_from, select_contacts};

#[async_trait]
impl ContactStore for SqliteStore {
    async fn add_contact(
        &self,
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Contact, StoreError> {
        let one = [(draft.clone(), numbers.to_vec())];
        let mut transaction = self.begin().await?;
        let id = write_contacts::insert(&mut transaction, &one, at).await?;
        let contact = contact(&mut transaction, id).await?;
        transaction.commit().await?;
        self.merge_search(1).await?;
        contact.ok_or_else(|| StoreError::Internal("the new contact is gone".to_owned()))
    }

    async fn add_contacts(
        &self,
        drafts: &[(ContactDraft, Vec<ContactNumber>)],
        at: UnixMillis,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        write_contacts::insert(&mut transaction, drafts, at).await?;
        transaction.commit().await?;
        self.merge_search(drafts.len()).await
    }

    async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        let mut reader = self.readers().acquire().await.map_err(store_error)?;
        contact(&mut reader, id.0).await
    }

    async fn contacts(
        &self,
        search: Option<&str>,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Contact>, StoreError> {
        let before = after.map_or(i64::MAX, |after| after.id);
        // One more than a page tells whether there is a next one.
        let rows = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let query = match search.map(str::trim).filter(|search| !search.is_empty()) {
            None => sqlx::query_as(select_contacts!(
                "FROM contact WHERE contact.id < ?1 ORDER BY contact.id DESC LIMIT ?2"
            ))
            .bind(before)
            .bind(rows),
            Some(search) => {
                let Some(asked) = ask_everything(search) else {
                    return Ok(Page {
                        items: Vec::new(),
                        next: None,
                    });
                };
                sqlx::query_as(select_contacts!(
                    "FROM contact_search JOIN contact ON contact.id = contact_search.rowid \
                     WHERE contact_search MATCH ?3 AND contact_search.rowid < ?1 \
                     ORDER BY contact_search.rowid DESC LIMIT ?2"
                ))
                .bind(before)
                .bind(rows)
                .bind(asked)
            }
        };
        let rows: Vec<ContactRow> = query.fetch_all(self.readers()).await.map_err(store_error)?;
        let mut items: Vec<Contact> = rows
            .into_iter()
            .map(Contact::try_from)
            .collect::<Result<_, _>>()?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| Cursor {
            key: last.id.0,
            id: last.id.0,
        });
        Ok(Page { items, next })
    }

    async fn update_contact(
        &self,
        id: ContactId,
        expected: Option<i64>,
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        let mut transaction = self.begin().await?;
        if !write_contacts::forget(&mut transaction, id.0, expected).await? {
            return Ok(None);
        }
        self.finish(transaction, id, draft, numbers, at).await
    }

    async fn merge_contacts(
        &self,
        (id, expected): (ContactId, Option<i64>),
        (other, expected_other): (ContactId, Option<i64>),
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        let mut transaction = self.begin().await?;
        if !write_contacts::delete(&mut transaction, other.0, expected_other).await?
            || !write_contacts::forget(&mut transaction, id.0, expected).await?
        {
            return Ok(None);
        }
        self.finish(transaction, id, draft, numbers, at).await
    }

    async fn delete_contact(
        &self,
        id: ContactId,
        expected: Option<i64>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let deleted = write_contacts::delete(&mut transaction, id.0, expected).await?;
        transaction.commit().await?;
        if deleted {
            self.has_deleted();
        }
        Ok(deleted)
    }

    async fn matches(&self, keys: &[NumberKey]) -> Result<Vec<(NumberKey, Match)>, StoreError> {
        let keys: Vec<i64> = keys.iter().map(|key| key.0).collect();
        let rows: Vec<MatchRow> = sqlx::query_as(
            "SELECT number.key, number.contact_id, number.level, contact.name, \
                 contact.organization \
             FROM contact_number AS number JOIN contact ON contact.id = number.contact_id \
             WHERE number.key IN (SELECT value FROM json_each(?1)) \
             ORDER BY number.key, number.contact_id, number.level",
        )
        .bind(json(&keys)?)
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.into_iter().map(MatchRow::into_match).collect()
    }

    async fn known_between(
        &self,
        ranges: &[(NumberKey, NumberKey)],
        limit: usize,
    ) -> Result<Vec<(NumberKey, Match)>, StoreError> {
        let ranges: Vec<(i64, i64)> = (ranges.iter())
            .map(|(first, last)| (first.0, last.0))
            .collect();
        // Distinct, since ranges may lie in each other.
        let rows: Vec<MatchRow> = sqlx::query_as(
            "SELECT DISTINCT number.key, number.contact_id, number.level, contact.name, \
                 contact.organization \
             FROM json_each(?1) AS range \
             CROSS JOIN contact_number AS number \
                 ON number.key BETWEEN range.value ->> 0 AND range.value ->> 1 \
             JOIN contact ON contact.id = number.contact_id \
             WHERE number.level = 'known' LIMIT ?2",
        )
        .bind(json(&ranges)?)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.into_iter().map(MatchRow::into_match).collect()
    }

    async fn numbers_of(&self, id: ContactId) -> Result<Vec<ContactNumber>, StoreError> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT key, level FROM contact_number WHERE contact_id = ?1 ORDER BY key, level",
        )
        .bind(id.0)
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|(key, level)| {
                Ok(ContactNumber {
                    key: NumberKey(key),
                    level: level_from(&level, id)?,
                })
            })
            .collect()
    }

    async fn numbers_matching(
        &self,
        search: &str,
        limit: usize,
    ) -> Result<Vec<NumberKey>, StoreError> {
        let Some(asked) = ask_names(search) else {
            return Ok(Vec::new());
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // Both limits: contacts without numbers are few, and one with very many must not be read
        // to its end.
        let keys: Vec<i64> = sqlx::query_scalar(
            "SELECT DISTINCT number.key \
             FROM (SELECT rowid AS id FROM contact_search WHERE contact_search MATCH ?1 \
                   ORDER BY rowid DESC) AS found \
             CROSS JOIN contact_number AS number ON number.contact_id = found.id LIMIT ?2",
        )
        .bind(asked)
        .bind(limit)
        .fetch_all(self.readers())
        .await
        .map_err(store_error)?;
        Ok(keys.into_iter().map(NumberKey).collect())
    }
}

impl SqliteStore {
    /// Writes what a contact is from now on, and commits.
    async fn finish(
        &self,
        mut transaction: Transaction,
        id: ContactId,
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        write_contacts::update(&mut transaction, id.0, draft, numbers, at).await?;
        let contact = contact(&mut transaction, id.0).await?;
        transaction.commit().await?;
        self.has_deleted();
        self.merge_search(1).await?;
        Ok(contact)
    }

    /// Moves what was just written deeper into the search index, in steps that calls can go
    /// between. Left to itself, the index would do it inside a write, which then takes long.
    async fn merge_search(&self, contacts: usize) -> Result<(), StoreError> {
        for _ in 0..=contacts / 16 {
            let mut writer = self.writer().await;
            if !write_contacts::merge_search(&mut writer).await? {
                break;
            }
        }
        Ok(())
    }
}

async fn contact(
    connection: &mut SqliteConnection,
    id: i64,
) -> Result<Option<Contact>, StoreError> {
    let row: Option<ContactRow> =
        sqlx::query_as(select_contacts!("FROM contact WHERE contact.id = ?1"))
            .bind(id)
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    row.map(Contact::try_from).transpose()
}
