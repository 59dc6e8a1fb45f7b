use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_core::call::Call;
use offhook_core::{CallId, SourceId, UnixMillis, UserId};
use offhook_wire::pbx::{Dialling, NotDialled, Trouble};
use tokio::sync::{broadcast, watch};

use super::DialError;

/// More are not followed at a time; the oldest is forgotten then.
const MOST: usize = 1000;
/// An order whose phone was picked up, and of which no call came by then, is forgotten.
const LIFE_MILLIS: i64 = 120_000;
/// Changes a listener may be behind.
const BEHIND: usize = 64;

/// An order to dial, and how it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// Ours.
    pub id: String,
    /// Who dials.
    pub user: UserId,
    /// Through which source.
    pub source: String,
    /// Which phone rings first.
    pub phone: String,
    /// What is dialled then, as the PBX wants it.
    pub number: String,
    /// The same to be read.
    pub pretty: String,
    /// How far it is.
    pub state: DialState,
    /// The call that it became.
    pub call: Option<CallId>,
}

/// How far an order to dial is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialState {
    /// The PBX took it.
    Ordered,
    /// The user's phone rings.
    Ringing,
    /// The phone was picked up, the number is dialled.
    Calling,
    /// It came to nothing.
    Failed(DialError),
}

/// The orders that are under way. What is known first is the answer to who ordered; each change
/// after that is told to listeners. In memory: who restarts the server dials again.
#[derive(Debug, Clone)]
pub struct Dials(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    running: Mutex<VecDeque<Running>>,
    changes: broadcast::Sender<Arc<Dial>>,
}

#[derive(Debug)]
struct Running {
    dial: Dial,
    source: SourceId,
    began: UnixMillis,
    /// The PBX's id of the call that follows.
    call: Option<String>,
    /// What was heard, for who waits for the answer; none once that is given.
    waiting: Option<watch::Sender<Heard>>,
}

/// How much was heard of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heard {
    Nothing,
    /// The PBX took it.
    Taken,
    /// What became of it.
    News,
}

impl Default for Dials {
    fn default() -> Self {
        Self(Arc::new(Shared {
            running: Mutex::default(),
            changes: broadcast::channel(BEHIND).0,
        }))
    }
}

impl Dials {
    /// Every change from now on, of all users.
    pub fn changes(&self) -> broadcast::Receiver<Arc<Dial>> {
        self.0.changes.subscribe()
    }

    /// Begins to follow an order.
    pub(super) fn begin(&self, dial: Dial, source: SourceId, now: UnixMillis) -> Waiting {
        let mut running = self.lock();
        running.retain(|one| now.millis_since(one.began) < LIFE_MILLIS);
        if running.len() >= MOST {
            running.pop_front();
        }
        let (waiting, heard) = watch::channel(Heard::Nothing);
        let id = dial.id.clone();
        running.push_back(Running {
            dial,
            source,
            began: now,
            call: None,
            waiting: Some(waiting),
        });
        Waiting {
            dials: self.clone(),
            id,
            heard,
        }
    }

    /// A PBX said something of an order.
    pub(super) fn said(&self, id: &str, said: Dialling) {
        let mut running = self.lock();
        let Some(place) = running.iter().position(|one| one.dial.id == id) else {
            return;
        };
        let Some(one) = running.get_mut(place) else {
            return;
        };
        let heard = match said {
            Dialling::Taken => Heard::Taken,
            Dialling::Rings => {
                one.dial.state = DialState::Ringing;
                Heard::News
            }
            Dialling::PickedUp { call } => {
                one.dial.state = DialState::Calling;
                one.call = Some(call);
                Heard::News
            }
            Dialling::Failed(why) => {
                one.dial.state = DialState::Failed(why.into());
                Heard::News
            }
        };
        let failed = matches!(one.dial.state, DialState::Failed(_));
        if let Some(waiting) = &one.waiting {
            waiting.send_replace(heard);
        } else if heard == Heard::News {
            self.tell(one);
            if failed {
                running.remove(place);
            }
        }
    }

    /// A call was kept: maybe one that was dialled.
    pub(super) fn kept(&self, call: &Call) {
        let mut running = self.lock();
        let dialled = |one: &Running| {
            one.source == call.source_id && one.call.as_ref() == Some(&call.call_id)
        };
        if let Some(place) = running.iter().position(dialled)
            && let Some(one) = running.get_mut(place)
            && one.dial.call.is_none()
        {
            one.dial.call = Some(call.id);
            if one.waiting.is_none() {
                self.tell(one);
                running.remove(place);
            }
        }
    }

    fn tell(&self, one: &Running) {
        // An error means that nobody listens.
        self.0.changes.send(Arc::new(one.dial.clone())).ok();
    }

    /// From now on changes go to listeners; how it is now, unless it was forgotten.
    fn answered(&self, id: &str) -> Option<Dial> {
        let mut running = self.lock();
        let place = running.iter().position(|one| one.dial.id == id)?;
        let one = running.get_mut(place)?;
        one.waiting = None;
        let dial = one.dial.clone();
        if dial.call.is_some() || matches!(dial.state, DialState::Failed(_)) {
            running.remove(place);
        }
        Some(dial)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Running>> {
        // Every change is whole, whoever panicked.
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who waits for what becomes of an order.
#[derive(Debug)]
pub(super) struct Waiting {
    dials: Dials,
    id: String,
    heard: watch::Receiver<Heard>,
}

impl Waiting {
    /// Waits until so much was heard; false when the order was forgotten.
    pub(super) async fn until(&mut self, much: Heard) -> bool {
        self.heard.wait_for(|heard| *heard >= much).await.is_ok()
    }

    /// How it is by now; whatever comes later is told to listeners.
    pub(super) fn answer(self) -> Option<Dial> {
        self.dials.answered(&self.id)
    }

    /// Whoever asked was told that it came to nothing; what comes later is told to nobody.
    pub(super) fn forget(self) {
        self.dials.lock().retain(|one| one.dial.id != self.id);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Who asked may be gone: listeners hear what follows all the same.
        self.dials.answered(&self.id);
    }
}

impl From<NotDialled> for DialError {
    fn from(why: NotDialled) -> Self {
        match why.trouble {
            Trouble::Unreachable => Self::Unreachable,
            Trouble::Busy => Self::Busy,
            Trouble::NoAnswer => Self::NotPickedUp,
            Trouble::Congestion => Self::Congested,
            Trouble::Refused => Self::Refused(why.text),
            Trouble::Silent => Self::Silent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: SourceId = SourceId(1);

    fn dial(id: &str) -> Dial {
        let text = String::new;
        Dial {
            id: id.to_owned(),
            user: UserId(1),
            source: text(),
            phone: text(),
            number: text(),
            pretty: text(),
            state: DialState::Ordered,
            call: None,
        }
    }

    fn begin(dials: &Dials, id: &str) -> Waiting {
        dials.begin(dial(id), SOURCE, UnixMillis(0))
    }

    fn failed(trouble: Trouble) -> Dialling {
        let text = String::new();
        Dialling::Failed(NotDialled { trouble, text })
    }

    fn up() -> Dialling {
        let call = "1.1".to_owned();
        Dialling::PickedUp { call }
    }

    #[tokio::test]
    async fn what_the_answer_said_is_not_told_again() {
        let dials = Dials::default();
        let mut changes = dials.changes();
        let mut waiting = begin(&dials, "a");
        dials.said("a", Dialling::Taken);
        assert!(waiting.until(Heard::Taken).await);
        dials.said("a", Dialling::Rings);
        assert!(waiting.until(Heard::News).await);
        assert_eq!(waiting.answer().unwrap().state, DialState::Ringing);
        assert!(changes.try_recv().is_err());
        dials.said("a", up());
        assert_eq!(changes.try_recv().unwrap().state, DialState::Calling);
        assert!(changes.try_recv().is_err());
    }

    #[tokio::test]
    async fn who_asked_may_be_gone() {
        let dials = Dials::default();
        let mut changes = dials.changes();
        drop(begin(&dials, "a"));
        dials.said("a", Dialling::Taken);
        assert!(changes.try_recv().is_err(), "nothing new");
        dials.said("a", failed(Trouble::Busy));
        let state = changes.try_recv().unwrap().state.clone();
        assert_eq!(state, DialState::Failed(DialError::Busy));
        assert!(dials.lock().is_empty());
    }

    #[tokio::test]
    async fn what_failed_is_over() {
        let dials = Dials::default();
        let mut changes = dials.changes();
        let waiting = begin(&dials, "a");
        dials.said("a", failed(Trouble::Unreachable));
        let answer = waiting.answer().unwrap().state;
        assert_eq!(answer, DialState::Failed(DialError::Unreachable));
        begin(&dials, "b").forget();
        dials.said("b", Dialling::Rings);
        assert!(dials.lock().is_empty());
        assert!(changes.try_recv().is_err());
    }

    #[tokio::test]
    async fn there_are_never_too_many_and_none_for_ever() {
        let dials = Dials::default();
        for id in 0..=MOST {
            drop(begin(&dials, &id.to_string()));
        }
        assert_eq!(dials.lock().len(), MOST);
        assert_eq!(dials.lock().front().unwrap().dial.id, "1");
        drop(dials.begin(dial("late"), SOURCE, UnixMillis(LIFE_MILLIS)));
        assert_eq!(dials.lock().len(), 1);
    }
}
