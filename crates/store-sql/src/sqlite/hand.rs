//! The calls in hand: what the last batches left, so that the next one needs not read it back, and
//! whose rows lag behind their events.
//!
//! A batch makes only its events durable, which is all that must not be lost: a few pages, where
//! the rows of its calls and the indexes over them are many. Those are written later, many at once
//! and each call once for several events ([`catch_up`](super::catch_up)), from the hand. It is a
//! copy and no more: `call_behind` says in the tables which calls lag, and whoever does not have
//! the hand (after a crash, or because another connection wrote) makes good from there.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use offhook_core::call::{Call, Candidate, Event, Folded, State};
use offhook_core::{CallId, ConversationId, EventId};
use offhook_store::Incoming;

use super::recent::{Key, Recent};

/// More calls under way than anybody has; beyond, those that are written down are let go.
const MOST: usize = 8192;
/// Of one id only the newest calls: an event means the newest that fits, and a PBX that gives every
/// call the same id must not make each event slower than the one before.
const MOST_OF_ID: usize = 16;

/// A call in hand.
#[derive(Debug)]
pub(super) struct Working {
    pub(super) candidate: Candidate,
    /// It has no row yet.
    pub(super) new: bool,
    /// Its row lags behind.
    pub(super) behind: bool,
    /// Its row lags behind in who calls whom, where or when, which large indexes stand on.
    pub(super) moved: bool,
    /// Its row lags behind in when it ended.
    pub(super) ended: bool,
}

impl Working {
    /// A call whose row is as it is.
    pub(super) fn written(candidate: Candidate) -> Self {
        Self {
            candidate,
            new: false,
            behind: false,
            moved: false,
            ended: false,
        }
    }

    fn is_over(&self) -> bool {
        !self.behind && self.candidate.call.folded.state == State::Ended
    }
}

/// The calls in hand.
#[derive(Debug)]
pub(super) struct Hand {
    /// What the tables were when this was true (`PRAGMA data_version`).
    pub(super) data_version: i64,
    /// The id of the next new call.
    pub(super) next_id: CallId,
    calls: HashMap<CallId, Working>,
    /// All calls that an event with this id may mean, in order of id.
    by_call_id: HashMap<Key, Vec<CallId>>,
    /// Calls whose rows lag behind, in the order in which they began to.
    behind: VecDeque<CallId>,
    /// What is not in hand, but in the tables.
    pub(super) recent: Recent,
}

impl Hand {
    /// Nothing in hand.
    pub(super) fn empty(data_version: i64, next_id: CallId, recent: Recent) -> Self {
        Self {
            data_version,
            next_id,
            calls: HashMap::new(),
            by_call_id: HashMap::new(),
            behind: VecDeque::new(),
            recent,
        }
    }

    /// Another one in its place, with nothing in hand.
    pub(super) fn emptied(&self) -> Self {
        Self::empty(self.data_version, self.next_id, self.recent.clone())
    }

    /// How many rows lag behind.
    pub(super) fn behind(&self) -> usize {
        self.behind.len()
    }

    /// Those that began to lag behind first, at most `limit`.
    pub(super) fn first_behind(&self, limit: usize) -> Vec<&Working> {
        let first = self.behind.iter().take(limit);
        first.filter_map(|id| self.calls.get(id)).collect()
    }

    /// Those that began to lag behind after so many others.
    pub(super) fn behind_after(&self, others: usize) -> impl Iterator<Item = &Call> {
        let later = self.behind.iter().skip(others);
        (later.filter_map(|id| self.calls.get(id))).map(|working| &*working.candidate.call)
    }

    /// Lets go of what is written down where more is in hand than anybody has under way: ids that
    /// mean nothing, too, which a PBX may send without end.
    pub(super) fn stay_small(&mut self) {
        if self.by_call_id.len() > MOST {
            self.let_go_of_written();
        }
    }

    /// Whether all that these events may mean is in hand, or can be: of what is not, nothing is in
    /// the tables.
    pub(super) fn holds(&mut self, batch: &[Incoming]) -> bool {
        let unknown = self.unknown(batch);
        let in_tables = |incoming: &&Incoming| !self.in_tables(incoming).is_empty();
        let holds = !unknown.iter().any(in_tables);
        if holds {
            self.take(Vec::new(), &unknown);
        }
        holds
    }

    /// The calls in the tables that an event's id may mean.
    pub(super) fn in_tables(&self, incoming: &Incoming) -> Vec<CallId> {
        self.recent.of(self.key_of(incoming))
    }

    /// The events of the batch whose calls are not in hand.
    pub(super) fn unknown<'b>(&self, batch: &'b [Incoming]) -> Vec<&'b Incoming> {
        let known = |incoming: &Incoming| self.by_call_id.contains_key(&self.key_of(incoming));
        batch.iter().filter(|incoming| !known(incoming)).collect()
    }

    /// Takes in hand what was found for these events: all there is.
    pub(super) fn take(&mut self, found: Vec<Candidate>, events: &[&Incoming]) {
        for incoming in events {
            let key = self.key_of(incoming);
            self.by_call_id.entry(key).or_default();
        }
        for candidate in found {
            self.push(Working::written(candidate));
        }
    }

    /// Takes a call in hand.
    pub(super) fn push(&mut self, working: Working) {
        let call = &working.candidate.call;
        let key = self.recent.key(call.source_id, &call.call_id);
        self.by_call_id.entry(key).or_default().push(call.id);
        if working.behind {
            self.behind.push_back(call.id);
        }
        self.calls.insert(call.id, working);
    }

    /// A call in hand.
    pub(super) fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.get(&id).map(|working| &*working.candidate.call)
    }

    /// The calls that an event may belong to.
    pub(super) fn candidates(&self, incoming: &Incoming) -> Vec<&Candidate> {
        if incoming.event.body.call_id.is_some() {
            let ids = self.by_call_id.get(&self.key_of(incoming));
            let calls = ids
                .into_iter()
                .flatten()
                .filter_map(|id| self.calls.get(id));
            return calls.map(|working| &working.candidate).collect();
        }
        let mut calls: Vec<&Candidate> = (self.calls.values())
            .map(|working| &working.candidate)
            .filter(|candidate| candidate.call.source_id == incoming.source_id)
            .collect();
        calls.sort_unstable_by_key(|candidate| candidate.call.id);
        calls
    }

    /// Changes a call in hand, and notes whether its row lags behind from now on.
    pub(super) fn change<T>(
        &mut self,
        id: CallId,
        change: impl FnOnce(&mut Working) -> T,
    ) -> Option<T> {
        let working = self.calls.get_mut(&id)?;
        let before = working.behind;
        let answer = change(working);
        if working.behind && !before {
            self.behind.push_back(id);
        }
        Some(answer)
    }

    /// The rows of those that began to lag behind first are written: what is over is let go.
    pub(super) fn written(&mut self, count: usize) {
        let count = count.min(self.behind.len());
        let ids: Vec<CallId> = self.behind.drain(..count).collect();
        for id in &ids {
            if let Some(working) = self.calls.get_mut(id) {
                if working.new {
                    let call = &working.candidate.call;
                    self.recent
                        .add([(call.id, call.source_id, call.call_id.as_str())]);
                }
                (working.new, working.behind) = (false, false);
                (working.moved, working.ended) = (false, false);
            }
        }
        for id in ids {
            let Some(working) = self.calls.get(&id) else {
                continue;
            };
            let call = &working.candidate.call;
            let key = self.recent.key(call.source_id, &call.call_id);
            self.let_go_of_id(key);
        }
    }

    /// Lets go of all that an id means if all of it is over, else of the oldest that are too many.
    fn let_go_of_id(&mut self, key: Key) {
        let Some(ids) = self.by_call_id.get_mut(&key) else {
            return;
        };
        let calls = &mut self.calls;
        let over = |id: &CallId| calls.get(id).is_none_or(Working::is_over);
        let many = if ids.iter().all(over) {
            ids.len()
        } else {
            let most = ids.len().saturating_sub(MOST_OF_ID);
            ids.iter().take(most).take_while(|id| over(id)).count()
        };
        for id in ids.drain(..many) {
            calls.remove(&id);
        }
        if ids.is_empty() {
            self.by_call_id.remove(&key);
        }
    }

    fn key_of(&self, incoming: &Incoming) -> Key {
        (self.recent).key(incoming.source_id, &call_id_of(&incoming.event))
    }

    /// Lets go of every id that means no call whose row lags behind.
    fn let_go_of_written(&mut self) {
        let calls = &mut self.calls;
        self.by_call_id.retain(|_, ids| {
            let behind = |id: &CallId| calls.get(id).is_some_and(|working| working.behind);
            let keep = ids.iter().any(behind);
            if !keep {
                for id in ids {
                    calls.remove(id);
                }
            }
            keep
        });
    }
}

/// Whether the call has this event already.
pub(super) fn has_event(candidate: &Candidate, id: EventId) -> bool {
    candidate.events.iter().any(|event| event.id == id)
}

/// The PBX's id of the call, or the one we give when it has none.
pub(super) fn call_id_of(event: &Event) -> Cow<'_, str> {
    match &event.body.call_id {
        Some(call_id) => Cow::Borrowed(call_id),
        None => Cow::Owned(format!("offhook-{:032x}", event.id.0)),
    }
}

/// A call that this event makes.
pub(super) fn new_call(id: CallId, incoming: &Incoming, folded: Folded) -> Working {
    let call = Call {
        id,
        revision: 1,
        conversation_id: ConversationId(id.0),
        source_id: incoming.source_id,
        call_id: call_id_of(&incoming.event).into_owned(),
        folded,
        done_by_hand: None,
    };
    Working {
        candidate: Candidate {
            call: Arc::new(call),
            events: vec![incoming.event.clone()],
        },
        new: true,
        behind: true,
        moved: false,
        ended: false,
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::call::{Direction, EventBody, EventKind, fold};
    use offhook_core::{SourceId, UnixMillis};

    use super::*;

    fn said(kind: EventKind, call_id: &str) -> Incoming {
        Incoming {
            source_id: SourceId(1),
            arrived_at: UnixMillis(0),
            event: Event {
                id: EventId(1),
                at: UnixMillis(0),
                body: EventBody {
                    call_id: Some(call_id.to_owned()),
                    direction: Some(Direction::In),
                    ..EventBody::new(kind)
                },
            },
        }
    }

    fn call(id: i64, incoming: &Incoming) -> Working {
        let folded = fold(std::slice::from_ref(&incoming.event)).unwrap();
        new_call(CallId(id), incoming, folded)
    }

    fn knows(hand: &Hand, incoming: &Incoming) -> bool {
        hand.unknown(std::slice::from_ref(incoming)).is_empty()
    }

    #[test]
    fn what_is_over_and_written_is_let_go() {
        let mut hand = Hand::empty(1, CallId(1), Recent::default());
        let (open, over) = (said(EventKind::NewCall, "a"), said(EventKind::Hangup, "b"));
        hand.push(call(1, &open));
        hand.push(call(2, &over));
        assert_eq!(hand.behind(), 2);
        assert_eq!(hand.first_behind(1).len(), 1);
        hand.written(2);
        assert_eq!(hand.behind(), 0);
        assert!(knows(&hand, &open) && !knows(&hand, &over));
        assert_eq!(hand.candidates(&open).len(), 1);
    }

    #[test]
    fn an_id_keeps_its_newest_calls_as_long_as_one_goes_on() {
        let mut hand = Hand::empty(1, CallId(1), Recent::default());
        for id in 1..=40 {
            let kind = if id < 40 {
                EventKind::Hangup
            } else {
                EventKind::NewCall
            };
            hand.push(call(id, &said(kind, "a")));
        }
        hand.written(40);
        let kept = hand.candidates(&said(EventKind::Hangup, "a"));
        let ids: Vec<i64> = kept.iter().map(|kept| kept.call.id.0).collect();
        assert_eq!(ids, (25..=40).collect::<Vec<_>>());
    }

    #[test]
    fn ids_that_mean_nothing_do_not_pile_up() {
        let mut hand = Hand::empty(1, CallId(1), Recent::default());
        let behind = said(EventKind::NewCall, "behind");
        hand.push(call(1, &behind));
        for number in 0..=MOST {
            let unknown = said(EventKind::Hangup, &number.to_string());
            hand.take(Vec::new(), &[&unknown]);
        }
        hand.stay_small();
        assert_eq!(hand.by_call_id.len(), 1);
        assert!(knows(&hand, &behind));
    }
}
