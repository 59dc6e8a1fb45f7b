use async_trait::async_trait;

use crate::StoreError;

/// What an engine does to keep its files in order.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Keeps what commits leave behind small, off their way.
    async fn tidy(&self) -> Result<(), StoreError>;

    /// Makes sure that what was deleted can not be read back.
    async fn forget_deleted(&self) -> Result<(), StoreError>;
}
