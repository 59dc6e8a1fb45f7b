//! Whatever happens between two batches, an engine answers what the rules say of all events so far.

use std::sync::Arc;

use offhook_core::access::Visibility;
use offhook_core::call::{Call, Candidate, Cause, EventKind, Target, correlate, fold};
use offhook_core::{CallId, ConversationId, UnixMillis};

use super::Engine;
use super::paging::every_page;
use super::said::{START, Said, said, tell_at_once};
use crate::{CallQuery, CallStore, Incoming, Outcome};

const BATCHES: u64 = 80;
const SOURCES: u64 = 2;
/// So many numbers call and are called.
const NUMBERS: u64 = 30;

/// What an engine must be as good as: it looks at every call for every event.
#[derive(Default)]
struct Rules {
    calls: Vec<Candidate>,
}

impl Rules {
    fn take(&mut self, incoming: &Incoming) -> Outcome {
        let event = &incoming.event;
        let next = CallId(i64::try_from(self.calls.len()).unwrap() + 1);
        let mut of_source: Vec<&mut Candidate> = (self.calls.iter_mut())
            .filter(|candidate| candidate.call.source_id == incoming.source_id)
            .collect();
        let known = |candidate: &&mut Candidate| {
            let mut events = candidate.events.iter();
            events.any(|known| known.id == event.id)
        };
        if let Some(place) = of_source.iter().position(known) {
            return outcome(&of_source[place].call, true, false);
        }
        let candidates: Vec<&Candidate> = of_source.iter().map(|candidate| &**candidate).collect();
        match correlate(event, &candidates, incoming.arrived_at) {
            Target::Existing(place) => {
                let Candidate { call, events } = &mut *of_source[place];
                let before = call.folded.state;
                events.push(event.clone());
                let folded = fold(events).unwrap();
                let changed = folded != call.folded;
                Arc::make_mut(call).folded = folded;
                Outcome::Folded {
                    call: Arc::clone(call),
                    before: Some(before),
                    changed,
                }
            }
            Target::New => {
                let Some(folded) = fold(std::slice::from_ref(event)) else {
                    return Outcome::NoDirection;
                };
                let call = Arc::new(Call {
                    id: next,
                    revision: 1,
                    conversation_id: ConversationId(next.0),
                    source_id: incoming.source_id,
                    call_id: event.body.call_id.clone().unwrap_or_default(),
                    folded,
                    done_by_hand: None,
                });
                self.calls.push(Candidate {
                    call: Arc::clone(&call),
                    events: vec![event.clone()],
                });
                outcome(&call, false, true)
            }
        }
    }
}

fn outcome(call: &Arc<Call>, existed: bool, changed: bool) -> Outcome {
    Outcome::Folded {
        call: Arc::clone(call),
        before: existed.then_some(call.folded.state),
        changed,
    }
}

/// The call without what an engine may choose: how much its revision rises, and ids of ours.
fn plain(call: &Call) -> Call {
    Call {
        revision: 0,
        call_id: String::new(),
        ..call.clone()
    }
}

fn plain_outcome(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Folded {
            call,
            before,
            changed,
        } => Outcome::Folded {
            call: Arc::new(plain(call)),
            before: *before,
            changed: *changed,
        },
        Outcome::NoDirection => Outcome::NoDirection,
    }
}

/// A sequence that its seed decides.
struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.state = (self.state)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn number(&mut self) -> String {
        format!("49302312{}", 5000 + self.below(NUMBERS))
    }

    /// Something that happens at this time to one of so many ids, or to a call without one.
    fn event(&mut self, now: UnixMillis, ids: u64) -> Said {
        let kind = match self.below(11) {
            0..5 => EventKind::NewCall,
            5..7 => EventKind::Answer,
            7..10 => EventKind::Hangup,
            _ => EventKind::Transferred,
        };
        let mut event = said(kind, &self.below(ids).to_string()).at_time(now);
        let nameless = self.one_in(20);
        if nameless {
            event = event.nameless();
        }
        if kind == EventKind::NewCall || self.one_in(3) {
            event = match self.below(3) {
                0 => event.outbound(),
                _ => event.inbound(),
            };
        }
        if nameless || event.0.event.body.direction.is_some() {
            event = event.from(&self.number()).to(&self.number());
        }
        if kind == EventKind::Hangup {
            let causes = [Cause::NormalClearing, Cause::Lost, Cause::Cancel];
            event = event.cause(causes[usize::try_from(self.below(3)).unwrap()]);
        }
        if self.one_in(10) {
            // It comes late.
            event.0.event.at = now.plus_millis(-i64::try_from(self.below(5000)).unwrap());
        }
        let source = self.seed * SOURCES + self.below(SOURCES);
        event.by(i64::try_from(source).unwrap())
    }
}

/// Events at random, some of them twice, late or in another order, with rows written, calls read and
/// servers ended and killed in between.
pub async fn are_kept_whatever_happens(engine: &impl Engine) {
    let mut rules = Rules::default();
    for (seed, milliseconds, ids) in [
        (1, 3, 30),
        (2, 400, 300),
        (3, 20_000, 30),
        (4, 400, 8),
        (5, 200_000, 60),
    ] {
        play(engine, &mut rules, seed, milliseconds, ids).await;
    }
}

/// Plays a sequence with so many milliseconds between two events, on sources of its own.
async fn play(engine: &impl Engine, rules: &mut Rules, seed: u64, milliseconds: i64, ids: u64) {
    let mut chance = Chance { seed, state: seed };
    let mut store = engine.open().await;
    let mut now = UnixMillis(START);
    let mut told: Vec<Said> = Vec::new();
    for round in 0..BATCHES {
        let mut batch = Vec::new();
        for _ in 0..=chance.below(14) {
            if chance.one_in(25) && !told.is_empty() {
                let again = chance.below(told.len() as u64);
                batch.push(told[usize::try_from(again).unwrap()].clone());
                continue;
            }
            now = now.plus_millis(milliseconds);
            batch.push(chance.event(now, ids));
        }
        if chance.one_in(5) {
            batch.reverse();
        }
        told.extend(batch.iter().cloned());
        let outcomes = tell_at_once(&store, &batch).await;
        for (Said(incoming), outcome) in batch.iter().zip(&outcomes) {
            let expected = rules.take(incoming);
            assert_eq!(
                plain_outcome(outcome),
                plain_outcome(&expected),
                "seed {seed}, batch {round}: {incoming:?}"
            );
        }
        match chance.below(12) {
            0..3 => {
                store.catch_up().await.unwrap();
            }
            3 => while store.catch_up().await.unwrap() > 0 {},
            4 => {
                let query = CallQuery::newest(Visibility::All, 3);
                store.calls(&query).await.unwrap();
            }
            5 => {
                engine.settle(&store).await;
            }
            6 => {
                let Said(incoming) = chance.event(now, ids);
                store.rehearse(&incoming).await.unwrap();
            }
            7 => {
                engine.close(store).await;
                store = engine.open().await;
            }
            8 => {
                drop(store);
                store = engine.open().await;
            }
            _ => {}
        }
    }
    compare(&store, rules).await;
    engine.close(store).await;
}

/// Every call, and the calls of every number.
async fn compare(store: &impl CallStore, rules: &Rules) {
    let calls: Vec<&Call> = rules.calls.iter().map(|known| &*known.call).collect();
    let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
    let found = store.calls_by_id(&ids).await.unwrap();
    let found: Vec<Call> = found.iter().map(plain).collect();
    let expected: Vec<Call> = calls.iter().map(|call| plain(call)).collect();
    assert_eq!(found, expected);
    let both = |call: &Call| [call.folded.from.key, call.folded.to.key];
    let mut keys: Vec<_> = calls.iter().copied().flat_map(both).flatten().collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let query = CallQuery {
            numbers: Some(vec![key]),
            ..CallQuery::newest(Visibility::All, 7)
        };
        let mut with: Vec<&&Call> = (calls.iter())
            .filter(|call| both(call).contains(&Some(key)))
            .collect();
        with.sort_by_key(|call| std::cmp::Reverse((call.folded.started_at, call.id)));
        let expected: Vec<CallId> = with.iter().map(|call| call.id).collect();
        assert_eq!(every_page(store, &query).await, expected, "{key:?}");
    }
}
