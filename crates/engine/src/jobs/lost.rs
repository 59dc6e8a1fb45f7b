use std::sync::Arc;

use offhook_core::call::{Cause, Event, EventBody, EventKind};
use offhook_store::{Incoming, StoreError};

use super::Jobs;

/// Calls looked for at a time.
const MOST_CALLS: usize = 200;

impl Jobs {
    /// Ends calls that never heard their hangup: the event is ours, a true hangup that still comes
    /// wins over it.
    pub(super) async fn end_lost_calls(&self) -> Result<(), StoreError> {
        loop {
            let settings = self.configuration.now().settings.clone();
            let now = self.clock.now();
            let ringing = now.plus_seconds(-settings.lost_ringing_minutes * 60);
            let answered = now.plus_seconds(-settings.lost_answered_hours * 3600);
            let silent = self
                .calls
                .silent_calls(ringing, answered, MOST_CALLS)
                .await?;
            let last = silent.len() < MOST_CALLS;
            for call in silent {
                let mut body = EventBody::new(EventKind::Hangup);
                body.call_id = Some(call.call_id.clone());
                body.cause = Some(Cause::Lost);
                let event = Event {
                    id: self.ids.next(now),
                    at: now,
                    body: Arc::new(body),
                };
                let incoming = Incoming {
                    source_id: call.source_id,
                    arrived_at: now,
                    event,
                };
                if self.journal.record(incoming).await.is_err() {
                    // Calls come first; this one is found again.
                    return Ok(());
                }
            }
            if last {
                return Ok(());
            }
        }
    }
}
