use proptest::prelude::*;

use super::*;
use crate::EventId;
use crate::number::Country;

/// One event a line: `SECOND KIND [key=value …]`. Keys: `in`, `out`, `from=`, `to=`, `queue=`,
/// `user=` (repeats), `number=` (who answered), `id=` (a user's id), `cause=`, `reject`,
/// `dial=` (another caller ID).
fn events(story: &str) -> Vec<Event> {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .enumerate()
        .map(|(place, line)| event(place, line))
        .collect()
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
        body,
    }
}

/// `STATE missed|- done|open waiting/talking cause by name` of the call.
fn summary(folded: &Folded) -> String {
    let seconds = |seconds: Option<i64>| seconds.map_or("-".to_owned(), |s| s.to_string());
    let by = folded.answered_by.as_ref().map_or("-".to_owned(), |by| {
        let id = by.user_id.map(|id| id.to_string());
        id.or(by.name.clone())
            .or(by.number.clone())
            .unwrap_or("?".to_owned())
    });
    format!(
        "{} {} {} {}/{} {} {by} {}",
        folded.state.as_str(),
        if folded.missed { "missed" } else { "-" },
        if folded.done { "done" } else { "open" },
        seconds(folded.waiting_seconds()),
        seconds(folded.talking_seconds()),
        folded
            .cause
            .map(Cause::as_str)
            .or(folded.cause_text.as_deref())
            .unwrap_or("-"),
        folded.our_name.as_deref().unwrap_or("-"),
    )
}

#[test]
fn stories() {
    let ring = "0 newCall in from=4930 to=49221 user=Emma";
    let dial = "0 newCall out from=49221 to=4930 user=Emma";
    let cases = [
        // facts/zammad-cti.md 3.4, line by line, as the contract amends it.
        (vec![dial], "ringing - done -/- - - Emma"),
        (
            vec![dial, "5 answer", "9 hangup cause=normalClearing"],
            "ended - done 5/4 normalClearing ? Emma",
        ),
        (
            vec![dial, "9 hangup cause=noAnswer"],
            "ended - done 9/- noAnswer - Emma",
        ),
        (vec![ring], "ringing - open -/- - - Emma"),
        (
            vec![ring, "5 answer number=201"],
            "answered - done 5/- - 201 Emma",
        ),
        (
            vec![ring, "5 answer id=1000002", "9 hangup cause=normalClearing"],
            "ended - done 5/4 normalClearing 1000002 Emma",
        ),
        (
            vec![ring, "5 answer user=voicemail"],
            "answered - open 5/- - voicemail voicemail",
        ),
        (
            vec![
                ring,
                "5 answer user=VoiceMail",
                "9 hangup cause=normalClearing",
            ],
            "ended missed open 5/4 normalClearing voicemail VoiceMail",
        ),
        (
            vec![ring, "9 hangup cause=cancel"],
            "ended missed open 9/- cancel - Emma",
        ),
        (
            vec![ring, "9 hangup cause=normalClearing"],
            "ended missed open 9/- normalClearing - Emma",
        ),
        (
            vec![ring, "9 hangup cause=busy"],
            "ended missed open 9/- busy - Emma",
        ),
        (
            vec![ring, "9 hangup cause=forwarded"],
            "ended - done 9/- forwarded - Emma",
        ),
        (
            vec![ring, "9 hangup cause=voicemail"],
            "ended missed open 9/- voicemail - Emma",
        ),
        (
            vec![ring, "9 hangup cause=NO_SUCH_WORD"],
            "ended missed open 9/- NO_SUCH_WORD - Emma",
        ),
        (vec![ring, "9 hangup"], "ended missed open 9/- - - Emma"),
        (
            vec![ring, "9 hangup cause=lost"],
            "ended missed open 9/- lost - Emma",
        ),
        // A second hangup changes nothing; a true one wins over one that was never heard.
        (
            vec![
                ring,
                "9 hangup cause=cancel",
                "12 hangup cause=normalClearing",
            ],
            "ended missed open 9/- cancel - Emma",
        ),
        (
            vec![ring, "9 hangup cause=lost", "12 hangup cause=busy"],
            "ended missed open 12/- busy - Emma",
        ),
        (
            vec![ring, "9 hangup cause=lost", "12 hangup cause=lost"],
            "ended missed open 9/- lost - Emma",
        ),
        // Blocked: over at once, whatever comes after.
        (
            vec!["0 newCall in from=4930 to=49221 reject"],
            "ended - done 0/- blocked - -",
        ),
        (
            vec![
                "0 newCall in from=4930 to=49221 reject",
                "3 answer",
                "9 hangup cause=busy",
            ],
            "ended - done 0/- blocked - -",
        ),
        // Out of order: the final state is ended.
        (
            vec![
                "0 hangup in cause=cancel",
                "2 newCall in from=4930 to=49221 user=Emma",
            ],
            "ended missed open 0/- cancel - Emma",
        ),
        (
            vec!["0 hangup in cause=normalClearing", "2 answer in id=1000002"],
            "ended - done 0/0 normalClearing 1000002 -",
        ),
        (
            vec!["0 hangup in cause=normalClearing"],
            "ended - done 0/- normalClearing - -",
        ),
        (
            vec!["0 hangup in cause=cancel"],
            "ended missed open 0/- cancel - -",
        ),
        (
            vec!["0 hangup in cause=forwarded"],
            "ended - done 0/- forwarded - -",
        ),
        (
            vec!["0 hangup out cause=cancel"],
            "ended - done 0/- cancel - -",
        ),
        (
            vec!["0 answer in number=201 user=Emma"],
            "answered - done 0/- - Emma Emma",
        ),
        // A late answer counts, and lies within the call.
        (
            vec![
                ring,
                "9 hangup cause=normalClearing",
                "12 answer id=1000002",
            ],
            "ended - done 9/0 normalClearing 1000002 Emma",
        ),
        // The first answer stays, a later one that names somebody gives the name.
        (
            vec![
                ring,
                "4 answer number=201",
                "6 answer number=202 user=Chris",
            ],
            "answered - done 4/- - 201 Chris",
        ),
        // A mailbox first, then a person: somebody talked.
        (
            vec![
                ring,
                "4 answer user=voicemail",
                "6 answer number=202",
                "9 hangup",
            ],
            "ended - done 4/5 - voicemail voicemail",
        ),
        // Names: users, else the queue; an outbound answer says nothing.
        (
            vec!["0 newCall in from=4930 to=49221 queue=support"],
            "ringing - open -/- - - support",
        ),
        (
            vec!["0 newCall in from=4930 to=49221 user=A user=B"],
            "ringing - open -/- - - A, B",
        ),
        (
            vec![dial, "5 answer user=Chris id=1000002"],
            "answered - done 5/- - ? Emma",
        ),
        // Sub-second rounding as Zammad: truncated seconds.
        (
            vec!["-1 newCall in from=1 to=2", "0 hangup"],
            "ended missed open 1/- - - -",
        ),
    ];
    for (story, expected) in cases {
        let folded = fold(&events(&story.join("\n"))).unwrap();
        assert_eq!(summary(&folded), expected, "{story:#?}");
    }
}

#[test]
fn sides_and_queue_are_the_new_calls() {
    let cases = [
        ("0 newCall in from=4930 to=49221", "4930 49221 49221"),
        ("0 newCall in from=4930 to=49221 queue=q", "4930 49221 q"),
        ("0 newCall out from=49221 to=4930", "49221 4930 49221"),
        (
            "0 newCall out from=49221 to=4930 dial=4989",
            "4989 4930 4989",
        ),
        (
            "0 newCall out from=49221 to=4930 queue=q dial=4989",
            "4989 4930 q",
        ),
        // Until there is a new call, the first event that has it.
        (
            "0 hangup in\n1 answer in from=4930\n2 answer in from=99 to=49221",
            "4930 49221 49221",
        ),
        (
            "0 hangup in from=99 to=98\n1 newCall in from=4930 to=49221",
            "4930 49221 49221",
        ),
        // A retry with other numbers changes nothing.
        (
            "0 newCall in from=4930 to=49221\n1 newCall in from=1 to=2",
            "4930 49221 49221",
        ),
    ];
    for (story, expected) in cases {
        let folded = fold(&events(story)).unwrap();
        let sides = format!(
            "{} {} {}",
            folded.from.number, folded.to.number, folded.queue
        );
        assert_eq!(sides, expected, "{story}");
    }
}

#[test]
fn a_retry_gets_the_first_decision() {
    let story = "5 newCall out from=1 to=2 dial=4989\n3 newCall out from=1 to=2 dial=4930";
    let decision = fold(&events(story)).unwrap().decision;
    // The first to arrive, even where the other says it is older.
    let Some(Decision::Dial { caller_id, .. }) = decision else {
        panic!("{decision:?}")
    };
    assert_eq!(caller_id.number, "4989");
}

#[test]
fn without_a_direction_there_is_no_call() {
    assert_eq!(fold(&[]), None);
    assert_eq!(fold(&events("0 hangup cause=cancel\n1 answer")), None);
}

fn any_event() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(vec!["newCall", "answer", "hangup"]);
    let directions = prop::sample::select(vec!["", "in", "out"]);
    let words = prop::sample::subsequence(
        vec![
            "from=4930",
            "to=49221",
            "queue=q",
            "user=Emma",
            "user=voicemail",
            "number=201",
            "id=1000002",
            "cause=cancel",
            "cause=lost",
            "cause=forwarded",
            "cause=what",
            "reject",
            "dial=4989",
        ],
        0..6,
    );
    (0i64..20, kinds, directions, words).prop_map(|(second, kind, direction, words)| {
        format!("{second} {kind} {direction} {}", words.join(" "))
    })
}

proptest! {
    /// The order of the events does not matter, nor do repeats.
    #[test]
    fn a_call_is_a_function_of_the_set(
        lines in prop::collection::vec(any_event(), 0..8),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let set = events(&lines.join("\n"));
        let expected = fold(&set);
        if set.is_empty() {
            return Ok(());
        }
        // Some events again and again, then all of them backwards.
        let mut shuffled: Vec<Event> =
            order.iter().map(|index| index.get(&set).clone()).collect();
        shuffled.extend(set.iter().rev().cloned());
        prop_assert_eq!(fold(&shuffled), expected);
    }

    /// What must hold of any call, whatever a PBX says.
    #[test]
    fn every_call_makes_sense(lines in prop::collection::vec(any_event(), 1..8)) {
        let set = events(&lines.join("\n"));
        let Some(folded) = fold(&set) else {
            prop_assert!(set.iter().all(|event| event.body.direction.is_none()
                || set.iter().any(|other| other.body.kind == EventKind::NewCall)));
            return Ok(());
        };
        let end = folded.ended_at;
        prop_assert_eq!(folded.state == State::Ended, end.is_some());
        prop_assert!(end.is_none_or(|end| end >= folded.started_at));
        prop_assert!(folded.answered_at.is_none_or(|at| at >= folded.started_at));
        if let (Some(answered), Some(end)) = (folded.answered_at, end) {
            prop_assert!(answered <= end);
        }
        prop_assert!(folded.waiting_seconds().is_none_or(|seconds| seconds >= 0));
        prop_assert!(folded.talking_seconds().is_none_or(|seconds| seconds >= 0));
        prop_assert_eq!(folded.answered_by.is_some(), folded.answered_at.is_some());
        if folded.missed {
            prop_assert_eq!(folded.direction, Direction::In);
            prop_assert_eq!(folded.state, State::Ended);
            prop_assert!(!folded.done);
        }
        if folded.direction == Direction::Out {
            prop_assert!(folded.done && !folded.missed);
        }
    }

    /// An event more never brings a call back to life.
    #[test]
    fn an_ended_call_stays_ended(
        lines in prop::collection::vec(any_event(), 1..8),
        more in any_event(),
    ) {
        let before = fold(&events(&lines.join("\n")));
        let after = fold(&events(&format!("{}\n{more}", lines.join("\n"))));
        if let (Some(before), Some(after)) = (before, after)
            && before.state == State::Ended
            && before.cause != Some(Cause::Blocked)
        {
            prop_assert_eq!(after.state, State::Ended);
        }
    }
}
