//! Stub.
use super::SqliteStore;
use offhook_core::{identify::Match, number::NumberKey, *};
use offhook_store::*;
#[async_trait::async_trait]
impl ContactStore for SqliteStore {
    async fn add_contact(
        &self,
        _d: &ContactDraft,
        _n: &[ContactNumber],
        _at: UnixMillis,
    ) -> Result<Contact, StoreError> {
        Err(StoreError::Internal("no".into()))
    }
    async fn add_contacts(
        &self,
        _d: &[(ContactDraft, Vec<ContactNumber>)],
        _at: UnixMillis,
    ) -> Result<(), StoreError> {
        Ok(())
    }
    async fn contact(&self, _id: ContactId) -> Result<Option<Contact>, StoreError> {
        Ok(None)
    }
    async fn contacts(
        &self,
        _s: Option<&str>,
        _a: Option<Cursor>,
        _l: usize,
    ) -> Result<Page<Contact>, StoreError> {
        Ok(Page {
            items: vec![],
            next: None,
        })
    }
    async fn update_contact(
        &self,
        _id: ContactId,
        _e: Option<i64>,
        _d: &ContactDraft,
        _n: &[ContactNumber],
        _at: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        Ok(None)
    }
    async fn delete_contact(&self, _id: ContactId, _e: Option<i64>) -> Result<bool, StoreError> {
        Ok(false)
    }
    async fn matches(&self, _k: &[NumberKey]) -> Result<Vec<(NumberKey, Match)>, StoreError> {
        Ok(vec![])
    }
    async fn numbers_of(&self, _id: ContactId) -> Result<Vec<ContactNumber>, StoreError> {
        Ok(vec![])
    }
    async fn numbers_matching(&self, _s: &str, _l: usize) -> Result<Vec<NumberKey>, StoreError> {
        Ok(vec![])
    }
}
