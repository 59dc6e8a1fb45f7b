use async_trait::async_trait;
use offhook_core::{SourceId, UnixMillis};

use crate::{Cursor, Page, Pruned, StoreError};

/// A request to a PBX endpoint as it is kept for looking at, with secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// Its id; 0 until it is kept.
    pub id: i64,
    /// When it came in.
    pub at: UnixMillis,
    /// Whose endpoint; none when the token was wrong.
    pub source_id: Option<SourceId>,
    /// The address it came from.
    pub address: String,
    /// The HTTP method.
    pub method: String,
    /// The path with the token masked.
    pub path: String,
    /// Headers, one a line, secrets masked, then the body; bounded.
    pub sent: String,
    /// What was understood, as JSON text; none when nothing was.
    pub understood: Option<String>,
    /// The HTTP status answered.
    pub status: u16,
    /// The body answered; bounded.
    pub answered: String,
    /// The PBX's id of the call, where understood.
    pub call_id: Option<String>,
}

/// Which recorded requests to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestQuery {
    /// Only of this source.
    pub source_id: Option<SourceId>,
    /// Only with this status.
    pub status: Option<u16>,
    /// Only those refused (a status of 400 or more), or only those taken.
    pub refused: Option<bool>,
    /// Only with this PBX's id of the call.
    pub call_id: Option<String>,
    /// Only those that came in at this time or later.
    pub since: Option<UnixMillis>,
    /// Only where what was sent, understood or answered, or the address, holds this text (any case
    /// of a to z).
    pub search: Option<String>,
    /// Where to go on.
    pub after: Option<Cursor>,
    /// How many at the most.
    pub limit: usize,
}

/// What a source has sent of late, as far as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceActivity {
    /// When it last sent what was taken.
    pub last_taken_at: Option<UnixMillis>,
    /// Set when the newest request was refused.
    pub refused: Option<Refused>,
    /// How many requests were taken in each of the last 24 hours, the last one ending now.
    pub taken_by_hour: [u64; 24],
}

/// Requests that were refused and none taken since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The first of them.
    pub since: UnixMillis,
    /// The newest of them.
    pub last: RecordedRequest,
}

/// Recorded requests: best effort, off the way of a call.
#[async_trait]
pub trait RequestStore: Send + Sync {
    /// Keeps requests.
    async fn keep_requests(&self, requests: &[RecordedRequest]) -> Result<(), StoreError>;

    /// One of them.
    async fn request(&self, id: i64) -> Result<Option<RecordedRequest>, StoreError>;

    /// What a source has sent up to `now`.
    async fn activity(
        &self,
        source: SourceId,
        now: UnixMillis,
    ) -> Result<SourceActivity, StoreError>;

    /// A page of them.
    async fn requests(&self, query: &RequestQuery) -> Result<Page<RecordedRequest>, StoreError>;

    /// Deletes those that came in before `before`, at most `limit` in one go. What is deleted can
    /// not be read back from the files.
    async fn prune_requests(&self, before: UnixMillis, limit: usize) -> Result<Pruned, StoreError>;
}
