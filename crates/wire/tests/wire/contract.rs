//! The contract's table "PBX endpoints" and its finer points, as far as reading concerns.

use offhook_core::UnixMillis;
use offhook_core::call::Direction::In;
use offhook_wire::AgentHint::{self, Number, User, UserId};

use crate::expect::{FORM, JSON, NOW, answer, event, new_call, understood};

fn agents(body: &str) -> Vec<AgentHint> {
    understood(FORM, body).agents
}

#[test]
fn new_call_without_numbers_has_empty_ones() {
    let got = event(FORM, "event=newCall&direction=in&callId=1");
    assert_eq!(got, new_call("1", In, "", "").0);
}

#[test]
fn who_answered_in_the_order_to_try() {
    assert_eq!(
        agents("event=answer&direction=in&callId=1&user_id=1000003&user=emma&answeringNumber=201"),
        [
            Number("201".into()),
            User("emma".into()),
            UserId("1000003".into())
        ]
    );
    assert_eq!(
        agents("event=answer&callId=1&user=Emma"),
        [User("Emma".into())]
    );
    assert_eq!(agents("event=answer&direction=in&callId=1"), []);
    assert_eq!(
        agents("event=answer&direction=in&callId=1&user=&answeringNumber="),
        []
    );
}

#[test]
fn nobody_of_ours_answers_an_outbound_call_or_as_a_mailbox() {
    assert_eq!(
        agents("event=answer&direction=out&callId=1&user=Emma&answeringNumber=201"),
        []
    );
    assert_eq!(
        agents("event=answer&direction=in&callId=1&user=voicemail&answeringNumber=201"),
        []
    );
    assert_eq!(
        agents("event=answer&direction=in&callId=1&user=VoiceMail"),
        []
    );
    assert_eq!(
        agents("event=hangup&direction=in&callId=1&user=Emma&answeringNumber=201"),
        []
    );
}

#[test]
fn who_rings_and_who_dials() {
    assert_eq!(
        agents(
            "event=newCall&direction=in&callId=1&from=1&to=2&user[]=Emma&user[]=Chris&answeringNumber=201"
        ),
        [
            Number("201".into()),
            User("Emma".into()),
            User("Chris".into())
        ]
    );
    assert_eq!(
        agents("event=newCall&direction=out&callId=1&from=4989201&to=2&user=Emma"),
        [User("Emma".into()), Number("4989201".into())]
    );
    assert_eq!(
        agents("event=newCall&direction=out&callId=1&from=&to=2"),
        []
    );
}

#[test]
fn an_empty_user_on_an_answer_says_nothing() {
    let expected = answer("1", Some(In)).0;
    for body in ["user=", "user[]=", "user=%20", "caller[]="] {
        let body = format!("event=answer&direction=in&callId=1&{body}");
        assert_eq!(event(FORM, &body), expected, "{body}");
    }
}

#[test]
fn lists_anywhere() {
    let body = r#"{"event":["newCall"],"direction":["in"],"callId":["1"],"from":["030"],"to":{"0":"040"},
        "user":["Anna"],"queue":["support"],"cause":[""]}"#;
    let expected = new_call("1", In, "030", "040")
        .users(&["Anna"])
        .queue("support");
    assert_eq!(event(JSON, body), expected.0);
}

#[test]
fn times_of_the_sender() {
    let ago = |seconds: i64| Some(NOW.plus_seconds(-seconds));
    let read = |timestamp: &str| {
        let body = format!("event=answer&callId=1&timestamp={timestamp}");
        let got = understood(FORM, &body);
        (got.timestamp, got.warnings.len())
    };
    assert_eq!(read("2026-01-05T08:58:00Z"), (ago(120), 0));
    assert_eq!(read("2026-01-05T09:58:00+01:00"), (ago(120), 0));
    assert_eq!(read("1767603480"), (ago(120), 0));
    assert_eq!(read("1767603480000"), (ago(120), 0));
    assert_eq!(read(""), (None, 0));
    assert_eq!(read("soon"), (None, 1));
    assert_eq!(read("2025-12-01T00:00:00Z"), (None, 1));
    assert_eq!(read("2026-01-05T09:02:00Z"), (None, 1));
    let number = r#"{"event":"answer","callId":"1","timestamp":1767603480}"#;
    assert_eq!(
        understood(JSON, number).timestamp,
        Some(UnixMillis(1_767_603_480_000))
    );
    let late = understood(FORM, "event=answer&callId=1&timestamp=5");
    assert_eq!(
        late.warnings,
        ["'timestamp' was ignored: it is more than 7 days old."]
    );
}
