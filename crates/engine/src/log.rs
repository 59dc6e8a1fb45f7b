//! The log as users read it and deal with it.

use std::sync::Arc;

use offhook_core::access::Visibility;
use offhook_core::{CallId, UserId};
use offhook_store::{CallQuery, CallRecord, CallStore, Note, Page, StoreError};

use crate::clock::Clock;
use crate::directory::{Directory, NamedCall};
use crate::live::{Change, Hub};

/// Numbers of contacts that a search looks for at the most.
const SEARCH_NUMBERS: usize = 500;

/// Reads calls with the names of who calls, and keeps what users say about them.
pub struct CallLog {
    calls: Arc<dyn CallStore>,
    directory: Arc<Directory>,
    hub: Arc<Hub>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for CallLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallLog").finish_non_exhaustive()
    }
}

impl CallLog {
    /// A log over this store, that tells this hub of changes.
    pub fn new(
        calls: Arc<dyn CallStore>,
        directory: Arc<Directory>,
        hub: Arc<Hub>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            calls,
            directory,
            hub,
            clock,
        }
    }

    /// A page of calls. A search also finds the calls of contacts that fit.
    pub async fn page(&self, mut query: CallQuery) -> Result<Page<NamedCall>, StoreError> {
        if let Some(search) = &query.search {
            let contacts = self.directory.contacts();
            query.search_numbers = contacts.numbers_matching(search, SEARCH_NUMBERS).await?;
        }
        let page = self.calls.calls(&query).await?;
        Ok(Page {
            items: self.directory.try_name(page.items).await?,
            next: page.next,
        })
    }

    /// One call with its events and notes, if it is in sight.
    pub async fn call(
        &self,
        id: CallId,
        visibility: &Visibility,
    ) -> Result<Option<(NamedCall, CallRecord)>, StoreError> {
        let record = self.calls.call(id).await?;
        let Some(record) = record.filter(|record| visibility.sees(&record.call)) else {
            return Ok(None);
        };
        let named = self.directory.try_name(vec![record.call.clone()]).await?;
        Ok(named.into_iter().next().map(|named| (named, record)))
    }

    /// These calls as they are now, without those that are gone or out of sight.
    pub async fn calls_by_id(
        &self,
        ids: &[CallId],
        visibility: &Visibility,
    ) -> Result<Vec<NamedCall>, StoreError> {
        let mut calls = self.calls.calls_by_id(ids).await?;
        calls.retain(|call| visibility.sees(call));
        self.directory.try_name(calls).await
    }

    /// Says of calls that they are done or open again, all or none; `None` when one is unknown or
    /// out of sight.
    pub async fn mark_done(
        &self,
        ids: &[CallId],
        done: bool,
        by: UserId,
        visibility: &Visibility,
    ) -> Result<Option<Vec<NamedCall>>, StoreError> {
        let at = self.clock.now();
        let Some(calls) = self.calls.mark_done(ids, done, by, at, visibility).await? else {
            return Ok(None);
        };
        self.hub.announce(
            calls
                .iter()
                .cloned()
                .map(|call| Change::quiet(call, at))
                .collect(),
        );
        Ok(Some(self.directory.try_name(calls).await?))
    }

    /// Writes a note on a call; `None` when it is unknown or out of sight.
    pub async fn add_note(
        &self,
        id: CallId,
        by: UserId,
        text: &str,
        visibility: &Visibility,
    ) -> Result<Option<Note>, StoreError> {
        let at = self.clock.now();
        let Some((call, note)) = self.calls.add_note(id, by, at, text, visibility).await? else {
            return Ok(None);
        };
        self.hub.announce(vec![Change::quiet(call, at)]);
        Ok(Some(note))
    }
}
