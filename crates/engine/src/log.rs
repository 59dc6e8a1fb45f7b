//! The log as users read it and deal with it.

use std::sync::Arc;

use offhook_core::access::Visibility;
use offhook_core::call::{Done, State};
use offhook_core::number::{Country, NumberKey};
use offhook_core::{CallId, UnixMillis, UserId};
use offhook_store::{
    CallQuery, CallRecord, CallStore, Contact, ContactNumber, Cursor, Note, Page, StoreError,
};

use crate::clock::Clock;
use crate::directory::{Directory, NamedCall, numbers};
use crate::live::{Change, Hub};

/// Numbers of contacts that a search looks for at the most.
const SEARCH_NUMBERS: usize = 500;

/// Calls marked as done in one transaction.
const DONE_SLICE: usize = 100;

/// Reads calls with the names of who calls, and keeps what users say about them.
pub struct CallLog {
    pub(crate) calls: Arc<dyn CallStore>,
    pub(crate) directory: Arc<Directory>,
    hub: Arc<Hub>,
    pub(crate) clock: Arc<dyn Clock>,
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
    pub async fn page(&self, query: CallQuery) -> Result<Page<NamedCall>, StoreError> {
        let page = self.calls.calls(&self.with_contacts(query).await?).await?;
        Ok(Page {
            items: self.directory.try_name(page.items).await?,
            next: page.next,
        })
    }

    /// How many calls [`page`](Self::page) would find, up to the query's limit.
    pub async fn count(&self, query: CallQuery) -> Result<usize, StoreError> {
        let query = self.with_contacts(query).await?;
        self.calls.count_calls(&query).await
    }

    /// The queues of the newest `limit` calls in sight, as they come.
    pub async fn recent_queues(
        &self,
        visibility: Visibility,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let newest = CallQuery::newest(visibility, limit);
        let calls = self.calls.calls(&newest).await?.items.into_iter();
        Ok(calls.map(|call| call.folded.queue).collect())
    }

    /// When there was last a call in sight with each of these contacts, in their order: by the
    /// numbers that a page of calls with a contact goes by.
    pub async fn last_calls(
        &self,
        contacts: &[Contact],
        country: Country,
        visibility: &Visibility,
    ) -> Result<Vec<Option<UnixMillis>>, StoreError> {
        let of = |contact: &Contact| numbers(&contact.draft, country);
        let by_contact: Vec<Vec<ContactNumber>> = contacts.iter().map(of).collect();
        let mut keys: Vec<NumberKey> = by_contact.iter().flatten().map(|one| one.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let last = self.calls.last_calls(&keys, visibility).await?;
        let latest = |of: Vec<ContactNumber>| {
            of.iter()
                .filter_map(|one| last.get(&one.key))
                .max()
                .copied()
        };
        Ok(by_contact.into_iter().map(latest).collect())
    }

    async fn with_contacts(&self, mut query: CallQuery) -> Result<CallQuery, StoreError> {
        if let Some(search) = &query.search {
            let contacts = self.directory.contacts();
            query.search_numbers = contacts.numbers_matching(search, SEARCH_NUMBERS).await?;
        }
        Ok(query)
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

    /// Says of the open missed calls of a query that they are done, newest first and up to its
    /// limit; a call that still rings can yet be missed. Answers those that it changed, and whether
    /// there may be more. In slices that events go between: what comes after a failure is left as
    /// it was.
    pub async fn mark_missed_done(
        &self,
        query: CallQuery,
        by: UserId,
    ) -> Result<(Vec<CallId>, bool), StoreError> {
        let mut query = self.with_contacts(query).await?;
        let others = query.missed == Some(false) || query.done == Some(true);
        if others || query.state.is_some_and(|state| state != State::Ended) {
            return Ok((Vec::new(), false));
        }
        (query.missed, query.done) = (Some(true), Some(false));
        let most = query.limit;
        let mut marked = Vec::new();
        loop {
            query.limit = DONE_SLICE.min(most - marked.len());
            let page = self.calls.calls(&query).await?;
            let ids: Vec<CallId> = page.items.iter().map(|call| call.id).collect();
            let at = self.clock.now();
            let visibility = &query.visibility;
            let calls = self.calls.mark_done(&ids, true, by, at, visibility).await?;
            // One of them went meanwhile: those that are left are found again.
            let Some(mut calls) = calls else { continue };
            // What somebody else marked in between is theirs to undo.
            let mine = Done { done: true, by, at };
            calls.retain(|call| call.done_by_hand == Some(mine));
            calls.sort_by_key(|call| std::cmp::Reverse(call.folded.started_at));
            marked.extend(calls.iter().map(|call| call.id));
            let changes = calls.into_iter().map(|call| Change::quiet(call, at));
            self.hub.announce(changes.collect());
            query.after = page.next;
            let more = page.next.is_some();
            if !more || marked.len() >= most {
                return Ok((marked, more));
            }
            tokio::task::yield_now().await;
        }
    }

    /// What was written about calls in sight with one of these numbers, newest first.
    pub async fn notes(
        &self,
        numbers: &[NumberKey],
        visibility: &Visibility,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<(CallId, Note)>, StoreError> {
        self.calls.notes(numbers, visibility, after, limit).await
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
