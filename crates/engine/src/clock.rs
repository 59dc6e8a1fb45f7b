//! Time and chance. Nothing else in the program asks the system for either.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI64, Ordering};

use offhook_core::{EventId, UnixMillis};

/// Where the time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time now.
    fn now(&self) -> UnixMillis;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn now(&self) -> UnixMillis {
        let now = std::time::SystemTime::now();
        let since = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands until it is moved; for tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this time.
    pub fn at(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves it.
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that nobody can guess.
///
/// # Panics
///
/// When the system has no source of randomness, without which no secret can be made.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system"
)]
#[expect(
    clippy::expect_used,
    reason = "a system without randomness can not run a server"
)]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Gives events their ids: 48 bits of milliseconds, 16 bits that count within one, and 64 bits
/// that tell this process from others. Ascends strictly, also when the clock goes back.
#[derive(Debug)]
pub struct EventIds {
    last: Mutex<u64>,
    process: u64,
}

impl Default for EventIds {
    fn default() -> Self {
        Self {
            last: Mutex::new(0),
            process: u64::from_be_bytes(random_bytes()),
        }
    }
}

impl EventIds {
    /// Goes on above this one, whatever the clock says.
    pub fn after(newest: EventId) -> Self {
        let last = u64::try_from(newest.0 >> 64).unwrap_or(u64::MAX);
        Self {
            last: Mutex::new(last),
            ..Self::default()
        }
    }

    /// The id of an event that comes in now.
    pub fn next(&self, now: UnixMillis) -> EventId {
        let millis = u64::try_from(now.0).unwrap_or(0) & 0xffff_ffff_ffff;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // An id that is given twice would be taken for an event that came before.
        *last = (millis << 16).max(last.wrapping_add(1));
        EventId((u128::from(*last) << 64) | u128::from(self.process))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_ids_ascend_from_one_process_to_the_next() {
        let newest = EventIds::default().next(UnixMillis(9_000));
        let ids = EventIds::after(newest);
        let (early, late) = (ids.next(UnixMillis(5)), ids.next(UnixMillis(10_000)));
        assert!(newest < early && early < late);
        assert_eq!(late.0 >> 80, 10_000);
        let ids = EventIds::after(EventId(u128::MAX));
        let given = [ids.next(UnixMillis(5)), ids.next(UnixMillis(5))];
        assert_ne!(given[0], given[1]);
    }

    #[test]
    fn event_ids_ascend_even_when_the_clock_goes_back() {
        let ids = EventIds::default();
        let times = [5, 5, 5, 9, 2, 2, 10];
        let given: Vec<EventId> = times.map(|time| ids.next(UnixMillis(time))).into();
        assert!(given.is_sorted_by(|a, b| a < b), "{given:?}");
    }
}
