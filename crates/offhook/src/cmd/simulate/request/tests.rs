use std::collections::HashSet;
use std::sync::Arc;

use offhook_core::call::{Cause, Direction};

use super::*;
use crate::cmd::simulate::call::Call;
use crate::cmd::simulate::office::AGENTS;

fn step(direction: Direction, event: Event) -> Step {
    let (from, to) = match direction {
        Direction::In => ("493023125741", "496990009111"),
        Direction::Out | Direction::Internal => ("496990009122", "442079460142"),
    };
    Step {
        at: 0,
        happened: 0,
        call: Arc::new(Call {
            number: 0,
            direction,
            from: from.to_owned(),
            to: to.to_owned(),
            queue: (direction == Direction::In).then_some("Support"),
            agents: match direction {
                Direction::In => vec![&AGENTS[1], &AGENTS[2]],
                Direction::Out | Direction::Internal => vec![&AGENTS[2]],
            },
        }),
        event,
        last: false,
    }
}

fn hangup(cause: Cause, taken: Option<Taker>) -> Event {
    Event::Hangup {
        cause,
        taken,
        talked_seconds: 23,
    }
}

/// The request without its ids, in the way of a form.
fn told(step: &Step, dialect: Dialect) -> Option<String> {
    let request = Request::new(step, dialect, 7, None)?;
    let ids = ["callId", "call_id", "origCallId", "xcid"];
    let form = request.form().into_iter();
    let pairs = form.filter(|(key, _)| !ids.contains(&key.as_str()));
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    Some(pairs.join(" "))
}

#[test]
fn words_of_the_dialects() {
    use Dialect::{Generic, Placetel, Sipgate};
    use Direction::{In, Out};
    let emma = Taker::Agent(&AGENTS[2]);
    for (direction, event, dialect, expected) in [
        (
            In,
            Event::NewCall,
            Generic,
            Some(
                "event=newCall direction=in from=493023125741 to=496990009111 \
                 user[]=Christopher Miller user[]=Emma Taylor queue=Support",
            ),
        ),
        (
            In,
            Event::Answer(emma),
            Generic,
            Some(
                "event=answer direction=in from=493023125741 to=496990009111 user=Emma Taylor \
                 answeringNumber=22",
            ),
        ),
        (
            In,
            hangup(Cause::NormalClearing, Some(emma)),
            Generic,
            Some(
                "event=hangup direction=in from=493023125741 to=496990009111 \
                 cause=normalClearing answeringNumber=22",
            ),
        ),
        (
            In,
            Event::Answer(Taker::Mailbox),
            Sipgate,
            Some(
                "event=answer direction=in from=493023125741 to=496990009111 user=voicemail \
                 answeringNumber=496990009111",
            ),
        ),
        (
            Out,
            Event::NewCall,
            Sipgate,
            Some(
                "event=newCall direction=out from=496990009122 to=442079460142 user[]=Emma Taylor \
                 userId[]=w2 fullUserId[]=1234567w2",
            ),
        ),
        (
            In,
            Event::NewCall,
            Placetel,
            Some("event=IncomingCall from=03023125741 to=06990009111 direction=in"),
        ),
        (
            Out,
            Event::NewCall,
            Placetel,
            Some(
                "event=OutgoingCall from=06990009122 to=00442079460142 direction=out \
                 peer=7777emma@fpbx.de",
            ),
        ),
        (Out, Event::Answer(Taker::Outside), Placetel, None),
        (In, Event::Answer(Taker::Mailbox), Placetel, None),
        (
            In,
            hangup(Cause::NoAnswer, None),
            Placetel,
            Some(
                "event=HungUp from=03023125741 to=06990009111 direction=in type=missed duration=23",
            ),
        ),
        (
            Out,
            hangup(Cause::Busy, None),
            Placetel,
            Some(
                "event=HungUp from=06990009122 to=00442079460142 direction=out type=busy \
                 duration=23",
            ),
        ),
    ] {
        let step = step(direction, event);
        assert_eq!(told(&step, dialect).as_deref(), expected, "{step:?}");
    }
}

#[test]
fn json_has_lists_and_the_time() {
    let step = step(Direction::In, Event::NewCall);
    let at = UnixMillis(1_767_603_600_000);
    let json = Request::new(&step, Dialect::Generic, 7, Some(at))
        .unwrap()
        .json();
    assert_eq!(
        json["user"],
        serde_json::json!(["Christopher Miller", "Emma Taylor"])
    );
    assert_eq!(json["timestamp"], "1767603600000");
}

#[test]
fn ids_differ_between_calls_and_runs() {
    for id in [uuid, sipgate_id] {
        let ids: HashSet<String> = (0..3)
            .flat_map(|run| (0..1000).map(move |number| id(run, number)))
            .collect();
        assert_eq!(ids.len(), 3000);
    }
    assert_eq!(uuid(7, 0), "00000000-0000-0007-9e37-79b97f4a7c15");
}

#[test]
fn dialects_of_paths() {
    for (path, expected) in [
        ("/api/v1/cti/sipgate-token", Dialect::Generic),
        ("/api/v1/sipgate/t/in", Dialect::Sipgate),
        ("/crm/api/v1/placetel/t", Dialect::Placetel),
        ("/", Dialect::Generic),
    ] {
        assert_eq!(Dialect::of_path(path), expected, "{path}");
    }
}
