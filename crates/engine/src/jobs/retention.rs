use std::pin::Pin;

use offhook_core::call::LATE_MILLIS;
use offhook_store::{Maintenance, Pruned, StoreError};
use tracing::{debug, info};

use super::{Jobs, SLICE};

type Slice<'a> = Pin<Box<dyn Future<Output = Result<Pruned, StoreError>> + Send + 'a>>;

impl Jobs {
    /// Deletes what its time is over, in slices, then takes it out of the files. `left` tells
    /// whether something deleted may still stand there, from one run to the next.
    pub(super) async fn apply_retention(&self, left: &mut bool) -> Result<(), StoreError> {
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
            let gone = slices(|| Box::pin(self.calls.prune_calls(before, SLICE))).await;
            // An error may come after some slices.
            *left |= !matches!(gone, Ok(0));
            let gone = gone?;
            if gone > 0 {
                info!(calls = gone, "deleted calls whose time was over");
            }
            take_out(&*self.maintenance, left).await?;
        }
        Ok(())
    }
}

/// Takes what was deleted out of the files, if some of it may be left there.
async fn take_out(maintenance: &dyn Maintenance, left: &mut bool) -> Result<(), StoreError> {
    if *left {
        maintenance.forget_deleted().await?;
        *left = false;
        debug!("what was deleted is gone from the files");
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;

    /// Files that somebody reads when they are to be emptied for the first time.
    #[derive(Default)]
    struct InUse(AtomicUsize);

    #[async_trait]
    impl Maintenance for InUse {
        async fn tidy(&self) -> Result<(), StoreError> {
            Ok(())
        }

        async fn forget_deleted(&self) -> Result<(), StoreError> {
            match self.0.fetch_add(1, Ordering::Relaxed) {
                0 => Err(StoreError::Unavailable("somebody reads".to_owned())),
                _ => Ok(()),
            }
        }
    }

    #[tokio::test]
    async fn what_could_not_be_taken_out_is_tried_again_and_then_never_more() {
        let (files, mut left) = (InUse::default(), true);
        assert!(take_out(&files, &mut left).await.is_err());
        for _ in 0..3 {
            take_out(&files, &mut left).await.unwrap();
        }
        assert_eq!((files.0.into_inner(), left), (2, false));
    }
}
