use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_core::call::Party;
use offhook_core::{SourceId, UnixMillis};

/// A PBX tells of a call that it was told to reject within this time.
const MEMORY_MILLIS: i64 = 60_000;
/// No more are remembered.
const MOST: usize = 1024;

/// Whom we told a PBX to reject of late, so that the call that it tells of next is one that we
/// blocked, and not one that was missed.
#[derive(Debug, Default)]
pub(crate) struct Rejections(Mutex<VecDeque<Rejection>>);

#[derive(Debug)]
struct Rejection {
    source: SourceId,
    from: Party,
    at: UnixMillis,
}

impl Rejections {
    /// The PBX was told so.
    pub(crate) fn remember(&self, source: SourceId, from: &Party, at: UnixMillis) {
        let mut all = self.lock();
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(Rejection {
            source,
            from: from.clone(),
            at,
        });
    }

    /// Whether the PBX was told so of this caller; each time counts for one call.
    pub(crate) fn take(&self, source: SourceId, from: &Party, now: UnixMillis) -> bool {
        let mut all = self.lock();
        all.retain(|known| now.millis_since(known.at) < MEMORY_MILLIS);
        let place =
            (all.iter()).position(|known| known.source == source && known.from.same_line(from));
        place.is_some_and(|place| all.remove(place).is_some())
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Rejection>> {
        // Every change is whole, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::number::Country;

    use super::*;

    #[test]
    fn each_counts_for_one_call_of_a_minute() {
        let party = |number: &str| Party::read(number, Country::default());
        let (pbx, other) = (SourceId(1), SourceId(2));
        let at = |seconds: i64| UnixMillis(seconds * 1000);
        let rejections = Rejections::default();
        rejections.remember(pbx, &party("+49 30 1234567"), at(0));
        assert!(!rejections.take(other, &party("03012345 67"), at(1)));
        assert!(!rejections.take(pbx, &party("03012345 68"), at(1)));
        assert!(rejections.take(pbx, &party("03012345 67"), at(59)));
        assert!(!rejections.take(pbx, &party("03012345 67"), at(59)));
        rejections.remember(pbx, &party("4930"), at(0));
        assert!(!rejections.take(pbx, &party("4930"), at(60)));
        for _ in 0..MOST + 5 {
            rejections.remember(pbx, &party("4930"), at(0));
        }
        assert_eq!(rejections.lock().len(), MOST);
    }
}
