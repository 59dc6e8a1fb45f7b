use std::sync::Arc;

use super::{Call, Event, EventKind, Party, State};

/// A call that an event may belong to, with the events it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The call.
    pub call: Arc<Call>,
    /// Its events, in any order.
    pub events: Vec<Event>,
}

/// Where an event goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To the candidate at this place.
    Existing(usize),
    /// It begins a call of its own.
    New,
}

/// A new call within this time after the end of a call of the same id, direction, from and to is
/// a retry of it.
pub const RETRY_MILLIS: i64 = 60_000;
/// An answer or hangup still finds a call that ended less than this time ago.
pub const LATE_MILLIS: i64 = 24 * 3_600_000;

/// Says which call of its source an event belongs to (contract, "PBX endpoints").
///
/// Without a PBX's id, candidates are the source's open calls; with one, those with that id that
/// are open or ended less than 24 hours ago. `now` is the time of arrival, which the windows are
/// measured from: the event's own time may be earlier.
pub fn correlate(event: &Event, candidates: &[&Candidate], now: crate::UnixMillis) -> Target {
    let open = |call: &Call| call.folded.state != State::Ended;
    let ended_within = |call: &Call, millis| {
        call.folded
            .ended_at
            .is_some_and(|ended| now.millis_since(ended) < millis)
    };
    let with_ids = || {
        (candidates.iter().enumerate())
            .filter(|(_, candidate)| Some(&candidate.call.call_id) == event.body.call_id.as_ref())
    };
    let newest = |(_, candidate): &(usize, &&Candidate)| candidate.call.id;
    let oldest = |(_, candidate): &(usize, &&Candidate)| {
        (candidate.call.folded.started_at, candidate.call.id)
    };

    let found = match (event.body.kind, &event.body.call_id) {
        (EventKind::NewCall, Some(_)) => with_ids()
            .filter(|(_, candidate)| {
                open(&candidate.call)
                    || (ended_within(&candidate.call, RETRY_MILLIS) && agrees(event, candidate))
            })
            .max_by_key(newest),
        (EventKind::NewCall, None) => candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| {
                candidate.call.folded.state == State::Ringing
                    && now.millis_since(candidate.call.folded.started_at) < RETRY_MILLIS
                    && event
                        .body
                        .from
                        .as_ref()
                        .is_some_and(|from| from.key.is_some())
                    && agrees(event, candidate)
            })
            .max_by_key(newest),
        (_, Some(_)) => with_ids()
            .filter(|(_, candidate)| {
                open(&candidate.call) || ended_within(&candidate.call, LATE_MILLIS)
            })
            .max_by_key(newest),
        (_, None) => candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| {
                (event.body.from.is_some() || event.body.to.is_some())
                    && open(&candidate.call)
                    && agrees(event, candidate)
            })
            .min_by_key(oldest),
    };
    found.map_or(Target::New, |(place, _)| Target::Existing(place))
}

/// Whether direction, from and to are the same, as far as both sides say them. `from` counts as
/// the source sent it or as we changed it. The direction of a call that is known from answers and
/// hangups alone says nothing against a new call: the new call's is the true one.
fn agrees(event: &Event, candidate: &Candidate) -> bool {
    let folded = &candidate.call.folded;
    let began = (candidate.events.iter()).any(|event| event.body.kind == EventKind::NewCall);
    let direction = (event.body.kind == EventKind::NewCall && !began)
        || (event.body.direction).is_none_or(|direction| direction == folded.direction);
    let same = |said: &Option<Party>, known: &[&Party]| {
        let Some(said) = said else { return true };
        known.iter().all(|party| party.is_empty())
            || known
                .iter()
                .any(|party| !party.is_empty() && said.same_line(party))
            || (said.is_empty() && known.iter().any(|party| party.is_empty()))
    };
    let sent_from = candidate
        .events
        .iter()
        .find_map(|event| event.body.from.as_ref());
    let froms: Vec<&Party> = sent_from.into_iter().chain([&folded.from]).collect();
    direction && same(&event.body.from, &froms) && same(&event.body.to, &[&folded.to])
}
