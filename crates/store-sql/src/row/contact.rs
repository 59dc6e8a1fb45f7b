use offhook_core::identify::{Level, Match};
use offhook_core::number::NumberKey;
use offhook_core::{ContactId, UnixMillis};
use offhook_store::{Contact, ContactDraft, StoreError};
use sqlx::FromRow;

use super::corrupt;

/// `SELECT` of a [`ContactRow`]'s columns, with what follows it.
macro_rules! select_contacts {
    ($rest:literal) => {
        concat!(
            "SELECT contact.id, contact.name, contact.organization, contact.phones, \
             contact.emails, contact.note, contact.url, contact.revision, contact.created_at, \
             contact.updated_at ",
            $rest
        )
    };
}
pub(crate) use select_contacts;

/// A row of `contact`.
#[derive(FromRow)]
pub(crate) struct ContactRow {
    id: i64,
    name: String,
    organization: String,
    phones: String,
    emails: String,
    note: String,
    url: String,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<ContactRow> for Contact {
    type Error = StoreError;

    fn try_from(row: ContactRow) -> Result<Self, StoreError> {
        let list = |text: &str, column| {
            serde_json::from_str(text).map_err(|_| corrupt("contact", column, &row.id))
        };
        Ok(Self {
            id: ContactId(row.id),
            draft: ContactDraft {
                phones: list(&row.phones, "phones")?,
                emails: list(&row.emails, "emails")?,
                name: row.name,
                organization: row.organization,
                note: row.note,
                url: row.url,
            },
            revision: row.revision,
            created_at: UnixMillis(row.created_at),
            updated_at: UnixMillis(row.updated_at),
        })
    }
}

/// A number with the contact that it leads to.
#[derive(FromRow)]
pub(crate) struct MatchRow {
    key: i64,
    contact_id: i64,
    level: String,
    name: String,
    organization: String,
}

impl MatchRow {
    /// The number, and who it may be.
    pub(crate) fn into_match(self) -> Result<(NumberKey, Match), StoreError> {
        let contact_id = ContactId(self.contact_id);
        let found = Match {
            contact_id,
            name: self.name,
            organization: self.organization,
            level: level_from(&self.level, contact_id)?,
        };
        Ok((NumberKey(self.key), found))
    }
}

/// How sure a number of this contact is, by the word for it.
pub(crate) fn level_from(word: &str, contact: ContactId) -> Result<Level, StoreError> {
    Level::from_word(word).ok_or_else(|| corrupt("contact_number", "level", &contact))
}
