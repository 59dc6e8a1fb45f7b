use super::Pattern;
use crate::UnixMillis;
use crate::call::{Decision, Direction, EventBody, EventKind, Party};
use crate::number::{Country, is_emergency};

/// Callers that are not put through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockEntry {
    /// Its place in the list as it was written, from 0.
    pub row: usize,
    /// Who.
    pub caller_id: Pattern,
    /// Why, for people.
    pub note: String,
    /// The moment from which the entry means nothing; none for never.
    pub expires_at: Option<UnixMillis>,
}

/// Which caller ID is shown to some of the numbers that are dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its place in the list as it was written, from 0.
    pub row: usize,
    /// The numbers dialled.
    pub dest: Pattern,
    /// The number to show; an empty one leaves these calls as they are.
    pub caller_id: Party,
    /// Why, for people.
    pub note: String,
}

/// What made a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// No rule fits.
    None,
    /// The entry at this place of [`SourceRules::blocked`].
    Blocked(usize),
    /// The row at this place of [`SourceRules::routes`].
    Route(usize),
    /// No route fits, so the default counts.
    DefaultCallerId,
    /// An emergency number, which no rule may touch.
    Emergency,
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
        self.judge(body, now).0
    }

    /// The same, and which rule says so.
    pub fn judge(&self, body: &EventBody, now: UnixMillis) -> (Decision, Rule) {
        if body.kind != EventKind::NewCall {
            return (Decision::Pass, Rule::None);
        }
        match (body.direction, &body.from, &body.to) {
            (Some(Direction::In), Some(from), to) => self.judge_caller(from, to.as_ref(), now),
            (Some(Direction::Out), _, Some(to)) => self.judge_dialled(to),
            _ => (Decision::Pass, Rule::None),
        }
    }

    fn judge_caller(&self, from: &Party, to: Option<&Party>, now: UnixMillis) -> (Decision, Rule) {
        // A phone of ours that dials one may be told as if it called us.
        let mut sides = [Some(from), to].into_iter().flatten();
        let holds = |entry: &BlockEntry| entry.expires_at.is_none_or(|until| now < until);
        let mut entries = self.blocked.iter();
        match entries.position(|entry| holds(entry) && entry.caller_id.matches(from)) {
            Some(_) if sides.any(|side| is_emergency(&side.number, self.country)) => {
                (Decision::Pass, Rule::Emergency)
            }
            Some(place) => (Decision::Reject, Rule::Blocked(place)),
            None => (Decision::Pass, Rule::None),
        }
    }

    fn judge_dialled(&self, to: &Party) -> (Decision, Rule) {
        if to.is_empty() {
            return (Decision::Pass, Rule::None);
        }
        if is_emergency(&to.number, self.country) {
            return (Decision::Pass, Rule::Emergency);
        }
        let route = self.routes.iter().position(|route| route.dest.matches(to));
        let (shown, rule) = match route {
            Some(place) => (Some(&self.routes[place].caller_id), Rule::Route(place)),
            None => (self.default_caller_id.as_ref(), Rule::DefaultCallerId),
        };
        match shown.filter(|caller_id| !caller_id.is_empty()) {
            Some(caller_id) => {
                let decision = Decision::Dial {
                    caller_id: caller_id.clone(),
                    number: to.number.clone(),
                };
                (decision, rule)
            }
            // A route may say that these calls stay as they are.
            None if route.is_some() => (Decision::Pass, rule),
            None => (Decision::Pass, Rule::None),
        }
    }
}

#[cfg(test)]
mod tests;
