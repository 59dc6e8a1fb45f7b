use super::fold::{VOICEMAIL, is_voicemail};
use super::{Cause, Direction, Event, EventKind, Folded};
use crate::{UnixMillis, UserId};

/// How a leg ended (contract, "A call gains … legs").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LegOutcome {
    /// It was picked up, by a person or a program that is no mailbox.
    Answered,
    /// Another one was faster, or picked the call up from here.
    AnsweredElsewhere,
    /// Whoever was rung refused.
    Declined,
    /// The line was taken.
    Busy,
    /// It rang until somebody gave up, the caller included.
    NoAnswer,
    /// There is no such number, the phone is off, or no line was free.
    Unreachable,
    /// The phone sent the call on to another number.
    Forwarded,
    /// A mailbox took it.
    Voicemail,
}

impl LegOutcome {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Answered,
        Self::AnsweredElsewhere,
        Self::Declined,
        Self::Busy,
        Self::NoAnswer,
        Self::Unreachable,
        Self::Forwarded,
        Self::Voicemail,
    ];

    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::AnsweredElsewhere => "answered_elsewhere",
            Self::Declined => "declined",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Unreachable => "unreachable",
            Self::Forwarded => "forwarded",
            Self::Voicemail => "voicemail",
        }
    }

    /// The outcome with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        (Self::ALL.into_iter()).find(|outcome| outcome.as_str() == word)
    }
}

/// What a source says of a leg.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LegSaid {
    /// The source's id of it.
    pub id: String,
    /// The extension or the number outside; said once it rings.
    pub number: Option<String>,
    /// The name that the source has for it.
    pub name: Option<String>,
    /// `In`: a phone here is rung. `Out`: a number outside is dialled.
    pub direction: Option<Direction>,
    /// How it ended; said with its end.
    pub outcome: Option<LegOutcome>,
}

/// One device or number that a call reached, and what became of it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The extension or the number outside, where said.
    pub number: Option<String>,
    /// The name that the source sent.
    pub name: Option<String>,
    /// Whose device it is, where known.
    pub user_id: Option<UserId>,
    /// `In`: a phone here was rung. `Out`: a number outside was dialled.
    pub direction: Direction,
    /// When it began to ring.
    pub rang_at: UnixMillis,
    /// When it was picked up.
    pub picked_up_at: Option<UnixMillis>,
    /// When it was over.
    pub ended_at: Option<UnixMillis>,
    /// How it ended; none while it goes on.
    pub outcome: Option<LegOutcome>,
}

impl Leg {
    /// Whole seconds until it was picked up, or until the end of one that was not.
    pub fn rang_seconds(&self) -> Option<i64> {
        let until = self.picked_up_at.or(self.ended_at)?;
        Some(until.whole_seconds_since(self.rang_at))
    }

    /// Whole seconds from when it was picked up to its end.
    pub fn talked_seconds(&self) -> Option<i64> {
        Some(self.ended_at?.whole_seconds_since(self.picked_up_at?))
    }
}

/// The legs of a call, as far as its events tell, in the order in which they began. `folded` is
/// the same events' [`fold`](super::fold()).
///
/// A PBX that we listen to names each leg. A source that only knows new call, answer and hangup
/// tells whom it rings (`users` of an inbound new call) and who answered; of an outbound call it
/// tells the called.
pub fn legs(events: &[Event], folded: &Folded) -> Vec<Leg> {
    let mut ranked: Vec<&Event> = events.iter().collect();
    ranked.sort_by_key(|event| (event.at, event.id));
    let named = ranked.iter().any(|event| event.body.leg.is_some());
    let mut legs = if named {
        named_legs(&ranked)
    } else {
        told_legs(&ranked, folded)
    };
    // Whatever was not said of a leg, with its call it is over too.
    if let Some(end) = folded.ended_at {
        for leg in &mut legs {
            let end = *leg.ended_at.get_or_insert(end.max(leg.rang_at));
            leg.picked_up_at = leg.picked_up_at.map(|at| at.min(end));
            leg.outcome.get_or_insert(if leg.picked_up_at.is_some() {
                LegOutcome::Answered
            } else {
                LegOutcome::NoAnswer
            });
        }
    }
    legs
}

/// The legs that events name by ids.
fn named_legs(ranked: &[&Event]) -> Vec<Leg> {
    let mut legs: Vec<(&str, Leg)> = Vec::new();
    for event in ranked {
        let body = &event.body;
        let Some(said) = &body.leg else {
            if body.kind == EventKind::Answer && is_voicemail(body) {
                legs.push((VOICEMAIL, mailbox(event)));
            }
            continue;
        };
        let known = legs.iter_mut().find(|(id, _)| *id == said.id);
        let leg = match (known, body.kind) {
            (Some((_, leg)), _) => leg,
            (None, EventKind::Rang) => {
                legs.push((&said.id, rung(event, said)));
                continue;
            }
            // The end of what never rang is nothing to show.
            (None, _) => continue,
        };
        match body.kind {
            EventKind::Answer | EventKind::PickedUp | EventKind::Transferred => {
                leg.picked_up_at.get_or_insert(event.at);
            }
            EventKind::LegEnded => {
                leg.ended_at.get_or_insert(event.at);
                leg.outcome = leg.outcome.or(said.outcome);
            }
            _ => {}
        }
    }
    legs.into_iter().map(|(_, leg)| leg).collect()
}

/// A mailbox is no device that rings.
fn mailbox(event: &Event) -> Leg {
    Leg {
        number: event.body.answering_number.clone(),
        name: Some(VOICEMAIL.to_owned()),
        user_id: None,
        direction: Direction::In,
        rang_at: event.at,
        picked_up_at: Some(event.at),
        ended_at: None,
        outcome: Some(LegOutcome::Voicemail),
    }
}

fn rung(event: &Event, said: &LegSaid) -> Leg {
    Leg {
        number: said.number.clone(),
        name: said.name.clone(),
        user_id: event.body.user_ids.first().copied(),
        direction: said.direction.unwrap_or(Direction::In),
        rang_at: event.at,
        picked_up_at: None,
        ended_at: None,
        outcome: None,
    }
}

/// The legs of a source that names none.
fn told_legs(ranked: &[&Event], folded: &Folded) -> Vec<Leg> {
    let blank = |direction| Leg {
        number: None,
        name: None,
        user_id: None,
        direction,
        rang_at: folded.started_at,
        picked_up_at: None,
        ended_at: None,
        outcome: None,
    };
    let unanswered = || match folded.cause? {
        Cause::Busy => Some(LegOutcome::Busy),
        Cause::NotFound | Cause::Congestion => Some(LegOutcome::Unreachable),
        Cause::Forwarded => Some(LegOutcome::Forwarded),
        Cause::Blocked => None,
        _ => Some(LegOutcome::NoAnswer),
    };
    if folded.direction != Direction::In {
        let called = &folded.to;
        let (outcome, picked_up_at) = match folded.answered_at {
            Some(at) => (None, Some(at)),
            None => (unanswered(), None),
        };
        let leg = Leg {
            number: Some(called.number.clone()),
            name: called.name.clone(),
            picked_up_at,
            outcome: outcome.filter(|_| folded.ended_at.is_some()),
            ..blank(Direction::Out)
        };
        return Vec::from_iter((!called.is_empty()).then_some(leg));
    }
    let new_call = (ranked.iter()).find(|event| event.body.kind == EventKind::NewCall);
    let names = new_call.map_or(&[][..], |event| event.body.users.as_slice());
    let mut legs: Vec<Leg> = (names.iter())
        .map(|name| Leg {
            name: Some(name.clone()),
            ..blank(Direction::In)
        })
        .collect();
    let Some(by) = &folded.answered_by else {
        if folded.ended_at.is_some() {
            for leg in &mut legs {
                leg.outcome = unanswered();
            }
        }
        return legs;
    };
    let took = (by.name.as_ref()).and_then(|name| names.iter().position(|rung| rung == name));
    // A mailbox takes what nobody answered.
    let outcome = if by.is_voicemail() {
        LegOutcome::NoAnswer
    } else {
        LegOutcome::AnsweredElsewhere
    };
    for leg in &mut legs {
        leg.ended_at = folded.answered_at;
        leg.outcome = Some(outcome);
    }
    let place = took.unwrap_or_else(|| {
        legs.push(blank(Direction::In));
        legs.len() - 1
    });
    legs[place] = Leg {
        number: by.number.clone(),
        name: by.name.clone(),
        user_id: by.user_id,
        picked_up_at: folded.answered_at,
        outcome: (by.is_voicemail() && folded.ended_at.is_some()).then_some(LegOutcome::Voicemail),
        ..blank(Direction::In)
    };
    legs
}

#[cfg(test)]
mod tests;
