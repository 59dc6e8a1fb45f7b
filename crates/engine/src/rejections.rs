use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_core::call::{Cause, Decision, EventBody, EventKind, Party};
use offhook_core::{SourceId, UnixMillis};

/// A PBX tells of a call and asks what to do with it within this time.
const MEMORY_MILLIS: i64 = 60_000;
/// No more are remembered, of each kind.
const MOST: usize = 1024;

/// Whom we told a PBX to reject of late, so that the call that it tells of is one that we blocked, and
/// not one that was missed. It mostly tells of a call before its dialplan asks, but may do so after.
#[derive(Debug, Default)]
pub(crate) struct Rejections(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// Calls that began, and were neither rejected nor answered yet.
    begun: VecDeque<Known>,
    /// Callers that were rejected, with the call where it is known.
    rejected: VecDeque<Known>,
}

#[derive(Debug)]
struct Known {
    source: SourceId,
    from: Party,
    call_id: Option<String>,
    at: UnixMillis,
}

impl Rejections {
    /// The PBX was told to reject this caller: in a call that just began, else in its next one.
    pub(crate) fn remember(&self, source: SourceId, from: &Party, now: UnixMillis) {
        let mut memory = self.lock(now);
        let newest = (memory.begun.iter()).rposition(|call| call.is_from(source, from));
        let call = newest.and_then(|place| memory.begun.remove(place));
        let rejected = Known {
            source,
            from: from.clone(),
            call_id: call.and_then(|call| call.call_id),
            at: now,
        };
        push(&mut memory.rejected, rejected);
    }

    /// Says of an event that its call was rejected, if it was; each rejection counts for one call.
    pub(crate) fn apply(&self, source: SourceId, body: &mut EventBody, now: UnixMillis) {
        let Some(call_id) = body.call_id.as_deref() else {
            return;
        };
        if !matches!(
            body.kind,
            EventKind::NewCall | EventKind::Answer | EventKind::Hangup
        ) {
            return;
        }
        let mut memory = self.lock(now);
        match (body.kind, &body.from) {
            (EventKind::NewCall, Some(from)) => {
                let is_awaited =
                    |known: &Known| known.call_id.is_none() && known.is_from(source, from);
                if let Some(place) = memory.rejected.iter().position(is_awaited) {
                    memory.rejected.remove(place);
                    body.decision = Some(Decision::Reject);
                } else if !memory.begun.iter().any(|call| call.is(source, call_id)) {
                    let begun = Known {
                        source,
                        from: from.clone(),
                        call_id: Some(call_id.to_owned()),
                        at: now,
                    };
                    push(&mut memory.begun, begun);
                }
            }
            (EventKind::Answer, _) => {
                memory.begun.retain(|call| !call.is(source, call_id));
                // The dialplan put it through, or to a mailbox, all the same.
                memory.rejected.retain(|call| !call.is(source, call_id));
            }
            (EventKind::Hangup, _) => {
                memory.begun.retain(|call| !call.is(source, call_id));
                let place = (memory.rejected.iter()).position(|known| known.is(source, call_id));
                if let Some(place) = place {
                    memory.rejected.remove(place);
                    body.cause = Some(Cause::Blocked);
                }
            }
            _ => {}
        }
    }

    fn lock(&self, now: UnixMillis) -> MutexGuard<'_, Memory> {
        // Every change is whole, whoever panicked.
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |known: &Known| now.millis_since(known.at) < MEMORY_MILLIS;
        memory.begun.retain(is_fresh);
        memory.rejected.retain(is_fresh);
        memory
    }
}

impl Known {
    fn is(&self, source: SourceId, call_id: &str) -> bool {
        self.source == source && self.call_id.as_deref() == Some(call_id)
    }

    fn is_from(&self, source: SourceId, from: &Party) -> bool {
        self.source == source && self.from.same_line(from)
    }
}

fn push(all: &mut VecDeque<Known>, known: Known) {
    if all.len() >= MOST {
        all.pop_front();
    }
    all.push_back(known);
}

#[cfg(test)]
mod tests {
    use offhook_core::number::Country;

    use super::*;

    const PBX: SourceId = SourceId(1);

    fn at(seconds: i64) -> UnixMillis {
        UnixMillis(seconds * 1000)
    }

    fn party(number: &str) -> Party {
        Party::read(number, Country::default())
    }

    /// What is said of an event: its decision and its cause.
    fn said(
        rejections: &Rejections,
        (source, kind, call_id): (SourceId, EventKind, &str),
        from: &str,
        now: UnixMillis,
    ) -> (Option<Decision>, Option<Cause>) {
        let mut body = EventBody {
            call_id: Some(call_id.to_owned()),
            from: Some(party(from)),
            ..EventBody::new(kind)
        };
        rejections.apply(source, &mut body, now);
        (body.decision, body.cause)
    }

    #[test]
    fn asked_before_the_call_is_told() {
        let (new_call, nothing) = (EventKind::NewCall, (None, None));
        let rejected = (Some(Decision::Reject), None);
        let rejections = Rejections::default();
        rejections.remember(PBX, &party("+49 30 1234567"), at(0));
        for (source, call, from, second, expected) in [
            (SourceId(2), "a", "03012345 67", 1, nothing.clone()),
            (PBX, "b", "03012345 68", 1, nothing.clone()),
            (PBX, "c", "03012345 67", 59, rejected),
            (PBX, "d", "03012345 67", 59, nothing.clone()),
        ] {
            let told = said(&rejections, (source, new_call, call), from, at(second));
            assert_eq!(told, expected, "{call}");
        }
        rejections.remember(PBX, &party("4930"), at(0));
        let told = said(&rejections, (PBX, new_call, "e"), "4930", at(60));
        assert_eq!(told, nothing, "too long ago");
    }

    #[test]
    fn asked_after_the_call_is_told() {
        let (new_call, hangup) = (EventKind::NewCall, EventKind::Hangup);
        let blocked = (None, Some(Cause::Blocked));
        let rejections = Rejections::default();
        let say = |kind, call| said(&rejections, (PBX, kind, call), "4930", at(1));
        for call in ["answered", "over", "first", "rejected"] {
            assert_eq!(say(new_call, call), (None, None));
        }
        say(EventKind::Answer, "answered");
        say(hangup, "over");
        rejections.remember(PBX, &party("4930"), at(2));
        assert_eq!(say(hangup, "first"), (None, None));
        assert_eq!(say(hangup, "rejected"), blocked);
        assert_eq!(say(hangup, "rejected"), (None, None), "once");
        assert_eq!(say(hangup, "answered"), (None, None));
        // Nothing is left for the caller's next call.
        assert_eq!(say(new_call, "next"), (None, None));
    }

    #[test]
    fn a_call_that_was_answered_all_the_same_is_not_blocked() {
        let rejections = Rejections::default();
        let say = |kind| said(&rejections, (PBX, kind, "voicemail"), "4930", at(1));
        say(EventKind::NewCall);
        rejections.remember(PBX, &party("4930"), at(2));
        say(EventKind::Answer);
        assert_eq!(say(EventKind::Hangup), (None, None));
    }

    #[test]
    fn memory_is_bounded() {
        let rejections = Rejections::default();
        for call in 0..MOST + 5 {
            let call = call.to_string();
            said(&rejections, (PBX, EventKind::NewCall, &call), "4930", at(0));
            rejections.remember(PBX, &party("4940"), at(0));
        }
        let memory = rejections.lock(at(0));
        assert_eq!((memory.begun.len(), memory.rejected.len()), (MOST, MOST));
    }
}
