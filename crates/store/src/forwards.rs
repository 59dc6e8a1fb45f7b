use async_trait::async_trait;
use offhook_core::call::Call;
use offhook_core::{CallId, SourceId};

use crate::StoreError;

/// How far another system was told of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nothing.
    Nothing,
    /// That it began.
    Began,
    /// That it was answered, or that nobody did.
    Answered,
    /// That it is over.
    Ended,
}

impl Stage {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Began, Self::Answered, Self::Ended];

    /// As it is stored.
    pub fn as_number(self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::Began => 1,
            Self::Answered => 2,
            Self::Ended => 3,
        }
    }

    /// The one that is stored so.
    pub fn from_number(number: i64) -> Option<Self> {
        (Self::ALL.into_iter()).find(|stage| stage.as_number() == number)
    }
}

/// A call that another system is to be told more of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The call as it is.
    pub call: Call,
    /// How far it was told.
    pub told: Stage,
    /// How often the next thing was refused.
    pub failures: i64,
}

/// What other systems are still to be told of calls: a spool that outlives the server.
#[async_trait]
pub trait ForwardStore: Send + Sync {
    /// Spools the calls of a source that began since the last time, at most `limit`; answers how
    /// many. The first time none: what was before is none of the other system's business.
    async fn spool_new(&self, source: SourceId, limit: usize) -> Result<usize, StoreError>;

    /// The spooled calls of a source of which there is more to tell, in order of id, but those
    /// given up; at most `limit`. Of an internal call there is nothing to tell while it runs: it may
    /// still become one with the outside.
    async fn spooled(&self, source: SourceId, limit: usize) -> Result<Vec<Forward>, StoreError>;

    /// How many of a source's calls wait, and how many were given up.
    async fn spool_size(&self, source: SourceId) -> Result<(i64, i64), StoreError>;

    /// It was told so far; with its end the call leaves the spool.
    async fn told(&self, call: CallId, stage: Stage) -> Result<(), StoreError>;

    /// The next thing was refused; given up, it waits until [`try_again`](Self::try_again).
    async fn refused(&self, call: CallId, give_up: bool) -> Result<(), StoreError>;

    /// Those of a source that were given up are tried again.
    async fn try_again(&self, source: SourceId) -> Result<(), StoreError>;
}
