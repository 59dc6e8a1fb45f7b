use async_trait::async_trait;
use offhook_core::identify::{Level, Match};
use offhook_core::number::NumberKey;
use offhook_core::{ContactId, UnixMillis};

use crate::{Cursor, Page, StoreError};

/// A person or company outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// What it is.
    pub draft: ContactDraft,
    /// Rises with every change; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When it was last changed.
    pub updated_at: UnixMillis,
}

/// What is known about a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactDraft {
    /// The name; may be empty.
    pub name: String,
    /// The organisation; may be empty.
    pub organization: String,
    /// Numbers as typed.
    pub phones: Vec<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Free text, whose numbers are `maybe` ones.
    pub note: String,
    /// A page about it; may be empty.
    pub url: String,
}

/// A number that leads to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContactNumber {
    /// The number.
    pub key: NumberKey,
    /// From the phones, or from free text.
    pub level: Level,
}

/// Contacts and the numbers that lead to them.
#[async_trait]
pub trait ContactStore: Send + Sync {
    /// Makes a contact with the numbers found in it.
    async fn add_contact(
        &self,
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Contact, StoreError>;

    /// Makes many contacts in one transaction; for imports.
    async fn add_contacts(
        &self,
        drafts: &[(ContactDraft, Vec<ContactNumber>)],
        at: UnixMillis,
    ) -> Result<(), StoreError>;

    /// One contact.
    async fn contact(&self, id: ContactId) -> Result<Option<Contact>, StoreError>;

    /// A page of contacts in order of id, newest first; `search` looks in names, organisations and
    /// digits.
    async fn contacts(
        &self,
        search: Option<&str>,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<Contact>, StoreError>;

    /// Changes a contact; with `expected` revision, only that one. `None` when it is gone.
    async fn update_contact(
        &self,
        id: ContactId,
        expected: Option<i64>,
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError>;

    /// Makes one contact of two, which is `draft` from now on and keeps the id `id`; `other` is
    /// deleted. All or nothing: `None` when either is gone, a conflict when one has another
    /// revision than expected.
    async fn merge_contacts(
        &self,
        id: (ContactId, Option<i64>),
        other: (ContactId, Option<i64>),
        draft: &ContactDraft,
        numbers: &[ContactNumber],
        at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError>;

    /// Deletes a contact; with `expected` revision, only that one. False when it is gone.
    async fn delete_contact(
        &self,
        id: ContactId,
        expected: Option<i64>,
    ) -> Result<bool, StoreError>;

    /// Who these numbers may be, unranked.
    async fn matches(&self, keys: &[NumberKey]) -> Result<Vec<(NumberKey, Match)>, StoreError>;

    /// The phones of contacts (known numbers) in these ranges, each from a first to a last key; at
    /// most `limit`, in no order.
    async fn known_between(
        &self,
        ranges: &[(NumberKey, NumberKey)],
        limit: usize,
    ) -> Result<Vec<(NumberKey, Match)>, StoreError>;

    /// The numbers that lead to a contact, known and maybe.
    async fn numbers_of(&self, id: ContactId) -> Result<Vec<ContactNumber>, StoreError>;

    /// Numbers of contacts whose name or organisation holds this text; at most `limit`.
    async fn numbers_matching(
        &self,
        search: &str,
        limit: usize,
    ) -> Result<Vec<NumberKey>, StoreError>;
}
