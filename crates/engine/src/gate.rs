//! What of a source's calls gets as far as the journal.

use std::collections::{BTreeMap, HashMap};

use offhook_core::call::{EventKind, Party};
use offhook_core::number::Country;
use offhook_core::rules::{Keep, Verdict, Whereabouts};
use offhook_store::Incoming;

/// More calls that were judged are not remembered.
const MOST_CALLS: usize = 4096;
/// More events of a call that is not judged yet are not held back.
const MOST_HELD: usize = 256;

/// Lets through what is to be kept of one source, and holds back what may yet be. What is not kept
/// leaves a count and nothing else: no call, no event, no line in a log.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    calls: HashMap<String, (Place, Known)>,
    /// Those known, oldest first.
    order: BTreeMap<Place, String>,
    begun: Place,
    dropped: u64,
}

/// Which call in a row it is.
type Place = u64;

#[derive(Debug)]
enum Known {
    Kept,
    /// It is to be kept, and these events of it could not be.
    Owed(Vec<Incoming>),
    Dropped,
    Waiting(Box<Held>),
}

#[derive(Debug, Default)]
struct Held {
    was: Whereabouts,
    events: Vec<Incoming>,
}

impl Gate {
    /// How many calls were not kept.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether it judges this call: it began while it looked, and is not over.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.calls.contains_key(id)
    }

    /// These events of one call were passed and could not be kept: all but the last, which the PBX
    /// sends again, go on before it then.
    pub(crate) fn owe(&mut self, events: &[Incoming]) {
        let Some((last, owed)) = events.split_last() else {
            return;
        };
        let known = Known::Owed(owed.to_vec());
        match &last.event.body.call_id {
            Some(id) if !owed.is_empty() => match self.calls.get_mut(id) {
                Some((_, now)) => *now = known,
                None => self.insert(id.clone(), known),
            },
            _ => {}
        }
    }

    /// A call was found running, whose beginning nobody heard; `kept` if it is in the log. Answers
    /// whether its events are to be passed at all: what was kept goes on, and of the rest nothing
    /// may be kept where it counts what is not known any more.
    pub(crate) fn find(&mut self, keep: &Keep, id: &str, kept: bool) -> bool {
        let known = match self.calls.get(id) {
            Some((_, known)) => return !matches!(known, Known::Dropped),
            None if kept => Known::Kept,
            None if keep.looks_back() => Known::Dropped,
            None => return true,
        };
        self.dropped += u64::from(!kept);
        self.insert(id.to_owned(), known);
        kept
    }

    fn insert(&mut self, id: String, known: Known) {
        self.begun += 1;
        self.order.insert(self.begun, id.clone());
        self.calls.insert(id, (self.begun, known));
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.order.len() > MOST_CALLS {
            if let Some((_, oldest)) = self.order.pop_first() {
                self.calls.remove(&oldest);
            }
        }
    }

    /// What may go on of this event, and of those of its call that were held back.
    pub(crate) fn pass(
        &mut self,
        keep: &Keep,
        incoming: Incoming,
        country: Country,
    ) -> Vec<Incoming> {
        let body = &incoming.event.body;
        let kind = body.kind;
        let Some(id) = body.call_id.clone() else {
            // Without an id each event is judged by what it says itself.
            let mut was = Whereabouts::default();
            was.add(body, |text| Party::read(text, country));
            let kept = keep.judge(&was) == Verdict::Keep;
            return kept.then_some(incoming).into_iter().collect();
        };
        let begins = kind == EventKind::NewCall;
        let (place, known) = match self.calls.remove(&id) {
            // The id means another call now.
            Some((place, Known::Dropped)) if begins => (place, Known::Waiting(Box::default())),
            Some(known) => known,
            None if begins => {
                self.begun += 1;
                self.order.insert(self.begun, id.clone());
                (self.begun, Known::Waiting(Box::default()))
            }
            // Of a call that began before we did: what was kept of it goes on.
            None => return vec![incoming],
        };
        let before = matches!(known, Known::Dropped);
        let (known, passed) = known.and(incoming, keep, country);
        self.dropped += u64::from(!before && matches!(known, Known::Dropped));
        if matches!(known, Known::Kept) && kind == EventKind::Hangup {
            self.order.remove(&place);
        } else {
            self.calls.insert(id, (place, known));
        }
        self.forget_oldest();
        passed
    }
}

impl Known {
    /// With an event more: what is known then, and what may go on.
    fn and(self, incoming: Incoming, keep: &Keep, country: Country) -> (Self, Vec<Incoming>) {
        let mut held = match self {
            Self::Kept => return (Self::Kept, vec![incoming]),
            Self::Owed(mut events) => {
                events.push(incoming);
                return (Self::Kept, events);
            }
            Self::Dropped => return (Self::Dropped, Vec::new()),
            Self::Waiting(held) => held,
        };
        let body = &incoming.event.body;
        let over = body.kind == EventKind::Hangup;
        held.was.add(body, |text| Party::read(text, country));
        if held.events.len() < MOST_HELD {
            held.events.push(incoming);
        }
        match keep.judge(&held.was) {
            Verdict::Keep => (Self::Kept, held.events),
            Verdict::Wait(_) if !over => (Self::Waiting(held), Vec::new()),
            Verdict::Drop | Verdict::Wait(_) => (Self::Dropped, Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::call::{Direction, Event, EventBody};
    use offhook_core::rules::{Pattern, Places};
    use offhook_core::{EventId, SourceId, UnixMillis};

    use super::*;

    fn said(kind: EventKind, id: &str, queue: Option<&str>) -> Incoming {
        let body = EventBody {
            call_id: Some(id.to_owned()),
            direction: (kind == EventKind::NewCall).then_some(Direction::In),
            queue: queue.map(str::to_owned),
            ..EventBody::new(kind)
        };
        Incoming {
            source_id: SourceId(1),
            arrived_at: UnixMillis(0),
            event: Event {
                id: EventId(1),
                at: UnixMillis(0),
                body: body.into(),
            },
        }
    }

    fn support_only() -> Keep {
        Keep {
            record: Some(Places {
                queues: vec![Pattern::parse("support", Country::default())],
                ..Places::default()
            }),
            ..Keep::default()
        }
    }

    /// How many events go on after each.
    fn passed(gate: &mut Gate, events: &[Incoming]) -> Vec<usize> {
        let keep = support_only();
        let pass = |event: &Incoming| gate.pass(&keep, event.clone(), Country::default()).len();
        events.iter().map(pass).collect()
    }

    #[test]
    fn what_is_kept_goes_on_whole_and_the_rest_is_counted() {
        use EventKind::{Answer, Hangup, NewCall, Queued};
        let mut gate = Gate::default();
        let kept = [
            said(NewCall, "a", None),
            said(Queued, "a", Some("Support")),
            said(Answer, "a", None),
            said(Hangup, "a", None),
        ];
        assert_eq!(passed(&mut gate, &kept), [0, 2, 1, 1]);
        assert!(gate.calls.is_empty() && gate.order.is_empty());
        let dropped = [
            said(NewCall, "b", None),
            said(Queued, "b", Some("sales")),
            said(Hangup, "b", None),
            said(Hangup, "b", None),
        ];
        assert_eq!(passed(&mut gate, &dropped), [0, 0, 0, 0]);
        assert_eq!(gate.dropped(), 1);
        // A call that began before the gate was there.
        assert_eq!(passed(&mut gate, &[said(Hangup, "c", None)]), [1]);
        // The same id again is another call.
        let again = [said(NewCall, "a", Some("support")), said(Hangup, "a", None)];
        assert_eq!(passed(&mut gate, &again), [1, 1]);
    }

    #[test]
    fn what_could_not_be_kept_goes_on_before_what_is_sent_again() {
        use EventKind::{Answer, Hangup, NewCall, Queued};
        let mut gate = Gate::default();
        let events = [
            said(NewCall, "a", None),
            said(Answer, "a", None),
            said(Queued, "a", Some("support")),
        ];
        assert_eq!(passed(&mut gate, &events), [0, 0, 3]);
        // The first one was kept.
        gate.owe(&events[1..]);
        assert_eq!(passed(&mut gate, &events[2..]), [2]);
        let end = [said(Hangup, "a", None)];
        assert_eq!(passed(&mut gate, &end), [1]);
        // Nor is an end forgotten, though nothing more is known of its call.
        gate.owe(&[said(Answer, "a", None), end[0].clone()]);
        assert_eq!(passed(&mut gate, &end), [2]);
        gate.owe(&end);
        assert!(gate.calls.is_empty() && gate.order.is_empty());
    }

    #[test]
    fn calls_that_are_found_running() {
        use EventKind::{Hangup, NewCall};
        let never_sales = Keep {
            never: support_only().record.unwrap(),
            ..Keep::default()
        };
        // In the log or not, which calls are kept, and how many events of it go on.
        for (kept, keep, expected) in [
            (true, support_only(), [1, 1]),
            (true, never_sales.clone(), [1, 1]),
            (false, support_only(), [0, 0]),
            (false, never_sales.clone(), [0, 0]),
            (false, Keep::default(), [1, 1]),
        ] {
            let mut gate = Gate::default();
            let events = [said(NewCall, "a", None), said(Hangup, "a", None)];
            let goes_on = gate.find(&keep, "a", kept);
            let passed = events.map(|event| {
                let passes = goes_on || event.event.body.kind != NewCall;
                let passed = passes.then(|| gate.pass(&keep, event, Country::default()));
                passed.map_or(0, |passed| passed.len())
            });
            assert_eq!(passed, expected, "{kept} {keep:?}");
            assert_eq!(gate.dropped(), u64::from(expected == [0, 0]));
        }
        // What was judged before the connection broke stays so.
        let mut gate = Gate::default();
        passed(&mut gate, &[said(NewCall, "a", Some("support"))]);
        assert!(gate.find(&never_sales, "a", false));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut gate = Gate::default();
        for number in 0..MOST_CALLS + 10 {
            passed(
                &mut gate,
                &[said(EventKind::NewCall, &number.to_string(), None)],
            );
        }
        assert_eq!(
            (gate.calls.len(), gate.order.len()),
            (MOST_CALLS, MOST_CALLS)
        );
        for _ in 0..MOST_HELD + 10 {
            passed(&mut gate, &[said(EventKind::Answer, "99", None)]);
        }
        match &gate.calls["99"] {
            (_, Known::Waiting(held)) => assert_eq!(held.events.len(), MOST_HELD),
            other => panic!("{other:?}"),
        }
    }
}
