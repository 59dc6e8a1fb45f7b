use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::{SourceId, UnixMillis};
use tracing::debug;

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
pub struct Statuses(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    connections: HashMap<SourceId, ConnectionStatus>,
    /// What was heard stays true when nobody listens any more.
    heard: HashMap<SourceId, Heard>,
}

const MINUTE_MILLIS: i64 = 60_000;
const HOURS: i64 = 24;

/// How many events were heard in each minute of the last 24 hours.
#[derive(Debug, Default)]
struct Heard(VecDeque<(i64, u64)>);

impl Heard {
    fn add(&mut self, now: UnixMillis) {
        let minute = now.0.div_euclid(MINUTE_MILLIS);
        match self.0.back_mut() {
            // Also where the clock was put back.
            Some((at, count)) if *at >= minute => *count += 1,
            _ => self.0.push_back((minute, 1)),
        }
        while (self.0.front()).is_some_and(|(at, _)| minute - at >= HOURS * 60) {
            self.0.pop_front();
        }
    }

    /// By hour, oldest first; the last one ends now.
    fn by_hour(&self, now: UnixMillis) -> [u64; 24] {
        let minute = now.0.div_euclid(MINUTE_MILLIS);
        let mut hours = [0; 24];
        for (at, count) in &self.0 {
            let ago = (minute - at).max(0) / 60;
            let place = usize::try_from(HOURS - 1 - ago).ok();
            if let Some(hour) = place.and_then(|place| hours.get_mut(place)) {
                *hour += count;
            }
        }
        hours
    }
}

impl Statuses {
    /// How the connection of a source is; none when there is none to be.
    pub fn of(&self, source: SourceId) -> Option<ConnectionStatus> {
        self.lock().connections.get(&source).cloned()
    }

    /// How many events of calls were heard from a source in each of the last 24 hours, oldest
    /// first; the last one ends now. Counted in memory, since the start.
    pub fn heard_by_hour(&self, source: SourceId, now: UnixMillis) -> [u64; 24] {
        let all = self.lock();
        let heard = all.heard.get(&source);
        heard.map(|heard| heard.by_hour(now)).unwrap_or_default()
    }

    pub(super) fn set(
        &self,
        source: SourceId,
        state: ConnectionState,
        note: Option<String>,
        now: UnixMillis,
    ) {
        let mut all = self.lock();
        let before = all.connections.get(&source);
        let same = before.filter(|before| before.state == state);
        let status = ConnectionStatus {
            state,
            since: same.map_or(now, |before| before.since),
            last_event_at: before.and_then(|before| before.last_event_at),
            note,
        };
        all.connections.insert(source, status);
        drop(all);
        debug!(source = source.0, state = state.as_str(), "a connection");
    }

    pub(super) fn note(&self, source: SourceId, note: String) {
        let mut all = self.lock();
        let Some(status) = all.connections.get_mut(&source) else {
            return;
        };
        status.note = Some(note);
        drop(all);
        debug!(source = source.0, "a note on a connection");
    }

    pub(super) fn heard(&self, source: SourceId, now: UnixMillis) {
        let mut all = self.lock();
        if let Some(status) = all.connections.get_mut(&source) {
            status.last_event_at = Some(now);
        }
        all.heard.entry(source).or_default().add(now);
    }

    pub(super) fn forget(&self, source: SourceId) {
        self.lock().connections.remove(&source);
        debug!(source = source.0, "no connection");
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        // Every change is whole, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_counted_by_hour_for_a_day() {
        const HOUR: i64 = 60 * MINUTE_MILLIS;
        let (statuses, pbx) = (Statuses::default(), SourceId(1));
        let start = 1_700_000_000_000;
        for at in [0, 1, 59 * MINUTE_MILLIS, HOUR, 23 * HOUR] {
            statuses.heard(pbx, UnixMillis(start + at));
        }
        let now = |at| UnixMillis(start + at);
        let mut expected = [0; 24];
        (expected[0], expected[1], expected[23]) = (3, 1, 1);
        let before_next = 23 * HOUR + 59 * MINUTE_MILLIS;
        assert_eq!(statuses.heard_by_hour(pbx, now(before_next)), expected);
        // Also when nobody listens any more.
        statuses.forget(pbx);
        let mut expected = [0; 24];
        (expected[0], expected[22]) = (1, 1);
        assert_eq!(
            statuses.heard_by_hour(pbx, now(before_next + HOUR)),
            expected
        );
        assert_eq!(statuses.heard_by_hour(SourceId(2), now(0)), [0; 24]);
        // Nothing older than a day is kept.
        statuses.heard(pbx, now(48 * HOUR));
        assert_eq!(statuses.lock().heard[&pbx].0.len(), 1);
    }
}
