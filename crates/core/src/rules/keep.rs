use super::Pattern;
use crate::call::{Direction, EventBody, EventKind, Party};

/// Which calls of a source are kept at all; the rest leaves nothing but a number in a count.
///
/// | call | kept |
/// | --- | --- |
/// | it was anywhere in `never` until then | no, whatever else is said |
/// | between two of us, and `internal` is not said | no |
/// | `record` is not said | yes |
/// | it was anywhere in `record` | yes |
/// | else | no |
///
/// Where a call goes shows as it goes on, so it is judged once it was in `record`; and where
/// `never` names queues, extensions or contexts, not before it came to its first queue or phone.
/// Then it stays judged: what is kept by then is not taken out again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keep {
    /// Where a call must have been; none for anywhere.
    pub record: Option<Places>,
    /// Whether calls between two of us are kept as well.
    pub internal: bool,
    /// Where a call must not have been.
    pub never: Places,
}

/// Where calls go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// Names of queues.
    pub queues: Vec<Pattern>,
    /// Numbers of outside, and those of ours that are called from there.
    pub numbers: Vec<Pattern>,
    /// Phones of ours.
    pub extensions: Vec<Pattern>,
    /// Contexts of the PBX's dialplan.
    pub contexts: Vec<Pattern>,
}

impl Places {
    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && !self.shows_later()
    }

    /// Whether more must be known of a call than who calls whom.
    fn shows_later(&self) -> bool {
        !(self.queues.is_empty() && self.extensions.is_empty() && self.contexts.is_empty())
    }

    fn hold(&self, was: &Whereabouts) -> bool {
        let any = |patterns: &[Pattern], places: &[Party]| {
            let mut pairs = patterns
                .iter()
                .flat_map(|one| places.iter().map(move |at| (one, at)));
            pairs.any(|(pattern, place)| pattern.matches(place))
        };
        any(&self.queues, &was.queues)
            || any(&self.numbers, &was.numbers)
            || any(&self.extensions, &was.extensions)
            || any(&self.contexts, &was.contexts)
    }
}

/// What is to become of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept.
    Keep,
    /// Nothing of it is kept: it was in `never`.
    Drop,
    /// That shows later; at its end, nothing of it was to be kept, for want of this.
    Wait(Want),
}

/// What a call would need to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Somebody outside: it is between two of us.
    Outside,
    /// A place in `record`.
    Record,
    /// A first queue or phone.
    Arrival,
}

impl Keep {
    /// Whether every call is kept but those between two of us.
    pub fn is_everything(&self) -> bool {
        self.record.is_none() && self.never.is_empty()
    }

    /// Whether the way of a call has to be known from its beginning, as it may have been where none is
    /// to be kept.
    pub fn looks_back(&self) -> bool {
        self.never.shows_later()
    }

    /// What is to become of a call that was there.
    pub fn judge(&self, was: &Whereabouts) -> Verdict {
        if self.never.hold(was) {
            return Verdict::Drop;
        }
        let goes_on = self.never.shows_later() && !was.arrived;
        // It may yet go outside.
        let among_us = was.direction == Some(Direction::Internal) && !self.internal;
        let recorded = (self.record.as_ref()).is_none_or(|record| record.hold(was));
        if among_us {
            Verdict::Wait(Want::Outside)
        } else if !recorded {
            Verdict::Wait(Want::Record)
        } else if goes_on {
            Verdict::Wait(Want::Arrival)
        } else {
            Verdict::Keep
        }
    }
}

/// Where a call was until now, as far as its events tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whereabouts {
    direction: Option<Direction>,
    queues: Vec<Party>,
    numbers: Vec<Party>,
    extensions: Vec<Party>,
    contexts: Vec<Party>,
    /// It came to a queue or phone.
    arrived: bool,
}

impl Whereabouts {
    /// One event more. `read` reads numbers as the source's other ones are.
    pub fn add(&mut self, body: &EventBody, read: impl Fn(&str) -> Party) {
        if body.kind == EventKind::NewCall {
            self.direction = body.direction.or(self.direction);
        }
        let direction = self.direction.or(body.direction);
        let inside =
            |of: Direction| direction.is_some_and(|way| way == of || way == Direction::Internal);
        for (party, is_inside) in [
            (&body.from, inside(Direction::Out)),
            (&body.to, inside(Direction::Internal)),
        ] {
            let Some(party) = party.clone().filter(|party| !party.is_empty()) else {
                continue;
            };
            if is_inside {
                self.extensions.push(party);
            } else {
                self.numbers.push(party);
            }
        }
        if let Some(queue) = &body.queue {
            self.queues.push(read(queue));
            self.arrived = true;
        }
        if let Some(leg) = &body.leg
            && let Some(number) = &leg.number
        {
            if leg.direction == Some(Direction::Out) {
                self.numbers.push(read(number));
            } else {
                self.extensions.push(read(number));
            }
            self.arrived = true;
        }
        if let Some(number) = &body.answering_number {
            let outside = direction == Some(Direction::Out) && body.kind == EventKind::Answer;
            if outside {
                self.numbers.push(read(number));
            } else {
                self.extensions.push(read(number));
            }
        }
        let contexts = body.extra.iter().filter(|(key, _)| key == "context");
        self.contexts
            .extend(contexts.map(|(_, context)| read(context)));
        self.arrived |= matches!(body.kind, EventKind::Answer | EventKind::Hangup);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::LegSaid;
    use crate::number::Country;

    fn read(text: &str) -> Party {
        Party::read(text, Country::default())
    }

    fn places(lists: &str) -> Places {
        let mut places = Places::default();
        for word in lists.split_whitespace() {
            let (list, pattern) = word.split_once('=').unwrap();
            let pattern = Pattern::parse(pattern, Country::default());
            match list {
                "queue" => places.queues.push(pattern),
                "number" => places.numbers.push(pattern),
                "extension" => places.extensions.push(pattern),
                _ => places.contexts.push(pattern),
            }
        }
        places
    }

    /// What becomes of a call after each of its events: `k`, `d`, or what it wants (`o`, `r`, `a`).
    fn judged(keep: &Keep, story: &str) -> String {
        let mut was = Whereabouts::default();
        let verdicts = story.split(", ").map(|event| {
            let mut words = event.split_whitespace();
            let kind = EventKind::from_word(words.next().unwrap()).unwrap();
            let mut body = EventBody::new(kind);
            for word in words {
                let (key, value) = word.split_once('=').unwrap_or((word, ""));
                match key {
                    "in" | "out" | "internal" => body.direction = Direction::from_word(key),
                    "from" => body.from = Some(read(value)),
                    "to" => body.to = Some(read(value)),
                    "queue" => body.queue = Some(value.to_owned()),
                    "by" => body.answering_number = Some(value.to_owned()),
                    "context" => body.extra.push(("context".to_owned(), value.to_owned())),
                    "leg" | "outside" => {
                        body.leg = Some(LegSaid {
                            number: Some(value.to_owned()),
                            direction: (key == "outside").then_some(Direction::Out),
                            ..LegSaid::default()
                        });
                    }
                    other => panic!("{other}?"),
                }
            }
            was.add(&body, read);
            match keep.judge(&was) {
                Verdict::Keep => 'k',
                Verdict::Drop => 'd',
                Verdict::Wait(Want::Outside) => 'o',
                Verdict::Wait(Want::Record) => 'r',
                Verdict::Wait(Want::Arrival) => 'a',
            }
        });
        verdicts.collect()
    }

    #[test]
    fn what_is_kept() {
        let call = "newCall in from=4930123 to=49221777 context=from-trunk, \
                    queued queue=support, rang leg=101, answer by=101, hangup";
        let out = "newCall out from=101 to=4930123, rang outside=4930123, answer by=4930123";
        let internal = "newCall internal from=101 to=102, rang leg=102, hangup";
        let goes_out = "newCall internal from=101 to=102, newCall out from=101 to=4930123";
        for (record, never, story, verdicts) in [
            (None, "", call, "kkkkk"),
            (None, "", out, "kkk"),
            (None, "", internal, "ooo"),
            (None, "", goes_out, "ok"),
            (Some(""), "", call, "rrrrr"),
            (Some("queue=Support"), "", call, "rkkkk"),
            (Some("queue=sales"), "", call, "rrrrr"),
            (Some("number=+49221777"), "", call, "kkkkk"),
            (Some("number=0221*"), "", call, "kkkkk"),
            (Some("number=101"), "", call, "rrrrr"),
            (Some("extension=101"), "", call, "rrkkk"),
            (Some("extension=101"), "", out, "kkk"),
            (Some("extension=4930123"), "", out, "rrr"),
            (Some("context=from-*"), "", call, "kkkkk"),
            (Some("queue=sales number=030123"), "", call, "kkkkk"),
            (None, "number=030123", call, "ddddd"),
            (None, "number=030123", out, "ddd"),
            (None, "number=999", call, "kkkkk"),
            (None, "extension=101", call, "akddd"),
            (None, "extension=102", call, "akkkk"),
            (None, "queue=support", call, "adddd"),
            (Some("queue=support"), "context=from-trunk", call, "ddddd"),
        ] {
            let keep = Keep {
                record: record.map(places),
                internal: false,
                never: places(never),
            };
            assert_eq!(judged(&keep, story), verdicts, "{record:?} {never} {story}");
        }
        let internal_too = Keep {
            internal: true,
            ..Keep::default()
        };
        assert_eq!(judged(&internal_too, internal), "kkk");
        let boss = Keep {
            never: places("extension=102"),
            ..internal_too
        };
        assert_eq!(judged(&boss, internal), "ddd");
    }

    #[test]
    fn everything() {
        assert!(Keep::default().is_everything());
        let never = places("number=1");
        assert!(
            !Keep {
                never,
                ..Keep::default()
            }
            .is_everything()
        );
        let record = Some(Places::default());
        assert!(
            !Keep {
                record,
                ..Keep::default()
            }
            .is_everything()
        );
    }
}
