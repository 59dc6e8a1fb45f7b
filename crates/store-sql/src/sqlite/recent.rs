//! Which calls an id of a PBX may still mean, known by heart.
//!
//! Ids as PBXs make them are random texts: an index over them costs a page of the write-ahead log
//! for each call, and every batch a way to the connection's thread to find out that nobody knows
//! its new calls. So `recent_call` has no such index; it is read once, and whatever is written into
//! it is noted here as well.
//!
//! More may stand here than there, never less: what is found here is looked up in the tables.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::{CallId, SourceId};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::store_error;

/// Of one id only the newest calls: an event means the newest that fits.
const MOST_OF_ID: usize = 16;

/// The recent calls of all sources; every clone is the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    known: Arc<Mutex<Known>>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Known {
    /// Whether the table was read.
    read: bool,
    calls: BTreeSet<(Key, CallId)>,
}

/// A source and its id of a call, hashed: less room than they take, and nothing to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(u64);

/// A call that is recent, or was.
pub(super) type RecentCall<'a> = (CallId, SourceId, &'a str);

impl Recent {
    /// Reads the table, if that was not done: nobody else writes it.
    pub(super) async fn read(&self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        if self.known().read {
            return Ok(());
        }
        let mut calls = BTreeSet::new();
        let mut last = Some(0);
        while let Some(after) = last {
            // Some thousand calls a row: each row is a message from the connection's thread.
            let page: String;
            (last, page) = sqlx::query_as(
                "SELECT max(id), json_group_array(json_array(id, source_id, call_id)) FROM ( \
                     SELECT id, source_id, call_id FROM recent_call WHERE id > ?1 \
                     ORDER BY id LIMIT 4096)",
            )
            .bind(after)
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
            let page: Vec<(i64, i64, String)> = serde_json::from_str(&page)
                .map_err(|error| StoreError::Internal(error.to_string()))?;
            calls.extend(
                (page.iter()).map(|(id, source, call_id)| {
                    (self.key(SourceId(*source), call_id), CallId(*id))
                }),
            );
        }
        let mut known = self.known();
        known.calls = calls;
        known.read = true;
        Ok(())
    }

    /// Notes calls that are written into the table.
    pub(super) fn add<'a>(&self, calls: impl IntoIterator<Item = RecentCall<'a>>) {
        let mut known = self.known();
        for (id, source, call_id) in calls {
            known.calls.insert((self.key(source, call_id), id));
        }
    }

    /// Lets go of calls that are no more in the table.
    pub(super) fn forget<'a>(&self, calls: impl IntoIterator<Item = RecentCall<'a>>) {
        let mut known = self.known();
        for (id, source, call_id) in calls {
            known.calls.remove(&(self.key(source, call_id), id));
        }
    }

    /// The newest calls that an id of a source may mean.
    pub(super) fn of(&self, key: Key) -> Vec<CallId> {
        let known = self.known();
        let those = (known.calls).range((key, CallId(i64::MIN))..=(key, CallId(i64::MAX)));
        those.rev().take(MOST_OF_ID).map(|(_, id)| *id).collect()
    }

    /// What calls of a source are found by.
    pub(super) fn key(&self, source: SourceId, call_id: &str) -> Key {
        Key(self.hasher.hash_one((source, call_id)))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change leaves it whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_source_means_its_newest_calls() {
        let recent = Recent::default();
        let (here, there) = (SourceId(1), SourceId(2));
        recent.add((1..=40).map(|id| (CallId(id), here, "a")));
        recent.add([(CallId(41), there, "a"), (CallId(42), here, "b")]);
        let of = |source, call_id| recent.of(recent.key(source, call_id));
        assert_eq!(
            of(here, "a"),
            (25..=40).rev().map(CallId).collect::<Vec<_>>()
        );
        assert_eq!(of(there, "a"), [CallId(41)]);
        assert_eq!(of(there, "b"), []);
        recent.forget([(CallId(41), there, "a"), (CallId(42), here, "a")]);
        assert_eq!(of(there, "a"), []);
        assert_eq!(of(here, "b"), [CallId(42)]);
    }
}
