use super::{Cause, Decision, Direction, Event, EventBody, EventKind, Party};
use crate::{UnixMillis, UserId};

/// The state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It rings; nobody took it yet.
    Ringing,
    /// Somebody took it; they are talking.
    Answered,
    /// It is over.
    Ended,
}

impl State {
    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended => "ended",
        }
    }

    /// The state with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Ringing, Self::Answered, Self::Ended]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// Who took a call first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnsweredBy {
    /// The user, where known.
    pub user_id: Option<UserId>,
    /// The name the source sent; `voicemail` for a mailbox.
    pub name: Option<String>,
    /// The device or number the source sent.
    pub number: Option<String>,
}

/// The name that says a mailbox took the call (facts/zammad-cti.md 3.4).
pub const VOICEMAIL: &str = "voicemail";

impl AnsweredBy {
    /// Whether a mailbox took it, which is no person.
    pub fn is_voicemail(&self) -> bool {
        self.name.as_deref() == Some(VOICEMAIL)
    }
}

/// What the events of a call say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Inbound or outbound.
    pub direction: Direction,
    /// Ringing, answered or ended.
    pub state: State,
    /// The caller; on an outbound call that shows another caller ID, that one.
    pub from: Party,
    /// The called.
    pub to: Party,
    /// Names on our side: who is rung on an inbound call, who dials on an outbound one.
    pub our_name: Option<String>,
    /// The queue said, else the number on our side.
    pub queue: String,
    /// The user who dials out, where known.
    pub made_by: Option<UserId>,
    /// The users at whose devices it rang, as far as the source says, in order of id.
    pub rung: Vec<UserId>,
    /// Why it ended, in one of our words.
    pub cause: Option<Cause>,
    /// Why it ended, in a word that we do not know.
    pub cause_text: Option<String>,
    /// Ended, inbound, and no person answered; neither blocked nor forwarded.
    pub missed: bool,
    /// Whether nothing is to be done about it, as far as the events say.
    pub done: bool,
    /// Who answered first.
    pub answered_by: Option<AnsweredBy>,
    /// Who had it after that, one after the other.
    pub transferred_to: Vec<AnsweredBy>,
    /// The earliest time of any event.
    pub started_at: UnixMillis,
    /// When it was first answered, within the call.
    pub answered_at: Option<UnixMillis>,
    /// When it was over.
    pub ended_at: Option<UnixMillis>,
    /// What the PBX was told, once there was a new call.
    pub decision: Option<Decision>,
}

impl Folded {
    /// Whole seconds until it was answered, or until the end of a call that nobody answered.
    pub fn waiting_seconds(&self) -> Option<i64> {
        let until = self.answered_at.or(self.ended_at)?;
        Some(until.whole_seconds_since(self.started_at))
    }

    /// Whole seconds from the answer to the end.
    pub fn talking_seconds(&self) -> Option<i64> {
        Some(self.ended_at?.whole_seconds_since(self.answered_at?))
    }

    /// The side that is not ours: the caller of an inbound call, the called of an outbound one.
    pub fn other_side(&self) -> &Party {
        match self.direction {
            Direction::In => &self.from,
            Direction::Out | Direction::Internal => &self.to,
        }
    }

    /// Our side: the called of an inbound call, the caller of an outbound one.
    pub fn our_side(&self) -> &Party {
        match self.direction {
            Direction::In => &self.to,
            Direction::Out | Direction::Internal => &self.from,
        }
    }
}

/// Makes a call out of the set of its events; `None` when no event says which way it goes.
///
/// Total, pure and idempotent: neither the order of `events` nor repeats of an event matter. Events
/// are ranked by time, those of one time by id, and "first" means the least rank:
///
/// | of the call | from the events |
/// | --- | --- |
/// | direction, from, to, queue, our name | the first new call's; until there is one, each from the first event that has it. An internal new call yields to one that is not |
/// | queue | as said, else the first the caller came into, else the number on our side after a change of caller ID |
/// | our name | the users said, else (inbound) the queue said; the users of the first answer that names any win on an inbound call |
/// | decision | the earliest arrived new call's (least id): a retry gets the answer of the first time |
/// | started | the least time of all |
/// | answered | the first answer, clamped into the call |
/// | ended | the first hangup that is not `lost`, else the first; never before the start; at the start when rejected |
/// | rung | everybody whose device an inbound new call names, or a leg here rang |
/// | transferred to | everybody it was handed to, one after the other |
/// | cause | that hangup's; `blocked` when rejected |
/// | state | ended if it has an end, else answered if it has an answer, else ringing |
/// | missed | ended, inbound, no person answered or was handed it, neither blocked nor forwarded. Without any new call or answer, a hangup with `normalClearing` tells of an answer that was not heard of |
/// | done | not while an inbound call rings, when it was missed, or when a mailbox has it |
///
/// The rules are those of facts/zammad-cti.md 3 as the contract amends them.
pub fn fold(events: &[Event]) -> Option<Folded> {
    let mut ranked: Vec<&Event> = events.iter().collect();
    ranked.sort_by_key(|event| (event.at, event.id));
    ranked.dedup_by_key(|event| event.id);
    let all_of = |kind| (ranked.iter().copied()).filter(move |event| event.body.kind == kind);
    let first_of = |kind| all_of(kind).next();

    let with_outside = |event: &&Event| event.body.direction != Some(Direction::Internal);
    let new_call = all_of(EventKind::NewCall).find(with_outside);
    let new_call = new_call.or_else(|| first_of(EventKind::NewCall));
    let speakers = match &new_call {
        Some(event) => std::slice::from_ref(event),
        None => ranked.as_slice(),
    };
    let direction = first(speakers, |body| body.direction)?;
    let decision = (events.iter())
        .filter(|event| event.body.kind == EventKind::NewCall)
        .min_by_key(|event| event.id)
        .and_then(|event| event.body.decision.clone());
    let rejected = decision == Some(Decision::Reject);

    let shown = match &decision {
        Some(Decision::Dial { caller_id, .. }) => Some(caller_id),
        _ => None,
    };
    let from = shown.or_else(|| first(speakers, |body| body.from.as_ref()));
    let from = from.cloned().unwrap_or_default();
    let to = first(speakers, |body| body.to.as_ref());
    let to = to.cloned().unwrap_or_default();
    let queue_said = first(speakers, |body| body.queue.as_ref())
        .or_else(|| first_of(EventKind::Queued)?.body.queue.as_ref());
    let our_number = match direction {
        Direction::In => &to.number,
        Direction::Out | Direction::Internal => &from.number,
    };
    let queue = queue_said.unwrap_or(our_number).clone();

    let started_at = ranked.first()?.at;
    let end = end_of(&ranked);
    let ended_at = match (rejected, end) {
        (true, _) => Some(started_at),
        (false, end) => end.map(|event| event.at),
    };
    let answer = if rejected {
        None
    } else {
        first_of(EventKind::Answer)
    };
    let answered_at = answer.map(|event| ended_at.map_or(event.at, |end| event.at.min(end)));
    let state = match (ended_at, answer) {
        (Some(_), _) => State::Ended,
        (None, Some(_)) => State::Answered,
        (None, None) => State::Ringing,
    };

    let (cause, cause_text) = match (rejected, end) {
        (true, _) => (Some(Cause::Blocked), None),
        (false, Some(end)) => {
            let unknown = if end.body.cause.is_none() {
                &end.body.cause_text
            } else {
                &None
            };
            (end.body.cause, unknown.clone())
        }
        (false, None) => (None, None),
    };

    let answers = || all_of(EventKind::Answer);
    let transfers = || all_of(EventKind::Transferred).filter(|_| !rejected);
    let person = !rejected
        && (answers().any(|event| !is_voicemail(&event.body)) || transfers().next().is_some());
    let heard_of_talk = new_call.is_none() && answer.is_none();
    let missed = direction == Direction::In
        && state == State::Ended
        && !person
        && !matches!(cause, Some(Cause::Blocked | Cause::Forwarded))
        && !(heard_of_talk && cause == Some(Cause::NormalClearing));
    let waits_for_somebody = direction == Direction::In
        && (state == State::Ringing || (state == State::Answered && !person));

    let named_answer = answers().find(|event| !event.body.users.is_empty());
    let our_name = match (direction, named_answer) {
        (Direction::In, Some(event)) if !rejected => Some(&event.body.users),
        _ => None,
    }
    .or_else(|| {
        first(speakers, |body| {
            Some(&body.users).filter(|users| !users.is_empty())
        })
    })
    .map(|users| users.join(", "))
    .or_else(|| queue_said.filter(|_| direction == Direction::In).cloned());

    Some(Folded {
        direction,
        state,
        made_by: match direction {
            Direction::In => None,
            Direction::Out | Direction::Internal => {
                first(speakers, |body| body.user_ids.first().copied())
            }
        },
        rung: rung(&ranked),
        from,
        to,
        our_name,
        queue,
        cause,
        cause_text,
        missed,
        done: !missed && !waits_for_somebody,
        answered_by: answer.map(|event| answered_by(&event.body, direction)),
        transferred_to: transfers().map(|event| taken_by(&event.body)).collect(),
        started_at,
        answered_at,
        ended_at,
        decision,
    })
}

/// What the first event that has it says.
fn first<'e, T>(ranked: &[&'e Event], what: impl Fn(&'e EventBody) -> Option<T>) -> Option<T> {
    ranked.iter().find_map(|event| what(&event.body))
}

/// The hangup that counts: a true one before one that only says we never heard any.
fn end_of<'a>(ranked: &[&'a Event]) -> Option<&'a Event> {
    let mut hangups = ranked
        .iter()
        .copied()
        .filter(|event| event.body.kind == EventKind::Hangup);
    let first = hangups.next()?;
    let heard = |event: &&Event| event.body.cause != Some(Cause::Lost);
    Some(
        std::iter::once(first)
            .chain(hangups)
            .find(heard)
            .unwrap_or(first),
    )
}

/// Whose devices rang. Sorted, so that it does not depend on which one was heard of first.
fn rung(ranked: &[&Event]) -> Vec<UserId> {
    let rings = |body: &&EventBody| match body.kind {
        EventKind::NewCall => body.direction == Some(Direction::In),
        EventKind::Rang => true,
        _ => false,
    };
    let bodies = ranked.iter().map(|event| &*event.body).filter(rings);
    let mut users: Vec<UserId> = bodies.flat_map(|body| body.user_ids.clone()).collect();
    users.sort_unstable();
    users.dedup();
    users
}

pub(super) fn is_voicemail(answer: &EventBody) -> bool {
    matches!(answer.users.as_slice(), [name] if name.trim().eq_ignore_ascii_case(VOICEMAIL))
}

fn answered_by(answer: &EventBody, direction: Direction) -> AnsweredBy {
    if is_voicemail(answer) {
        return AnsweredBy {
            user_id: None,
            name: Some(VOICEMAIL.to_owned()),
            number: answer.answering_number.clone(),
        };
    }
    // What an outbound answer says of users is our own side once more, not who picked up there.
    if direction == Direction::Out {
        return AnsweredBy {
            number: answer.answering_number.clone(),
            ..AnsweredBy::default()
        };
    }
    taken_by(answer)
}

fn taken_by(body: &EventBody) -> AnsweredBy {
    let names = body.users.join(", ");
    AnsweredBy {
        user_id: body.user_ids.first().copied(),
        name: Some(names).filter(|names| !names.is_empty()),
        number: body.answering_number.clone(),
    }
}

#[cfg(test)]
mod tests;
