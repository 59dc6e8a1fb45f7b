use std::pin::Pin;

use offhook_core::call::LATE_MILLIS;
use offhook_store::{Pruned, StoreError};
use tracing::{debug, info};

use super::{Jobs, SLICE};

type Slice<'a> = Pin<Box<dyn Future<Output = Result<Pruned, StoreError>> + Send + 'a>>;

impl Jobs {
    /// Deletes what its time is over, in slices, then takes out of the files what was deleted, also by
    /// people.
    pub(super) async fn apply_retention(&self) -> Result<(), StoreError> {
        let settings = self.configuration.now().settings.clone();
        let now = self.clock.now();
        let days_ago = |days: i64| now.plus_seconds(-days.saturating_mul(24 * 3600));

        self.accounts.prune_sessions(now).await?;
        slices(|| {
            Box::pin(
                self.calls
                    .forget_recent(now.plus_millis(-LATE_MILLIS), SLICE),
            )
        })
        .await?;
        // 0 keeps for ever.
        if settings.requests_days > 0 {
            let before = days_ago(settings.requests_days);
            let gone = slices(|| Box::pin(self.requests.prune_requests(before, SLICE))).await?;
            debug!(requests = gone, "deleted requests whose time was over");
        }
        if settings.retention_days > 0 {
            let before = days_ago(settings.retention_days);
            let gone = slices(|| Box::pin(self.calls.prune_calls(before, SLICE))).await?;
            if gone > 0 {
                info!(calls = gone, "deleted calls whose time was over");
            }
        }
        if self.maintenance.forget_deleted().await? {
            debug!("what was deleted is gone from the files");
        }
        Ok(())
    }
}

/// Slice by slice, with a pause for those who wait.
async fn slices<'a>(slice: impl Fn() -> Slice<'a>) -> Result<u64, StoreError> {
    let mut rows = 0;
    loop {
        let pruned = slice().await?;
        rows += pruned.rows;
        if !pruned.more {
            return Ok(rows);
        }
        tokio::task::yield_now().await;
    }
}
