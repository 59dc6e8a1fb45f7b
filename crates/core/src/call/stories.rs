//! Events written down in a line each, for the tests.

use super::{Cause, Decision, Direction, Event, EventBody, EventKind, LegOutcome, LegSaid, Party};
use crate::number::Country;
use crate::{EventId, UnixMillis, UserId};

/// One event a line: `SECOND KIND [key=value …]`. Keys: `in`, `out`, `from=`, `to=`, `queue=`,
/// `user=` (repeats), `number=` (who answered), `id=` (a user's id), `cause=`, `reject`,
/// `dial=` (another caller ID), `internal`, `leg=ID`, and of the leg `device=`, `outcome=`,
/// `outside`.
pub(super) fn events(story: &str) -> Vec<Event> {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(place, line)| event(place, line))
        .collect()
}

fn leg(body: &mut EventBody) -> &mut LegSaid {
    body.leg.get_or_insert_default()
}

fn event(place: usize, line: &str) -> Event {
    let mut words = line.split_whitespace();
    let second: i64 = words.next().unwrap().parse().unwrap();
    let mut body = EventBody::new(EventKind::from_word(words.next().unwrap()).unwrap());
    let party = |text: &str| Some(Party::read(text, Country::default()));
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "in" => body.direction = Some(Direction::In),
            "out" => body.direction = Some(Direction::Out),
            "internal" => body.direction = Some(Direction::Internal),
            "leg" => leg(&mut body).id = value.to_owned(),
            "device" => leg(&mut body).number = Some(value.to_owned()),
            "outside" => leg(&mut body).direction = Some(Direction::Out),
            "outcome" => leg(&mut body).outcome = LegOutcome::from_word(value),
            "from" => body.from = party(value),
            "to" => body.to = party(value),
            "queue" => body.queue = Some(value.to_owned()),
            "user" => body.users.push(value.to_owned()),
            "number" => body.answering_number = Some(value.to_owned()),
            "id" => body.user_ids.push(UserId(value.parse().unwrap())),
            "cause" => {
                body.cause = Cause::from_word(value);
                body.cause_text = body.cause.is_none().then(|| value.to_owned());
            }
            "reject" => body.decision = Some(Decision::Reject),
            "dial" => {
                let caller_id = party(value).unwrap();
                body.decision = Some(Decision::Dial {
                    caller_id,
                    number: "1".to_owned(),
                });
            }
            other => panic!("{other}?"),
        }
    }
    let id = EventId(u128::try_from(place).unwrap() + 1);
    Event {
        id,
        at: UnixMillis(second * 1000),
        body: body.into(),
    }
}
