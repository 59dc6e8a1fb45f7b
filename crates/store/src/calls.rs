use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use offhook_core::access::{Viewer, Visibility};
use offhook_core::call::{Call, Direction, Event, Party, State};
use offhook_core::number::NumberKey;
use offhook_core::{CallId, EventId, NoteId, SourceId, UnixMillis, UserId};

use crate::{Cursor, Page, StoreError};

/// An event on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Who reported it.
    pub source_id: SourceId,
    /// When it came in at the door, which correlation measures from.
    pub arrived_at: UnixMillis,
    /// The event.
    pub event: Event,
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept, and this is its call now.
    Folded {
        /// The call after the event.
        call: Arc<Call>,
        /// The state before; none when the event made the call.
        before: Option<State>,
        /// Whether the event changed the call, its legs included.
        changed: bool,
    },
    /// Neither it nor any call of its id says which way the call goes. It is not kept.
    NoDirection,
}

impl Outcome {
    /// Whether the event made a call.
    pub fn is_new(&self) -> bool {
        matches!(self, Self::Folded { before: None, .. })
    }
}

/// What someone wrote about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: UnixMillis,
    /// What.
    pub text: String,
}

/// A call with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// The call.
    pub call: Call,
    /// Its events, by time.
    pub events: Vec<Event>,
    /// Its notes, oldest first.
    pub notes: Vec<Note>,
}

/// Which calls to list; every filter that is set must hold. Newest first, by `started_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallQuery {
    /// Only what this viewer may see.
    pub visibility: Visibility,
    /// Only this direction.
    pub direction: Option<Direction>,
    /// Only this state.
    pub state: Option<State>,
    /// Only missed ones, or only others.
    pub missed: Option<bool>,
    /// Only those dealt with, or only open ones.
    pub done: Option<bool>,
    /// Only of this source.
    pub source_id: Option<SourceId>,
    /// Only of this queue (any case).
    pub queue: Option<String>,
    /// Only with one of these numbers on either side; an empty list fits nothing.
    pub numbers: Option<Vec<NumberKey>>,
    /// Only answered by this user.
    pub user_id: Option<UserId>,
    /// Only this user's own ([`is_own`](offhook_core::access::is_own)).
    pub mine: Option<Viewer>,
    /// Only started at this time or later.
    pub since: Option<UnixMillis>,
    /// Only started before this time.
    pub until: Option<UnixMillis>,
    /// Only where a name, number, queue or PBX's id holds this text (any case), or with one of
    /// `search_numbers`, or answered by one of `search_users`.
    pub search: Option<String>,
    /// Numbers of contacts that fit `search`.
    pub search_numbers: Vec<NumberKey>,
    /// Users that fit `search`, who may have answered.
    pub search_users: Vec<UserId>,
    /// Where to go on.
    pub after: Option<Cursor>,
    /// How many at the most.
    pub limit: usize,
}

impl CallQuery {
    /// The newest `limit` calls that `visibility` lets through.
    pub fn newest(visibility: Visibility, limit: usize) -> Self {
        Self {
            visibility,
            direction: None,
            state: None,
            missed: None,
            done: None,
            source_id: None,
            queue: None,
            numbers: None,
            user_id: None,
            mine: None,
            since: None,
            until: None,
            search: None,
            search_numbers: Vec::new(),
            search_users: Vec::new(),
            after: None,
            limit,
        }
    }
}

/// Somebody who called, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who, without a name.
    pub from: Party,
    /// How many calls.
    pub calls: usize,
}

/// What one slice of pruning did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pruned {
    /// How many rows went.
    pub rows: u64,
    /// Whether there is more to do.
    pub more: bool,
}

/// The log of calls and their events.
#[async_trait]
pub trait CallStore: Send + Sync {
    /// Takes a batch of events into the log, durably and all at once: finds the call of each
    /// ([`correlate`](offhook_core::call::correlate)), folds it anew and keeps it. Answers one
    /// outcome an event, in order. An event whose id is known already changes nothing.
    async fn apply(&self, batch: &[Incoming]) -> Result<Vec<Outcome>, StoreError>;

    /// The newest event there is, for the start. Those to come are to have ids above it, also where the
    /// clock was set back: for one below it an engine has to look whether it came before.
    async fn newest_event(&self) -> Result<EventId, StoreError>;

    /// Writes down what [`apply`](Self::apply) left for later, when there is time, in a slice of a few
    /// milliseconds; answers how many calls still lag behind their events. The other methods never
    /// show a call that lags behind. An engine may leave nothing for later.
    async fn catch_up(&self) -> Result<usize, StoreError>;

    /// What [`apply`](Self::apply) would answer, keeping nothing.
    async fn rehearse(&self, event: &Incoming) -> Result<Outcome, StoreError>;

    /// One call with its events and notes.
    async fn call(&self, id: CallId) -> Result<Option<CallRecord>, StoreError>;

    /// These calls, without those that are gone, in order of id.
    async fn calls_by_id(&self, ids: &[CallId]) -> Result<Vec<Call>, StoreError>;

    /// A page of the log.
    async fn calls(&self, query: &CallQuery) -> Result<Page<Call>, StoreError>;

    /// How many calls a query fits, counted up to its limit.
    async fn count_calls(&self, query: &CallQuery) -> Result<usize, StoreError>;

    /// When the newest call in sight with each of these numbers on either side started; numbers
    /// without one are left out.
    async fn last_calls(
        &self,
        numbers: &[NumberKey],
        visibility: &Visibility,
    ) -> Result<HashMap<NumberKey, UnixMillis>, StoreError>;

    /// Who called a source: the callers of its newest `limit` inbound calls that started at `since`
    /// or later, each once, in no order.
    async fn callers(
        &self,
        source: SourceId,
        since: UnixMillis,
        limit: usize,
    ) -> Result<Vec<Caller>, StoreError>;

    /// Says of calls that they are done (or open again), all or none: `None` when one of them is
    /// unknown or out of sight. Answers the calls after the change, in order of id.
    async fn mark_done(
        &self,
        ids: &[CallId],
        done: bool,
        by: UserId,
        at: UnixMillis,
        visibility: &Visibility,
    ) -> Result<Option<Vec<Call>>, StoreError>;

    /// Writes a note on a call, and raises the call's revision; `None` when the call is unknown or
    /// out of sight.
    async fn add_note(
        &self,
        id: CallId,
        by: UserId,
        at: UnixMillis,
        text: &str,
        visibility: &Visibility,
    ) -> Result<Option<(Call, Note)>, StoreError>;

    /// What was written about calls in sight with one of these numbers on either side, newest first,
    /// each with its call; its id is the cursor's.
    async fn notes(
        &self,
        numbers: &[NumberKey],
        visibility: &Visibility,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<(CallId, Note)>, StoreError>;

    /// Reads the numbers of calls and their events anew, since another country gives them other
    /// keys: the calls after this one, in order of id, at most `limit` in one go. Answers the last
    /// of them; `None` when there are no more.
    async fn reread_numbers(
        &self,
        after: CallId,
        limit: usize,
        read: &(dyn for<'n> Fn(&'n str) -> Party + Send + Sync),
    ) -> Result<Option<CallId>, StoreError>;

    /// Open calls that ring since before `ringing_before`, or were answered before
    /// `answered_before`; at most `limit`.
    async fn silent_calls(
        &self,
        ringing_before: UnixMillis,
        answered_before: UnixMillis,
        limit: usize,
    ) -> Result<Vec<Call>, StoreError>;

    /// Forgets which ended calls a PBX's id may still mean, once they ended before `before`;
    /// at most `limit` in one go.
    async fn forget_recent(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError>;

    /// Deletes calls that started before `before` and are ended, with their events and notes; at
    /// most `limit` in one go. What is deleted can not be read back from the files.
    async fn prune_calls(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError>;
}
