use std::fmt;

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Folded};

use super::place::Place;
use super::{Invalid, MASK};

/// A call that nothing was told of is told late for so many minutes, unless said otherwise.
const LATE_MINUTES: i64 = 60;
/// And for no more than a week.
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
        let late = place.at("late_minutes");
        let late_minutes = late.number(wrong).unwrap_or(LATE_MINUTES);
        if late_minutes > MOST_LATE_MINUTES {
            late.refuse("must be 1 to 10080, which is a week", wrong);
        }
        let allow_private = place.at("allow_private").flag(wrong);
        let shown = place.at("url");
        let text = shown.needed_text(wrong)?;
        // What is shown is masked: the whole one stands apart.
        let url = if is_masked(text) { secret? } else { text };
        let scheme = ["https://", "http://"]
            .into_iter()
            .any(|scheme| url.starts_with(scheme));
        if !scheme || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            shown.refuse(
                "must be an address such as https://zammad/api/v1/cti/TOKEN",
                wrong,
            );
        }
        if url.contains('@') {
            shown.refuse(
                "must have no user, no password and no @: the token is enough",
                wrong,
            );
        }
        Some(Self {
            url: url.to_owned(),
            late_minutes,
            allow_private,
        })
    }

    /// Whether a call of which nothing was told yet is to be told at all, now.
    pub fn wants(&self, call: &Folded, now: UnixMillis) -> bool {
        let late_millis = self.late_minutes.saturating_mul(60_000);
        let is_late = (call.ended_at).is_some_and(|end| now.millis_since(end) > late_millis);
        call.direction.is_with_outside() && call.cause != Some(Cause::Blocked) && !is_late
    }

    /// A text of the other system without the token, which errors repeat at times.
    pub fn without_token(&self, text: &str) -> String {
        let token = self.url[token_start(&self.url)..].trim_matches('/');
        if token.is_empty() {
            text.to_owned()
        } else {
            text.replace(token, MASK)
        }
    }
}

/// Of an address that is told of calls, what may be shown: scheme, host, and the path up to where
/// the token stands.
pub fn masked(url: &str) -> String {
    let shown = url[..token_start(url)].trim_end_matches('/');
    format!("{shown}/{MASK}")
}

/// Whether an address is one that was shown.
pub fn is_masked(url: &str) -> bool {
    url.trim_end()
        .strip_suffix(MASK)
        .is_some_and(|shown| shown.ends_with('/'))
}

/// Where in an address the token may begin: behind the first `/cti/` of its path; without one,
/// anything behind the host may be it.
fn token_start(url: &str) -> usize {
    let Some(host) = url.find("://").map(|scheme| scheme + 3) else {
        return 0;
    };
    let path = url[host..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |end| host + end);
    let query = url[path..]
        .find(['?', '#'])
        .map_or(url.len(), |end| path + end);
    let behind = url[path..query].find("/cti/").map(|cti| path + cti + 5);
    behind.unwrap_or(path)
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
            }
            .into(),
        };
        let begun = event(1_u16, EventKind::NewCall, decision);
        fold(&[begun, event(1_001, EventKind::Hangup, None)]).unwrap()
    }

    #[test]
    fn the_token_is_not_shown() {
        for (url, shown) in [
            ("https://z/api/v1/cti/TOKEN", "https://z/api/v1/cti/***"),
            ("https://z/api/v1/cti/TOKEN/", "https://z/api/v1/cti/***"),
            ("https://z/api/v1/cti/TOKEN/***", "https://z/api/v1/cti/***"),
            (
                "https://z/api/v1/cti/TOKEN?a=/b/",
                "https://z/api/v1/cti/***",
            ),
            ("http://cti/a/cti/TOKEN#/cti/c", "http://cti/a/cti/***"),
            ("https://z:1/hook/TOKEN/", "https://z:1/***"),
            ("https://z?TOKEN=/cti/a", "https://z/***"),
            ("https://z", "https://z/***"),
            ("TOKEN", "/***"),
        ] {
            let forwarding = Forwarding {
                url: url.to_owned(),
                late_minutes: 1,
                allow_private: false,
            };
            let said = format!("{url} is not there");
            let said = forwarding.without_token(&said);
            let shown_of = masked(url);
            assert_eq!(shown_of, shown, "{url}");
            assert!(is_masked(&shown_of) && !said.contains("TOKEN"), "{said}");
        }
        assert!(!is_masked("https://z/api/v1/cti/a***"));
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
        let ever = Forwarding {
            late_minutes: i64::MAX,
            ..forwarding
        };
        assert!(ever.wants(&call(Direction::In, None), UnixMillis(i64::MAX / 2)));
    }
}
