use std::sync::Arc;

use offhook_core::call::{Direction, EventBody, EventKind, LegSaid, Party};
use offhook_core::number::Country;

use super::{Leg, NewCall, PbxEvent, Said, VOICEMAIL};
use crate::{AgentHint, Understood};

/// What a PBX said, as an event like any other source's. National numbers are those of `country`.
///
/// The rules propose nothing for it: the PBX did not ask.
pub fn understood(event: PbxEvent, country: Country) -> Understood {
    let PbxEvent { call, said } = event;
    let mut agents = Vec::new();
    let mut number = |number: &str| agents.push(AgentHint::Number(number.to_owned()));
    let leg = |id: String| LegSaid {
        id,
        ..LegSaid::default()
    };
    let mut body = match said {
        Said::NewCall(new_call) => {
            if new_call.direction != Direction::In {
                number(&new_call.from);
            }
            began(new_call, country)
        }
        Said::Queued { queue } => EventBody {
            queue: Some(queue),
            ..EventBody::new(EventKind::Queued)
        },
        Said::LegRang(leg) => {
            if leg.direction != Direction::Out {
                number(&leg.number);
            }
            rang(leg)
        }
        Said::LegAnswered { leg: id } => EventBody {
            leg: Some(leg(id)),
            ..EventBody::new(EventKind::PickedUp)
        },
        Said::LegEnded { leg: id, outcome } => EventBody {
            leg: Some(LegSaid {
                outcome: Some(outcome),
                ..leg(id)
            }),
            ..EventBody::new(EventKind::LegEnded)
        },
        Said::Answer { by, .. } if by == VOICEMAIL => EventBody {
            users: vec![by],
            ..EventBody::new(EventKind::Answer)
        },
        Said::Answer { by, leg: id } => {
            number(&by);
            EventBody {
                leg: id.map(leg),
                answering_number: Some(by),
                ..EventBody::new(EventKind::Answer)
            }
        }
        Said::Transferred { by, to, leg: id } => {
            number(&to);
            EventBody {
                leg: id.map(leg),
                transferred_by: by,
                answering_number: Some(to),
                ..EventBody::new(EventKind::Transferred)
            }
        }
        Said::Joined { other } => EventBody {
            joined: Some(other),
            ..EventBody::new(EventKind::Joined)
        },
        Said::Hangup { cause, text } => EventBody {
            cause: Some(cause),
            cause_text: Some(text).filter(|text| !text.is_empty()),
            ..EventBody::new(EventKind::Hangup)
        },
    };
    body.call_id = Some(call);
    Understood {
        body: Arc::new(body),
        timestamp: None,
        agents,
        ignored: Vec::new(),
        warnings: Vec::new(),
    }
}

fn began(new_call: NewCall, country: Country) -> EventBody {
    let from = Party::read(&new_call.from, country);
    let said = [("shown", new_call.shown), ("context", new_call.context)];
    let extra = said
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    EventBody {
        direction: Some(new_call.direction),
        to: Some(Party::read(&new_call.to, country)),
        from: Some(Party {
            name: new_call.from_name.or(from.name),
            ..from
        }),
        extra: extra.collect(),
        ..EventBody::new(EventKind::NewCall)
    }
}

fn rang(leg: Leg) -> EventBody {
    EventBody {
        leg: Some(LegSaid {
            id: leg.id,
            number: Some(leg.number),
            name: leg.name,
            direction: Some(leg.direction),
            outcome: None,
        }),
        ..EventBody::new(EventKind::Rang)
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::call::{Cause, LegOutcome};

    use super::*;

    fn read(said: Said) -> Understood {
        let call = "1700000000.1".to_owned();
        understood(PbxEvent { call, said }, Country::default())
    }

    fn new_call(direction: Direction) -> Said {
        Said::NewCall(NewCall {
            direction,
            from: "201".to_owned(),
            from_name: Some("Emma".to_owned()),
            to: "03012345678".to_owned(),
            shown: Some("4930111".to_owned()),
            context: None,
            found: false,
        })
    }

    fn hints(numbers: &[&str]) -> Vec<AgentHint> {
        let hint = |number: &&str| AgentHint::Number((*number).to_owned());
        numbers.iter().map(hint).collect()
    }

    #[test]
    fn who_calls_whom() {
        let read = read(new_call(Direction::Out));
        let body = &read.body;
        assert_eq!(body.kind, EventKind::NewCall);
        assert_eq!(body.call_id.as_deref(), Some("1700000000.1"));
        assert_eq!(body.direction, Some(Direction::Out));
        let (from, to) = (body.from.as_ref().unwrap(), body.to.as_ref().unwrap());
        assert_eq!((&*from.number, from.name.as_deref()), ("201", Some("Emma")));
        assert_eq!(to.key.map(|key| key.0), Some(493_012_345_678));
        let shown = ("shown".to_owned(), "4930111".to_owned());
        assert_eq!(body.extra, [shown]);
    }

    #[test]
    fn whom_it_concerns() {
        let leg = |direction| {
            Said::LegRang(Leg {
                id: "a".to_owned(),
                number: "202".to_owned(),
                name: None,
                direction,
            })
        };
        let answer = |by: &str| Said::Answer {
            by: by.to_owned(),
            leg: Some("a".to_owned()),
        };
        let transferred = Said::Transferred {
            by: Some("201".to_owned()),
            to: "203".to_owned(),
            leg: None,
        };
        for (said, numbers) in [
            (new_call(Direction::Out), &["201"][..]),
            (new_call(Direction::Internal), &["201"]),
            (new_call(Direction::In), &[]),
            (leg(Direction::In), &["202"]),
            (leg(Direction::Out), &[]),
            (answer("202"), &["202"]),
            (answer(VOICEMAIL), &[]),
            (transferred, &["203"]),
        ] {
            assert_eq!(read(said.clone()).agents, hints(numbers), "{said:?}");
        }
    }

    #[test]
    fn what_is_said_of_legs_and_ends() {
        let ended = read(Said::LegEnded {
            leg: "a".to_owned(),
            outcome: LegOutcome::Declined,
        });
        let leg = ended.body.leg.clone().unwrap();
        assert_eq!((&*leg.id, leg.outcome), ("a", Some(LegOutcome::Declined)));
        let end = |text: &str| {
            let text = text.to_owned();
            let cause = Cause::Busy;
            read(Said::Hangup { cause, text }).body
        };
        assert_eq!(
            end("17 User busy").cause_text.as_deref(),
            Some("17 User busy")
        );
        assert_eq!(
            (end("").cause, end("").cause_text.as_deref()),
            (Some(Cause::Busy), None)
        );
        let mailbox = read(Said::Answer {
            by: VOICEMAIL.to_owned(),
            leg: None,
        });
        assert_eq!(mailbox.body.users, [VOICEMAIL]);
        assert_eq!(mailbox.body.answering_number, None);
    }
}
