use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use offhook_core::access::{Viewer, Visibility};
use offhook_core::call::{Call, State};
use offhook_core::{CallId, UnixMillis, UserId};
use tokio::sync::{broadcast, mpsc};
use tracing::warn;

use crate::clock::random_bytes;
use crate::directory::{Directory, NamedCall};

/// Changes that wait to be announced.
const WAITING: usize = 16_384;
/// Announcements a listener may be behind; who is slower reloads.
const BEHIND: usize = 1024;
/// Announcements that a listener who comes back can catch up with.
const REMEMBERED: usize = 10_000;

/// A change of a call, on its way to the listeners.
#[derive(Debug, Clone)]
pub struct Change {
    /// The call after it.
    pub call: Arc<Call>,
    /// Set when the call begins to ring: the users whose devices ring, empty when the source does
    /// not say.
    pub ring: Option<Vec<UserId>>,
    /// Whose browser opens the caller: who answered.
    pub pop: Option<UserId>,
    /// When the change came in.
    pub at: UnixMillis,
}

impl Change {
    /// A change that neither rings nor pops.
    pub fn quiet(call: Call, at: UnixMillis) -> Self {
        Self {
            call: Arc::new(call),
            ring: None,
            pop: None,
            at,
        }
    }
}

/// A change as listeners get it.
#[derive(Debug)]
pub struct Announcement {
    /// Its place in the order of announcements.
    pub sequence: u64,
    /// The change with the names; none when everybody should reload the list.
    pub change: Option<(NamedCall, Option<Vec<UserId>>, Option<UserId>)>,
    /// The call as it is sent, made by the first who sends it.
    pub rendered: OnceLock<Bytes>,
}

/// What is remembered of an announcement, to catch up with.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its place in the order.
    pub sequence: u64,
    /// The call.
    pub call_id: CallId,
    /// Set when the call began to ring.
    pub ring: Option<Vec<UserId>>,
    /// Whose browser opened the caller.
    pub pop: Option<UserId>,
    /// When.
    pub at: UnixMillis,
}

/// What a listener missed while it was away.
#[derive(Debug, Clone)]
pub enum Missed {
    /// It is new: nothing.
    Nothing,
    /// These announcements, in order.
    These(Vec<Past>),
    /// More than we remember, or it sees other calls now: it should reload the list.
    TooMuch,
}

/// A listener's place.
#[derive(Debug)]
pub struct Subscription {
    /// What is announced from now on.
    pub announcements: broadcast::Receiver<Arc<Announcement>>,
    /// The last announcement before that.
    pub sequence: u64,
    /// What it missed.
    pub missed: Missed,
}

/// What a listener may see, in short. It is part of the ids that it hears: who comes back and sees
/// other calls by then reloads the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View(u64);

impl View {
    /// What somebody sees who is that and may see this.
    pub fn of(viewer: &Viewer, visibility: &Visibility) -> Self {
        let mut hasher = DefaultHasher::new();
        (viewer, visibility).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Announces changes to whoever listens. Bounded everywhere: a slow listener loses announcements
/// and is told to reload, it never slows a call or another listener.
#[derive(Debug)]
pub struct Hub {
    changes: mpsc::Sender<Change>,
    overflow: AtomicBool,
    listeners: broadcast::Sender<Arc<Announcement>>,
    past: Mutex<Remembered>,
    /// Tells announcements of this run from those of another.
    epoch: String,
    directory: Arc<Directory>,
}

#[derive(Debug, Default)]
struct Remembered {
    sequence: u64,
    past: VecDeque<Past>,
    /// Whose devices ring, of the calls that ring since the start.
    rung: HashMap<CallId, Vec<UserId>>,
}

impl Hub {
    /// A hub, and the task that announces; it ends when the hub is dropped.
    pub fn start(directory: Arc<Directory>) -> Arc<Self> {
        let (changes, waiting) = mpsc::channel(WAITING);
        let (listeners, _) = broadcast::channel(BEHIND);
        let hub = Arc::new(Self {
            changes,
            overflow: AtomicBool::new(false),
            listeners,
            past: Mutex::default(),
            epoch: format!("{:016x}", u64::from_be_bytes(random_bytes())),
            directory,
        });
        tokio::spawn(announce(Arc::downgrade(&hub), waiting));
        hub
    }

    /// Announces changes, in this order. Never waits.
    pub fn announce(&self, changes: Vec<Change>) {
        for change in changes {
            if self.changes.try_send(change).is_err() && !self.overflow.swap(true, Ordering::SeqCst)
            {
                warn!("more changes than can be announced: listeners reload");
            }
        }
    }

    /// Tells every listener to reload.
    pub fn resync(&self) {
        self.publish(Vec::new(), Vec::new(), true);
    }

    /// The users whose devices ring with a call, empty when the source does not say; none for a call
    /// that does not ring, or began to before the start.
    pub fn rung(&self, call: CallId) -> Option<Vec<UserId>> {
        let remembered = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.rung.get(&call).cloned()
    }

    /// Begins to listen; with the id of the last announcement heard and what the listener may see
    /// now, also says what was missed.
    pub fn subscribe(&self, last: Option<(&str, View)>) -> Subscription {
        let remembered = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let announcements = self.listeners.subscribe();
        let missed = match last {
            None => Missed::Nothing,
            Some((id, view)) => self.missed_since(&remembered, id, view),
        };
        Subscription {
            announcements,
            sequence: remembered.sequence,
            missed,
        }
    }

    fn missed_since(&self, remembered: &Remembered, id: &str, view: View) -> Missed {
        let sequence = id
            .split_once('-')
            .and_then(|(sequence, _)| sequence.parse::<u64>().ok())
            .filter(|sequence| *sequence <= remembered.sequence && self.id(*sequence, view) == id);
        let oldest = remembered
            .past
            .front()
            .map_or(remembered.sequence + 1, |past| past.sequence);
        match sequence {
            Some(sequence) if sequence + 1 >= oldest => Missed::These(
                remembered
                    .past
                    .iter()
                    .filter(|past| past.sequence > sequence)
                    .cloned()
                    .collect(),
            ),
            _ => Missed::TooMuch,
        }
    }

    /// The id of the announcement at this place, for somebody with this view.
    pub fn id(&self, sequence: u64, View(view): View) -> String {
        format!("{sequence}-{view:016x}-{}", self.epoch)
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.listeners.receiver_count()
    }

    /// Names are given where somebody listened before; who just began hears of calls without.
    fn publish(&self, changes: Vec<Change>, named: Vec<NamedCall>, resync: bool) {
        let mut remembered = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let listened = self.listeners() > 0;
        let mut named = named.into_iter();
        for change in changes {
            remembered.sequence += 1;
            let sequence = remembered.sequence;
            if change.call.folded.state != State::Ringing {
                remembered.rung.remove(&change.call.id);
            } else if let Some(users) = &change.ring {
                remembered.rung.insert(change.call.id, users.clone());
            }
            remembered.past.push_back(Past {
                sequence,
                call_id: change.call.id,
                ring: change.ring.clone(),
                pop: change.pop,
                at: change.at,
            });
            if remembered.past.len() > REMEMBERED {
                remembered.past.pop_front();
            }
            let named = named.next();
            if listened {
                let named = named.unwrap_or_else(|| NamedCall::nameless((*change.call).clone()));
                self.send(sequence, Some((named, change.ring, change.pop)));
            }
        }
        if resync {
            // Those who are away have to reload as well: what is remembered is not all there was.
            remembered.past.clear();
            remembered.sequence += 1;
            self.send(remembered.sequence, None);
        }
    }

    fn send(
        &self,
        sequence: u64,
        change: Option<(NamedCall, Option<Vec<UserId>>, Option<UserId>)>,
    ) {
        let announcement = Announcement {
            sequence,
            change,
            rendered: OnceLock::new(),
        };
        // An error means that nobody listens.
        self.listeners.send(Arc::new(announcement)).ok();
    }
}

async fn announce(hub: std::sync::Weak<Hub>, mut waiting: mpsc::Receiver<Change>) {
    let mut changes = Vec::new();
    while waiting.recv_many(&mut changes, BEHIND / 4).await > 0 {
        let Some(hub) = hub.upgrade() else { return };
        let taken = std::mem::take(&mut changes);
        let named = if hub.listeners() == 0 {
            Vec::new()
        } else {
            let calls = taken.iter().map(|change| (*change.call).clone()).collect();
            hub.directory.name(calls).await
        };
        let overflow = hub.overflow.swap(false, Ordering::SeqCst);
        hub.publish(taken, named, overflow);
    }
}
