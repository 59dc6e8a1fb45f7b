use super::Pattern;
use crate::UnixMillis;
use crate::call::{Decision, Direction, EventBody, EventKind, Party};
use crate::number::{Country, is_emergency};

/// Callers that are not put through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockEntry {
    /// Who.
    pub caller_id: Pattern,
    /// Why, for people.
    pub note: String,
    /// The moment from which the entry means nothing; none for never.
    pub until: Option<UnixMillis>,
}

/// Which caller ID is shown to some of the numbers that are dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The numbers dialled.
    pub dest: Pattern,
    /// The number to show; an empty one leaves these calls as they are.
    pub caller_id: Party,
    /// Why, for people.
    pub note: String,
}

/// What a source's new calls are answered with (facts/zammad-cti.md 3.6, 3.7, as the contract
/// amends them).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceRules {
    /// Inbound callers to reject.
    pub blocked: Vec<BlockEntry>,
    /// Caller IDs by destination; the first that fits wins.
    pub routes: Vec<Route>,
    /// The caller ID for all other destinations.
    pub default_caller_id: Option<Party>,
    /// Whose emergency numbers are never touched.
    pub country: Country,
}

impl SourceRules {
    /// What the PBX should be told about an event that comes in at `now`.
    ///
    /// | event | answer |
    /// | --- | --- |
    /// | inbound new call, caller blocked | reject |
    /// | outbound new call to somewhere | dial with the first route's caller ID, else the default |
    /// | from or to an emergency number, and all else | pass |
    pub fn propose(&self, body: &EventBody, now: UnixMillis) -> Decision {
        if body.kind != EventKind::NewCall {
            return Decision::Pass;
        }
        match (body.direction, &body.from, &body.to) {
            (Some(Direction::In), Some(from), _) if self.is_blocked(from, now) => Decision::Reject,
            (Some(Direction::Out), _, Some(to)) => self.caller_id(to),
            _ => Decision::Pass,
        }
    }

    fn is_blocked(&self, from: &Party, now: UnixMillis) -> bool {
        let holds = |entry: &&BlockEntry| entry.until.is_none_or(|until| now < until);
        (self.blocked.iter().filter(holds)).any(|entry| entry.caller_id.matches(from))
            && !is_emergency(&from.number, self.country)
    }

    fn caller_id(&self, to: &Party) -> Decision {
        if to.is_empty() || is_emergency(&to.number, self.country) {
            return Decision::Pass;
        }
        let route = self.routes.iter().find(|route| route.dest.matches(to));
        let shown = route
            .map(|route| &route.caller_id)
            .or(self.default_caller_id.as_ref())
            .filter(|caller_id| !caller_id.is_empty());
        match shown {
            Some(caller_id) => Decision::Dial {
                caller_id: caller_id.clone(),
                number: to.number.clone(),
            },
            None => Decision::Pass,
        }
    }
}

#[cfg(test)]
mod tests;
