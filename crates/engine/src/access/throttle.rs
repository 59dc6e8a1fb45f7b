use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use offhook_core::UnixMillis;

/// Keys remembered at the most; beyond, those whose time is over go, then all.
const MOST_KEYS: usize = 20_000;

/// Lets a key fail so often in a span of time, then refuses it until the span is over.
#[derive(Debug)]
pub struct Throttle<K> {
    most: u32,
    span_millis: i64,
    failures: Mutex<HashMap<K, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    since: UnixMillis,
}

impl<K: Hash + Eq> Throttle<K> {
    /// At most `most` failures in `span_millis` milliseconds.
    pub fn new(most: u32, span_millis: i64) -> Self {
        Self {
            most,
            span_millis,
            failures: Mutex::default(),
        }
    }

    /// The seconds a key has to wait; none when it may try.
    pub fn retry_after_seconds(&self, key: &K, now: UnixMillis) -> Option<i64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = failures.get(key)?;
        let left = self.span_millis - now.millis_since(failed.since);
        (failed.count >= self.most && left > 0).then(|| (left + 999) / 1000)
    }

    /// Counts a failure.
    pub fn failed(&self, key: K, now: UnixMillis) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST_KEYS {
            failures.retain(|_, failed| now.millis_since(failed.since) < self.span_millis);
            if failures.len() >= MOST_KEYS {
                failures.clear();
            }
        }
        let failed = failures.entry(key).or_insert(Failures {
            count: 0,
            since: now,
        });
        if now.millis_since(failed.since) >= self.span_millis {
            *failed = Failures {
                count: 0,
                since: now,
            };
        }
        failed.count = failed.count.saturating_add(1);
    }

    /// Forgets the failures of a key.
    pub fn forget(&self, key: &K) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_refused_after_its_failures_until_the_span_is_over() {
        let throttle = Throttle::new(3, 60_000);
        let at = |millis| UnixMillis(millis);
        for millis in [0, 10, 20] {
            assert_eq!(throttle.retry_after_seconds(&"a", at(millis)), None);
            throttle.failed("a", at(millis));
        }
        assert_eq!(throttle.retry_after_seconds(&"a", at(30)), Some(60));
        assert_eq!(throttle.retry_after_seconds(&"b", at(30)), None);
        assert_eq!(throttle.retry_after_seconds(&"a", at(59_500)), Some(1));
        assert_eq!(throttle.retry_after_seconds(&"a", at(60_000)), None);
        throttle.failed("a", at(60_000));
        assert_eq!(throttle.retry_after_seconds(&"a", at(60_001)), None);
    }
}
