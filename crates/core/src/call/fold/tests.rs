use proptest::prelude::*;

use super::super::stories::events;
use super::*;

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
            vec!["0 newCall out from=49221 to=4930 queue=support"],
            "ringing - done -/- - - -",
        ),
        (
            vec!["0 newCall in from=4930 to=49221 user=A user=B"],
            "ringing - open -/- - - A, B",
        ),
        (
            vec![dial, "5 answer user=Chris id=1000002"],
            "answered - done 5/- - ? Emma",
        ),
        // A PBX that tells more: the legs' events change nothing of the call.
        (
            vec![
                ring,
                "1 rang leg=a device=201",
                "2 queued queue=support",
                "3 pickedUp leg=a",
                "4 answer leg=a number=201 id=1000002",
                "8 legEnded leg=a outcome=answered",
                "9 hangup cause=normalClearing",
            ],
            "ended - done 4/5 normalClearing 1000002 Emma",
        ),
        (
            vec![
                ring,
                "1 rang leg=a",
                "3 pickedUp leg=a",
                "9 hangup cause=busy",
            ],
            "ended missed open 9/- busy - Emma",
        ),
        // Somebody fetched it: somebody talked.
        (
            vec![
                ring,
                "4 answer user=voicemail",
                "6 transferred number=202",
                "9 hangup",
            ],
            "ended - done 4/5 - voicemail voicemail",
        ),
        // Among us: nothing is missed.
        (
            vec![
                "0 newCall internal from=201 to=202",
                "9 hangup cause=cancel",
            ],
            "ended - done 9/- cancel - -",
        ),
        (
            vec![
                "0 newCall internal from=201 to=202",
                "2 answer id=1000002 number=202",
                "9 hangup",
            ],
            "ended - done 2/7 - 1000002 -",
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
        // The queue that the caller came into, if none was said.
        (
            "0 newCall in from=4930 to=49221\n1 queued queue=q\n2 queued queue=r",
            "4930 49221 q",
        ),
        (
            "0 newCall in from=4930 to=49221 queue=p\n1 queued queue=q",
            "4930 49221 p",
        ),
        // An internal call that goes outside after all is a call with the outside.
        (
            "0 newCall internal from=201 to=202\n1 newCall out from=201 to=4930",
            "201 4930 201",
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
fn whom_it_was_handed_to() {
    let folded = fold(&events(
        "0 newCall in from=4930 to=49221
         2 answer number=201
         5 transferred number=202 id=1000002
         8 transferred number=203 user=Chris
         9 hangup cause=normalClearing",
    ))
    .unwrap();
    let who = |by: &AnsweredBy| {
        let id = by.user_id.map_or(String::new(), |id| id.to_string());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} {id}", text(&by.number), text(&by.name))
    };
    let all: Vec<String> = folded.transferred_to.iter().map(who).collect();
    assert_eq!(all, ["202  1000002", "203 Chris "]);
}

#[test]
fn where_it_rang() {
    for (story, expected) in [
        ("0 newCall in id=3 id=2", vec![2, 3]),
        ("0 newCall out id=2", vec![]),
        ("0 newCall internal id=2\n1 rang id=3 leg=a", vec![3]),
        (
            "0 newCall in\n1 rang id=3 leg=a\n1 rang leg=b\n2 rang id=1 leg=c\n3 rang id=3 leg=d
             4 answer id=5\n5 transferred id=6",
            vec![1, 3],
        ),
    ] {
        let rung = fold(&events(story)).unwrap().rung;
        assert_eq!(
            rung,
            expected.into_iter().map(UserId).collect::<Vec<_>>(),
            "{story}"
        );
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
    let kinds = prop::sample::select(EventKind::ALL.map(EventKind::as_str).to_vec());
    let directions = prop::sample::select(vec!["", "in", "out", "internal"]);
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
        if folded.direction != Direction::In {
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
