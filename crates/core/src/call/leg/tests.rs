use super::super::stories::events;
use super::super::{fold, legs};
use super::*;

/// `WHO in|out RANG/TALKED OUTCOME`, leg by leg.
fn summary(story: &str) -> Vec<String> {
    let events = events(story);
    let folded = fold(&events).unwrap();
    let seconds = |seconds: Option<i64>| seconds.map_or("-".to_owned(), |s| s.to_string());
    (legs(&events, &folded).iter())
        .map(|leg| {
            let id = leg.user_id.map(|id| id.to_string());
            let who = [leg.number.clone(), leg.name.clone(), id];
            let who: Vec<String> = who.into_iter().flatten().collect();
            format!(
                "{} {} {}/{} {}",
                who.join(","),
                leg.direction.as_str(),
                seconds(leg.rang_seconds()),
                seconds(leg.talked_seconds()),
                leg.outcome.map_or("-", LegOutcome::as_str),
            )
        })
        .collect()
}

#[test]
fn legs_by_name() {
    let cases: [(&str, &[&str]); 6] = [
        (
            "0 newCall in from=4930 to=49221
             1 rang leg=a device=201 id=1000002
             1 rang leg=b device=202
             2 rang leg=c device=203
             3 legEnded leg=c outcome=declined
             4 answer leg=b number=202
             4 legEnded leg=a outcome=answered_elsewhere
             9 legEnded leg=b outcome=answered
             9 hangup cause=normalClearing",
            &[
                "201,1000002 in 3/- answered_elsewhere",
                "202 in 3/5 answered",
                "203 in 1/- declined",
            ],
        ),
        (
            "0 newCall in from=4930 to=49221
             1 rang leg=a device=201
             5 rang leg=b device=4989 outside
             7 pickedUp leg=b",
            &["201 in -/- -", "4989 out 2/- -"],
        ),
        // With the call its legs are over, and nothing was longer than the call.
        (
            "0 newCall in from=4930 to=49221
             1 rang leg=a device=201
             2 answer leg=a number=201
             3 rang leg=b device=202
             6 hangup cause=lost",
            &["201 in 1/4 answered", "202 in 3/- no_answer"],
        ),
        // A mailbox is a leg, though nobody rings it.
        (
            "0 newCall in from=4930 to=49221
             1 rang leg=a device=201
             6 legEnded leg=a outcome=no_answer
             6 answer user=voicemail
             9 hangup",
            &["201 in 5/- no_answer", "voicemail in 0/3 voicemail"],
        ),
        // What is said twice, in any order, and of legs that never rang.
        (
            "0 newCall in from=4930 to=49221
             9 legEnded leg=a outcome=answered
             1 rang leg=a device=201
             8 legEnded leg=a outcome=busy
             2 rang leg=a device=299
             4 legEnded leg=z outcome=busy",
            &["201 in 7/- busy"],
        ),
        (
            "0 newCall internal from=201 to=202
             1 rang leg=a device=202
             3 answer leg=a number=202
             5 transferred leg=a number=202",
            &["202 in 2/- -"],
        ),
    ];
    for (story, expected) in cases {
        assert_eq!(summary(story), expected, "{story}");
    }
}

#[test]
fn legs_of_a_source_that_names_none() {
    let ring = "0 newCall in from=4930 to=49221 user=Emma user=Chris";
    let dial = "0 newCall out from=49221 to=4930 user=Emma";
    let cases: [(&[&str], &[&str]); 12] = [
        (&["0 newCall in from=4930 to=49221"], &[]),
        (&[ring], &["Emma in -/- -", "Chris in -/- -"]),
        (
            &[ring, "4 answer user=Chris number=202 id=1000002"],
            &[
                "Emma in 4/- answered_elsewhere",
                "202,Chris,1000002 in 4/- -",
            ],
        ),
        (
            &[ring, "4 answer user=Chris", "9 hangup"],
            &["Emma in 4/- answered_elsewhere", "Chris in 4/5 answered"],
        ),
        (
            &[ring, "4 answer number=299", "9 hangup"],
            &[
                "Emma in 4/- answered_elsewhere",
                "Chris in 4/- answered_elsewhere",
                "299 in 4/5 answered",
            ],
        ),
        (
            &[ring, "9 hangup cause=cancel"],
            &["Emma in 9/- no_answer", "Chris in 9/- no_answer"],
        ),
        (
            &[ring, "9 hangup cause=busy"],
            &["Emma in 9/- busy", "Chris in 9/- busy"],
        ),
        (
            &[
                "0 newCall in from=4930 to=1 user=Emma",
                "4 answer user=voicemail",
                "9 hangup",
            ],
            &["Emma in 4/- no_answer", "voicemail in 4/5 voicemail"],
        ),
        (&[dial], &["4930 out -/- -"]),
        (&[dial, "4 answer", "9 hangup"], &["4930 out 4/5 answered"]),
        (&[dial, "9 hangup cause=busy"], &["4930 out 9/- busy"]),
        (
            &[dial, "9 hangup cause=notFound"],
            &["4930 out 9/- unreachable"],
        ),
    ];
    for (story, expected) in cases {
        assert_eq!(summary(&story.join("\n")), expected, "{story:?}");
    }
}
