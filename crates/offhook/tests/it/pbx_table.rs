//! The contract's table "PBX endpoints", row by row: what a PBX reports, and the calls it makes.
//!
//! Each story has a source of its own, so no call of another is in its way.

use offhook_testkit::{Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, play};

const IN: &str = "direction=in&from=4930111111&to=4922147";

struct Story {
    name: &'static str,
    /// What is sent, `$IN` put in its place, and what is not answered with `{}`.
    steps: &'static [&'static str],
    calls: Value,
}

async fn play_all(stories: Vec<Story>) {
    let office = Office::open(PROGRAM).await;
    for (place, story) in stories.iter().enumerate() {
        let pbx = office.pbx(&format!("source {place}")).await;
        let now = now();
        for step in story.steps {
            play(&pbx, now, &step.replace("$IN", IN), story.name).await;
        }
        let calls = office.calls_of(&pbx).await;
        assert_part(&json!(calls), &story.calls, story.name);
    }
}

fn story(name: &'static str, steps: &'static [&'static str], calls: Value) -> Story {
    Story { name, steps, calls }
}

#[tokio::test]
async fn a_call_id_finds_its_call() {
    let missed = json!({"state": "ended", "missed": true, "done": false, "answered_at": null});
    play_all(vec![
        story(
            "a call rings",
            &["event=newCall&callId=a&$IN"],
            json!([{"call_id": "a", "state": "ringing", "missed": false, "done": false, "direction": "in",
                "from": {"number": "4930111111", "e164": "4930111111"}, "to": {"number": "4922147"},
                "queue": "4922147", "cause": null, "ended_at": null, "answered_by": null}]),
        ),
        story(
            "newCall again while it rings is a retry, whatever it says",
            &[
                "event=newCall&callId=a&$IN",
                "event=newCall&callId=a&$IN",
                "event=newCall&callId=a&direction=out&from=1&to=2",
            ],
            json!([{"state": "ringing", "direction": "in", "from": {"number": "4930111111"}}]),
        ),
        story(
            "newCall again while they talk is a retry",
            &[
                "event=newCall&callId=a&$IN",
                "event=answer&callId=a&$IN",
                "event=newCall&callId=a&$IN",
            ],
            json!([{"state": "answered"}]),
        ),
        story(
            "newCall of the same call within a minute after its end is a retry",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(70)",
                "event=hangup&callId=a&$IN&timestamp=AGO(40)",
                "event=newCall&callId=a&$IN",
            ],
            json!([missed]),
        ),
        story(
            "newCall more than a minute after the end is a new call",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(90)",
                "event=hangup&callId=a&$IN&timestamp=AGO(75)",
                "event=newCall&callId=a&$IN",
            ],
            json!([missed, {"call_id": "a", "state": "ringing"}]),
        ),
        story(
            "newCall with an ended call's id but another caller is a new call",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN",
                "event=newCall&callId=a&direction=in&from=4930222222&to=4922147",
            ],
            json!([missed, {"state": "ringing", "from": {"number": "4930222222"}}]),
        ),
        story(
            "newCall with an ended call's id but another direction is a new call",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN",
                "event=newCall&callId=a&direction=out&from=4930111111&to=4922147",
            ],
            json!([missed, {"state": "ringing", "direction": "out", "done": true}]),
        ),
        story(
            "the number of a retry may be spelled otherwise",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN",
                "event=newCall&callId=a&direction=in&from=%2B49 30/111111&to=004922147",
            ],
            json!([missed]),
        ),
        story(
            "answer and hangup go to the newest call with their id",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN&cause=cancel",
                "event=newCall&callId=a&direction=in&from=4930222222&to=4922147",
                "event=answer&callId=a&direction=in&answeringNumber=201",
                "event=hangup&callId=a&direction=in&cause=normalClearing",
            ],
            json!([{"missed": true, "cause": "cancel"},
                {"missed": false, "done": true, "cause": "normalClearing", "answered_by": {"number": "201"}}]),
        ),
        story(
            "an answer finds a call that ended less than 24 hours ago",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(80000)",
                "event=hangup&callId=a&$IN&timestamp=AGO(79000)",
                "event=answer&callId=a&$IN",
            ],
            json!([{"state": "ended", "missed": false, "done": true}]),
        ),
        story(
            "and not one that ended earlier",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(90000)",
                "event=hangup&callId=a&$IN&timestamp=AGO(87000)",
                "event=answer&callId=a&$IN",
            ],
            json!([missed, {"state": "answered"}]),
        ),
        story(
            "an open call is found however old it is",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(1800)",
                "event=hangup&callId=a&$IN",
            ],
            json!([missed]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn events_come_late_twice_and_out_of_order() {
    let talked = json!({"state": "ended", "missed": false, "done": true, "direction": "in"});
    play_all(vec![
        story(
            "hangup, answer, newCall",
            &[
                "event=hangup&callId=a&$IN&cause=normalClearing",
                "event=answer&callId=a&$IN&answeringNumber=201",
                "event=newCall&callId=a&$IN&queue=support",
            ],
            json!([{"state": "ended", "missed": false, "queue": "support", "cause": "normalClearing",
                "answered_by": {"number": "201"}}]),
        ),
        story(
            "hangup, newCall: it stays ended and was missed",
            &["event=hangup&callId=a&$IN&cause=cancel", "event=newCall&callId=a&$IN"],
            json!([{"state": "ended", "missed": true, "done": false}]),
        ),
        story(
            "answer for an unknown id",
            &["event=answer&callId=a&$IN&user=Emma"],
            json!([{"state": "answered", "from": {"number": "4930111111"}, "to": {"number": "4922147"},
                "answered_by": {"name": "Emma", "user_id": null}, "done": true, "waiting_seconds": 0}]),
        ),
        story(
            "hangup for an unknown id is missed",
            &["event=hangup&callId=a&$IN&cause=noAnswer"],
            json!([{"state": "ended", "missed": true, "done": false, "cause": "noAnswer"}]),
        ),
        story(
            "unless it says that it was talked",
            &["event=hangup&callId=a&$IN&cause=normalClearing"],
            json!([talked]),
        ),
        story(
            "or forwarded",
            &["event=hangup&callId=a&$IN&cause=forwarded"],
            json!([talked]),
        ),
        story(
            "an outbound one is never missed",
            &["event=hangup&callId=a&direction=out&from=4922147&to=4930111111&cause=busy"],
            json!([{"missed": false, "done": true, "direction": "out"}]),
        ),
        story(
            "a second hangup changes nothing",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN&cause=cancel",
                "event=hangup&callId=a&$IN&cause=normalClearing",
            ],
            json!([{"missed": true, "done": false, "cause": "cancel"}]),
        ),
        story(
            "an answer after the hangup counts",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&$IN&cause=cancel",
                "event=answer&callId=a&$IN&answeringNumber=201",
            ],
            json!([{"state": "ended", "missed": false, "done": true, "answered_by": {"number": "201"}}]),
        ),
        story(
            "a second answer does not change who answered first",
            &[
                "event=newCall&callId=a&$IN",
                "event=answer&callId=a&$IN&answeringNumber=201",
                "event=answer&callId=a&$IN&answeringNumber=202",
            ],
            json!([{"state": "answered", "answered_by": {"number": "201"}}]),
        ),
        story(
            "answer and hangup without direction have the call's",
            &[
                "event=newCall&callId=a&$IN",
                "event=answer&callId=a",
                "event=hangup&callId=a&direction=&cause=normalClearing",
            ],
            json!([talked]),
        ),
        story(
            "without a call there is none to be found",
            &[
                r#"event=answer&callId=a&from=1&to=2 -> 422 {"error":"Invalid 'direction'!"}"#,
                r#"event=hangup&callId=a -> 422 {"error":"Invalid 'direction'!"}"#,
            ],
            json!([]),
        ),
        story(
            "a direction that disagrees with the newCall's is ignored",
            &[
                "event=newCall&callId=a&$IN",
                "event=hangup&callId=a&direction=out",
            ],
            json!([{"state": "ended", "direction": "in", "missed": true}]),
        ),
        story(
            "also where the newCall comes last",
            &[
                "event=hangup&callId=a&direction=out",
                "event=newCall&callId=a&$IN",
            ],
            json!([{"state": "ended", "direction": "in", "missed": true}]),
        ),
        story(
            "words count in any case",
            &[
                "event=NEWCALL&callId=a&direction=INBOUND&from=1&to=2",
                "event=Answer&callId=a&direction=In",
                "event=hangUp&callId=a&direction=inbound&cause=NORMALclearing",
            ],
            json!([{"state": "ended", "direction": "in", "cause": "normalClearing"}]),
        ),
        story(
            "forwarded calls are not missed",
            &["event=newCall&callId=a&$IN", "event=hangup&callId=a&$IN&cause=forwarded"],
            json!([{"missed": false, "done": true, "cause": "forwarded"}]),
        ),
        story(
            "a call answered by voicemail is missed and not done",
            &[
                "event=newCall&callId=a&$IN",
                "event=answer&callId=a&$IN&user=voicemail",
                "event=hangup&callId=a&$IN&cause=normalClearing",
            ],
            json!([{"state": "ended", "missed": true, "done": false,
                "answered_by": {"user_id": null, "name": "voicemail"}}]),
        ),
        story(
            "voicemail that a person takes over is not",
            &[
                "event=newCall&callId=a&$IN",
                "event=answer&callId=a&$IN&user=VoiceMail",
                "event=answer&callId=a&$IN&user=Emma",
                "event=hangup&callId=a&$IN&cause=normalClearing",
            ],
            json!([{"missed": false, "done": true, "answered_by": {"name": "voicemail"}}]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn events_without_a_call_id_find_their_call() {
    let rings = json!({"state": "ringing"});
    play_all(vec![
        story(
            "a repeat of a newCall, id missing, empty, null or blank",
            &[
                "event=newCall&$IN",
                "event=newCall&callId=&$IN",
                "event=newCall&callId=%20&$IN",
                r#"{"event":"newCall","callId":null,"direction":"in","from":"4930111111","to":"4922147"}"#,
            ],
            json!([rings]),
        ),
        story(
            "another caller, called or direction is a new call",
            &[
                "event=newCall&$IN",
                "event=newCall&direction=in&from=4930222222&to=4922147",
                "event=newCall&direction=in&from=4930111111&to=4922148",
                "event=newCall&direction=out&from=4930111111&to=4922147",
            ],
            json!([rings, rings, rings, rings]),
        ),
        story(
            "one that began a minute ago is not repeated",
            &["event=newCall&$IN&timestamp=AGO(61)", "event=newCall&$IN"],
            json!([rings, rings]),
        ),
        story(
            "nor one that was answered",
            &["event=newCall&$IN", "event=answer&$IN", "event=newCall&$IN"],
            json!([{"state": "answered"}, rings]),
        ),
        story(
            "nor one that ended",
            &["event=newCall&$IN", "event=hangup&$IN", "event=newCall&$IN"],
            json!([{"state": "ended"}, rings]),
        ),
        story(
            "withheld callers are new calls each",
            &[
                "event=newCall&direction=in&from=anonymous&to=4922147",
                "event=newCall&direction=in&from=anonymous&to=4922147",
                "event=newCall&direction=in&from=&to=4922147",
                "event=newCall&direction=in&to=4922147",
            ],
            json!([rings, rings, rings, rings]),
        ),
        story(
            "answer and hangup go to the oldest open call of the same direction, from and to",
            &[
                "event=newCall&$IN&timestamp=AGO(100)",
                "event=newCall&$IN",
                "event=newCall&direction=in&from=4930222222&to=4922147",
                "event=answer&$IN",
                "event=hangup&$IN",
                "event=hangup&$IN&cause=cancel",
                "event=hangup&direction=in&from=4930222222&to=4922147&cause=busy",
            ],
            json!([{"missed": false}, {"missed": true, "cause": "cancel"}, {"missed": true, "cause": "busy"}]),
        ),
        story(
            "not to one of the other direction",
            &[
                "event=newCall&direction=out&from=4930111111&to=4922147",
                "event=hangup&$IN&cause=cancel",
            ],
            json!([rings, {"state": "ended", "missed": true}]),
        ),
        story(
            "also to one that has an id of the PBX",
            &["event=newCall&callId=a&$IN", "event=hangup&$IN"],
            json!([{"call_id": "a", "state": "ended"}]),
        ),
    ])
    .await;
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("ids").await;
    pbx.tell(&[
        "event=newCall&direction=in&from=anonymous&to=1",
        "event=newCall&direction=in&to=1",
    ])
    .await;
    let calls = office.calls_of(&pbx).await;
    let ids: Vec<_> = calls
        .iter()
        .filter_map(|call| call["call_id"].as_str())
        .collect();
    assert!(
        ids.len() == 2 && !ids[0].is_empty() && ids[0] != ids[1],
        "{ids:?}"
    );
}

#[tokio::test]
async fn numbers_may_be_missing_and_times_may_be_given() {
    play_all(vec![
        story(
            "no from, no to",
            &["event=newCall&callId=a&direction=in"],
            json!([{"from": {"number": "", "e164": null, "pretty": "", "matches": []},
                "to": {"number": "", "e164": null, "pretty": ""}, "queue": ""}]),
        ),
        story(
            "withheld",
            &["event=newCall&callId=a&direction=in&from=anonymous&to=22"],
            json!([{"from": {"number": "anonymous", "e164": null, "pretty": ""}}]),
        ),
        story(
            "seconds, milliseconds and RFC 3339 are one time",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(30)",
                "event=answer&callId=a&$IN&timestamp=AGO(20)000",
                "event=hangup&callId=a&$IN&timestamp=RFC(5)",
            ],
            json!([{"waiting_seconds": 10, "talking_seconds": 15}]),
        ),
        story(
            "what is older than 7 days or more than a minute ahead has the time of arrival",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(604900)",
                "event=answer&callId=a&$IN&timestamp=AGO(-120)",
                "event=hangup&callId=a&$IN&timestamp=yesterday",
            ],
            json!([{"waiting_seconds": 0, "talking_seconds": 0}]),
        ),
        story(
            "almost 7 days are fine, as is a clock that is half a minute ahead",
            &[
                "event=newCall&callId=a&$IN&timestamp=AGO(604700)",
                "event=hangup&callId=a&$IN&timestamp=AGO(-30)",
            ],
            json!([{"waiting_seconds": 604_730}]),
        ),
    ])
    .await;
}
