//! The rig measures time; it asks the system here and nowhere else.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Now, to measure from.
#[expect(clippy::disallowed_methods, reason = "a rig measures time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Now, as events carry it.
#[expect(clippy::disallowed_methods, reason = "a rig measures time")]
pub(crate) fn unix_millis() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Whole microseconds, as latencies are kept.
pub(crate) fn micros(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
}
