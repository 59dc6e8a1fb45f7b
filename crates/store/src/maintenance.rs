use async_trait::async_trait;

use crate::StoreError;

/// What an engine does to keep its files in order.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Keeps what commits leave behind small, off their way.
    async fn tidy(&self) -> Result<(), StoreError>;

    /// Makes sure that what was deleted or written over, by whomever, can not be read back. Answers
    /// whether there may have been anything; says so again after an error.
    async fn forget_deleted(&self) -> Result<bool, StoreError>;
}
