//! The calls in hand: what the last batches left, so that the next one needs not read it back, and
//! whose rows lag behind their events.
//!
//! A batch makes only its events durable, in the [event log](super::event_log), which is all that
//! must not be lost. Rows are written later, many at once and each call once for several events
//! ([`catch_up`](super::catch_up)), from the hand. It is a copy and no more: whoever does not have it
//! (after a crash, or because something failed) makes good from the event log and the tables.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use offhook_core::call::{Call, Candidate, Event, Folded, State};
use offhook_core::{CallId, ConversationId, EventId};
use offhook_store::{Incoming, StoreError};

use super::event_log::Line;
use super::recent::{Key, Recent};
use super::rows::EventWrite;

/// More calls under way than anybody has, beside those that lag behind; beyond, those that are written
/// down are let go.
const MOST: usize = 8192;
/// Of one id only the newest calls: an event means the newest that fits, and a PBX that gives every
/// call the same id must not make each event slower than the one before.
const MOST_OF_ID: usize = 16;

/// A call in hand.
#[derive(Debug)]
pub(super) struct Working {
    pub(super) candidate: Candidate,
    /// Those of its events that are not in the tables.
    unwritten: Vec<EventWrite>,
    /// It has no row yet.
    new: bool,
    /// Its row lags behind, or some of its events do.
    pub(super) behind: bool,
    /// Its row lags behind in who calls whom, where or when, which large indexes stand on.
    pub(super) moved: bool,
    /// Its row lags behind in when it ended.
    pub(super) ended: bool,
    /// It is on the way into the tables.
    leaving: bool,
}

impl Working {
    /// A call whose row is as it is.
    pub(super) fn written(candidate: Candidate) -> Self {
        Self {
            candidate,
            unwritten: Vec::new(),
            new: false,
            behind: false,
            moved: false,
            ended: false,
            leaving: false,
        }
    }

    /// Notes that an event is to be kept, and adds its line to a text for the event log.
    pub(super) fn keep(&mut self, event: &Event, lines: &mut Vec<u8>) -> Result<(), StoreError> {
        let call = &self.candidate.call;
        let row = EventWrite::new(call.id.0, event)?;
        Line::write(event.id, call.source_id, &row, lines);
        self.unwritten.push(row);
        self.behind = true;
        Ok(())
    }

    fn is_over(&self) -> bool {
        !self.behind && !self.leaving && self.candidate.call.folded.state == State::Ended
    }
}

/// A call on its way into the tables.
#[derive(Debug)]
pub(super) struct Leaving {
    pub(super) call: Arc<Call>,
    pub(super) events: Vec<EventWrite>,
    /// It has no row yet.
    pub(super) new: bool,
    /// Its row lags behind in who calls whom, where or when.
    pub(super) moved: bool,
    /// Its row lags behind in when it ended.
    pub(super) ended: bool,
}

/// The calls in hand.
#[derive(Debug)]
pub(super) struct Hand {
    /// The id of the next new call.
    pub(super) next_id: CallId,
    // By a quick hash: nobody outside chooses these keys.
    calls: HashMap<CallId, Working>,
    /// All calls that an event with this id may mean, in order of id.
    by_call_id: HashMap<Key, Vec<CallId>>,
    /// Calls whose rows lag behind, in the order in which they began to.
    behind: VecDeque<CallId>,
    /// Those that are on the way into the tables.
    leaving: Vec<CallId>,
    /// How often a call began to lag behind, and how often one was written down.
    pub(super) began: u64,
    pub(super) written: u64,
    /// How many calls have rows, or may, whose numbers are not listed.
    pub(super) unlisted: usize,
    /// The newest event that there is.
    newest: EventId,
    /// The newest event of a call that is not in hand: one that is newer is in no table.
    newest_elsewhere: EventId,
    /// What is not in hand, but in the tables.
    pub(super) recent: Recent,
}

impl Hand {
    /// Nothing in hand.
    pub(super) fn empty(next_id: CallId, newest: EventId, recent: Recent) -> Self {
        Self {
            next_id,
            calls: HashMap::new(),
            by_call_id: HashMap::new(),
            behind: VecDeque::new(),
            leaving: Vec::new(),
            began: 0,
            written: 0,
            unlisted: 0,
            newest,
            newest_elsewhere: newest,
            recent,
        }
    }

    /// Another one in its place, with nothing in hand: all is written down.
    pub(super) fn emptied(&self) -> Self {
        Self {
            began: self.began,
            written: self.written,
            unlisted: self.unlisted,
            ..Self::empty(self.next_id, self.newest, self.recent.clone())
        }
    }

    /// How many rows lag behind and are not on their way.
    pub(super) fn behind(&self) -> usize {
        self.behind.len()
    }

    /// How many rows lag behind, or may.
    pub(super) fn lagging(&self) -> usize {
        self.behind.len() + self.leaving.len()
    }

    /// Whether somebody began to write rows down, and did not say what became of them.
    pub(super) fn is_torn(&self) -> bool {
        !self.leaving.is_empty()
    }

    /// Lets go of what is written down where more is in hand than anybody has under way: ids that
    /// mean nothing, too, which a PBX may send without end.
    pub(super) fn stay_small(&mut self) {
        if self.by_call_id.len() > MOST + self.lagging() {
            self.let_go_of_written();
        }
    }

    /// Whether an event may be in the tables already, of a call that is not in hand.
    pub(super) fn doubts(&self, batch: &[Incoming]) -> bool {
        (batch.iter())
            .filter(|incoming| incoming.event.id <= self.newest_elsewhere)
            .any(|incoming| {
                let candidates = self.candidates(incoming);
                !(candidates.iter()).any(|candidate| has_event(candidate, incoming.event.id))
            })
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
            if !self.calls.contains_key(&candidate.call.id) {
                self.push(Working::written(candidate));
            }
        }
    }

    /// Takes a call in hand.
    pub(super) fn push(&mut self, working: Working) {
        let Candidate { call, events } = &working.candidate;
        let key = self.recent.key(call.source_id, &call.call_id);
        self.by_call_id.entry(key).or_default().push(call.id);
        self.newest = self.newest.max(newest(events));
        if working.behind {
            self.behind.push_back(call.id);
            self.began += 1;
        }
        self.calls.insert(call.id, working);
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
        self.newest = self.newest.max(newest(&working.candidate.events));
        if working.behind && !before {
            self.behind.push_back(id);
            self.began += 1;
        }
        Some(answer)
    }

    /// Those that began to lag behind first, at most `limit`, on their way into the tables. What
    /// became of them is to be [said](Self::have_left).
    pub(super) fn leave(&mut self, limit: usize) -> Vec<Leaving> {
        let count = limit.min(self.behind.len());
        self.leaving = self.behind.drain(..count).collect();
        let mut leaving = Vec::with_capacity(count);
        for id in &self.leaving {
            if let Some(working) = self.calls.get_mut(id) {
                leaving.push(Leaving {
                    call: Arc::clone(&working.candidate.call),
                    events: std::mem::take(&mut working.unwritten),
                    new: std::mem::take(&mut working.new),
                    moved: std::mem::take(&mut working.moved),
                    ended: std::mem::take(&mut working.ended),
                });
                working.behind = false;
                working.leaving = true;
            }
        }
        // Before they are there: more may be known by heart, never less.
        let new = leaving.iter().filter(|leaving| leaving.new);
        self.unlisted += new.clone().count();
        self.recent.add(new.map(|leaving| {
            let call = &leaving.call;
            (call.id, call.source_id, call.call_id.as_str())
        }));
        leaving
    }

    /// Those on their way into the tables are there: what is over is let go.
    pub(super) fn have_left(&mut self) {
        let ids = std::mem::take(&mut self.leaving);
        self.written += ids.len() as u64;
        for id in &ids {
            if let Some(working) = self.calls.get_mut(id) {
                working.leaving = false;
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
            if let Some(gone) = calls.remove(&id) {
                let newest = newest(&gone.candidate.events);
                self.newest_elsewhere = self.newest_elsewhere.max(newest);
            }
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
            let stays = |working: &Working| working.behind || working.leaving;
            let keep = ids.iter().any(|id| calls.get(id).is_some_and(stays));
            if !keep {
                for id in ids {
                    if let Some(gone) = calls.remove(id) {
                        let newest = newest(&gone.candidate.events);
                        self.newest_elsewhere = self.newest_elsewhere.max(newest);
                    }
                }
            }
            keep
        });
    }
}

fn newest(events: &[Event]) -> EventId {
    let ids = events.iter().map(|event| event.id);
    ids.max().unwrap_or(EventId(0))
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

/// A call that this event makes, which is to be [kept](Working::keep).
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
        unwritten: Vec::new(),
        new: true,
        behind: true,
        moved: false,
        ended: false,
        leaving: false,
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
                }
                .into(),
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
        let mut hand = Hand::empty(CallId(1), EventId(0), Recent::default());
        let (open, over) = (said(EventKind::NewCall, "a"), said(EventKind::Hangup, "b"));
        hand.push(call(1, &open));
        hand.push(call(2, &over));
        assert_eq!(hand.behind(), 2);
        assert_eq!(hand.leave(9).len(), 2);
        assert!(hand.is_torn() && knows(&hand, &over));
        hand.have_left();
        assert_eq!((hand.behind(), hand.is_torn()), (0, false));
        assert!(knows(&hand, &open) && !knows(&hand, &over));
        assert_eq!(hand.candidates(&open).len(), 1);
    }

    #[test]
    fn an_id_keeps_its_newest_calls_as_long_as_one_goes_on() {
        let mut hand = Hand::empty(CallId(1), EventId(0), Recent::default());
        for id in 1..=40 {
            let kind = if id < 40 {
                EventKind::Hangup
            } else {
                EventKind::NewCall
            };
            hand.push(call(id, &said(kind, "a")));
        }
        hand.leave(40);
        hand.have_left();
        let kept = hand.candidates(&said(EventKind::Hangup, "a"));
        let ids: Vec<i64> = kept.iter().map(|kept| kept.call.id.0).collect();
        assert_eq!(ids, (25..=40).collect::<Vec<_>>());
    }

    #[test]
    fn ids_that_mean_nothing_do_not_pile_up() {
        let mut hand = Hand::empty(CallId(1), EventId(0), Recent::default());
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
