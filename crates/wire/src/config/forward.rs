use std::fmt;

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Folded};

use super::Invalid;
use super::place::Place;

/// A call that nothing was told of is told late for so many minutes, unless said otherwise.
const LATE_MINUTES: i64 = 60;
/// Whoever was called a week ago needs no ringing telephone of it.
const MOST_LATE_MINUTES: i64 = 7 * 24 * 60;

/// Another system that is told of a source's calls: `forward` of a configuration, and
/// `forward_url` beside it, which has a token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Forwarding {
    /// Where its endpoint is, token and all.
    pub url: String,
    /// A call whose beginning could not be told is not told at all once it ended so many minutes
    /// ago.
    pub late_minutes: i64,
    /// Whether it may be in a private network.
    pub allow_private: bool,
}

impl fmt::Debug for Forwarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarding").finish_non_exhaustive()
    }
}

impl Forwarding {
    pub(super) fn parse(top: &Place<'_>, wrong: &mut Vec<Invalid>) -> Option<Self> {
        let place = top.at("forward");
        let secret = top.at("forward_url").text(wrong);
        place.object(wrong)?;
        let kind = place.at("kind");
        if kind.text(wrong).is_some_and(|word| word != "zammad") {
            kind.refuse("must be zammad", wrong);
        }
        let shown = place.at("url");
        let text = shown.needed_text(wrong)?;
        // What is shown is masked: the whole one stands apart.
        let url = if text.contains(super::MASK) {
            secret?
        } else {
            text
        };
        let scheme = ["https://", "http://"]
            .into_iter()
            .any(|scheme| url.starts_with(scheme));
        if !scheme || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            shown.refuse(
                "must be an address such as https://zammad/api/v1/cti/TOKEN",
                wrong,
            );
        }
        let host = url
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split(['/', '?', '#']).next());
        if host.is_some_and(|host| host.contains('@')) {
            shown.refuse("must name no user and no password before its host", wrong);
        }
        let late_minutes = place.at("late_minutes").number(wrong);
        let late_minutes = late_minutes.unwrap_or(LATE_MINUTES);
        if late_minutes > MOST_LATE_MINUTES {
            let place = place.at("late_minutes");
            place.refuse("must be at most 10080, which are seven days", wrong);
        }
        Some(Self {
            url: url.to_owned(),
            late_minutes,
            allow_private: place.at("allow_private").flag(wrong),
        })
    }

    /// Whether a call of which nothing was told yet is to be told at all, now.
    pub fn wants(&self, call: &Folded, now: UnixMillis) -> bool {
        let late_millis = self.late_minutes.saturating_mul(60_000);
        let is_late = (call.ended_at).is_some_and(|end| now.millis_since(end) > late_millis);
        call.direction.is_with_outside() && call.cause != Some(Cause::Blocked) && !is_late
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::EventId;
    use offhook_core::call::{Decision, Direction, Event, EventBody, EventKind, fold};

    use super::*;

    /// A call that rang for a second.
    fn call(direction: Direction, decision: Option<Decision>) -> Folded {
        let event = |at, kind, decision| Event {
            id: EventId(u128::from(at)),
            at: UnixMillis(i64::from(at)),
            body: EventBody {
                direction: Some(direction),
                decision,
                ..EventBody::new(kind)
            },
        };
        let begun = event(1_u16, EventKind::NewCall, decision);
        fold(&[begun, event(1_001, EventKind::Hangup, None)]).unwrap()
    }

    #[test]
    fn which_calls_are_told() {
        let forwarding = Forwarding {
            url: String::new(),
            late_minutes: 2,
            allow_private: false,
        };
        let in_time = UnixMillis(121_001);
        for (call, now, wanted) in [
            (call(Direction::In, None), in_time, true),
            (call(Direction::Out, None), in_time, true),
            (call(Direction::In, None), in_time.plus_millis(1), false),
            (call(Direction::Internal, None), in_time, false),
            (call(Direction::In, Some(Decision::Reject)), in_time, false),
        ] {
            assert_eq!(forwarding.wants(&call, now), wanted, "{call:?} {now:?}");
        }
        let mut running = call(Direction::In, None);
        running.ended_at = None;
        assert!(forwarding.wants(&running, UnixMillis(i64::MAX / 2)));
    }
}
