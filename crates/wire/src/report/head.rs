use offhook_core::call::{Direction, EventKind};

use super::Said;
use crate::{params::text, refusal::Refusal};

/// An unknown event is named back up to this many characters.
const MAX_EVENT: usize = 100;

/// The two things an event must say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// What happened.
    pub(crate) kind: EventKind,
    /// Which way the call goes; never none on a new call.
    pub(crate) direction: Option<Direction>,
}

/// Reads event and direction. `fallback` is the direction of a request that says none.
///
/// A request that says neither gets Zammad's refusal, which looks at the direction first
/// (facts/zammad-cti.md 1.3).
pub(crate) fn head(
    said: &Said<'_>,
    kind: Option<EventKind>,
    fallback: Option<Direction>,
) -> Result<Head, Refusal> {
    let direction = match said.direction.unwrap_or("") {
        "" => fallback,
        word => Some(read_direction(word).ok_or(Refusal::Direction)?),
    };
    match (kind, direction) {
        (Some(EventKind::NewCall), None) => Err(Refusal::Direction),
        (Some(kind), direction) => Ok(Head { kind, direction }),
        (None, None) if said.event.is_none() => Err(Refusal::Direction),
        (None, _) => {
            let event = said.event.unwrap_or("");
            Err(Refusal::Event(text::cut(event, MAX_EVENT).to_owned()))
        }
    }
}

fn read_direction(word: &str) -> Option<Direction> {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if is("in") || is("inbound") {
        Some(Direction::In)
    } else if is("out") || is("outbound") {
        Some(Direction::Out)
    } else {
        None
    }
}

/// Zammad's three words, in any case.
pub(crate) fn read_kind(word: &str) -> Option<EventKind> {
    [EventKind::NewCall, EventKind::Answer, EventKind::Hangup]
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(word))
}
