//! Stub.
use offhook_core::*;
use offhook_store::*;
/// Stub.
#[derive(Debug)]
pub struct SqliteRequestStore;
impl SqliteRequestStore {
    /// Stub.
    pub async fn open(_p: &std::path::Path) -> Result<Self, super::OpenError> {
        Ok(Self)
    }
}
#[async_trait::async_trait]
impl RequestStore for SqliteRequestStore {
    async fn keep_requests(&self, _r: &[RecordedRequest]) -> Result<(), StoreError> {
        Ok(())
    }
    async fn requests(&self, _q: &RequestQuery) -> Result<Page<RecordedRequest>, StoreError> {
        Ok(Page {
            items: vec![],
            next: None,
        })
    }
    async fn prune_requests(&self, _b: UnixMillis, _l: usize) -> Result<Pruned, StoreError> {
        Ok(Pruned {
            rows: 0,
            more: false,
        })
    }
}

#[async_trait::async_trait]
impl Maintenance for SqliteRequestStore {
    async fn tidy(&self) -> Result<(), StoreError> {
        Ok(())
    }
    async fn forget_deleted(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
