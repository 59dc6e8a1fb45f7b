use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::{SourceId, UnixMillis};

/// How a connection to a PBX is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// We are at it for the first time.
    Connecting,
    /// We are signed in and hear what happens.
    Connected,
    /// Nobody answers there, or no PBX of this kind.
    Refused,
    /// The PBX does not let us in.
    Unauthorized,
    /// It was there and is gone; we try again.
    Lost,
}

impl ConnectionState {
    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Refused => "refused",
            Self::Unauthorized => "unauthorized",
            Self::Lost => "lost",
        }
    }
}

/// How the connection of a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionStatus {
    /// How.
    pub state: ConnectionState,
    /// Since when.
    pub since: UnixMillis,
    /// When the PBX last told of a call.
    pub last_event_at: Option<UnixMillis>,
    /// What is wrong and what to do, for the administrator.
    pub note: Option<String>,
}

/// How the connections of all sources are.
#[derive(Debug, Clone, Default)]
pub struct Statuses(Arc<Mutex<HashMap<SourceId, ConnectionStatus>>>);

impl Statuses {
    /// How the connection of a source is; none when there is none to be.
    pub fn of(&self, source: SourceId) -> Option<ConnectionStatus> {
        self.lock().get(&source).cloned()
    }

    pub(super) fn set(
        &self,
        source: SourceId,
        state: ConnectionState,
        note: Option<String>,
        now: UnixMillis,
    ) {
        let mut all = self.lock();
        let before = all.get(&source);
        let same = before.filter(|before| before.state == state);
        let status = ConnectionStatus {
            state,
            since: same.map_or(now, |before| before.since),
            last_event_at: before.and_then(|before| before.last_event_at),
            note,
        };
        all.insert(source, status);
    }

    pub(super) fn note(&self, source: SourceId, note: String) {
        if let Some(status) = self.lock().get_mut(&source) {
            status.note = Some(note);
        }
    }

    pub(super) fn heard(&self, source: SourceId, now: UnixMillis) {
        if let Some(status) = self.lock().get_mut(&source) {
            status.last_event_at = Some(now);
        }
    }

    pub(super) fn forget(&self, source: SourceId) {
        self.lock().remove(&source);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SourceId, ConnectionStatus>> {
        // Every change is whole, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
