//! The clients of facts/pbx-and-clients.md C.4, by their numbers there.

use offhook_core::call::{Cause, Direction::In, Direction::Out};

use crate::expect::{Expect, FORM, JSON, answer, event, hangup, new_call, understood};
use offhook_wire::AgentHint;

const UUID: &str = "3f0c0a5e-9a6c-4d0b-8d1a-0f6f3c1d2e3f";

fn check(table: &[(&str, Option<&str>, String, Expect)]) {
    for (name, content_type, body, expected) in table {
        assert_eq!(event(*content_type, body), expected.0, "{name}: {body}");
    }
}

#[test]
fn client_1_3cx_bridge_in_go() {
    check(&[
        (
            "newCall",
            JSON,
            format!(
                r#"{{"event":"newCall","from":"06601234567","to":"02","direction":"in","call_id":"{UUID}","callid":"{UUID}","answeringNumber":"02","user":"Emma Taylor"}}"#
            ),
            new_call(UUID, In, "06601234567", "02").answering("02").users(&["Emma Taylor"]),
        ),
        (
            "newCall without an id (its issue #4)",
            JSON,
            r#"{"event":"newCall","from":"06601234567","to":"02","direction":"in","call_id":"","callid":""}"#.into(),
            new_call("", In, "06601234567", "02"),
        ),
        (
            "answer",
            JSON,
            format!(
                r#"{{"event":"answer","from":"06601234567","to":"02","direction":"in","call_id":"{UUID}","callid":"{UUID}","answeringNumber":"02","user":"Emma Taylor"}}"#
            ),
            answer(UUID, Some(In))
                .numbers("06601234567", "02")
                .answering("02")
                .users(&["Emma Taylor"]),
        ),
        (
            "hangup",
            JSON,
            format!(
                r#"{{"event":"hangup","from":"06601234567","to":"02","direction":"in","call_id":"{UUID}","callid":"{UUID}","cause":"cancel","answeringNumber":"02"}}"#
            ),
            hangup(UUID, Some(In), Some(Cause::Cancel))
                .numbers("06601234567", "02")
                .answering("02"),
        ),
    ]);
}

#[test]
fn client_2_3cx_bridge_in_python() {
    check(&[
        (
            "newCall with a literal user[] and no to",
            JSON,
            format!(
                r#"{{"event": "newCall", "from": "06601234567", "to": "", "user[]": "Emma Taylor", "direction": "in", "call_id": "{UUID}", "callid": "{UUID}"}}"#
            ),
            new_call(UUID, In, "06601234567", "").users(&["Emma Taylor"]),
        ),
        (
            "hangup",
            JSON,
            format!(
                r#"{{"event": "hangup", "from": "06601234567", "to": "", "user[]": "Emma Taylor", "direction": "in", "call_id": "{UUID}", "callid": "{UUID}", "cause": "normalClearing", "answeringNumber": "02"}}"#
            ),
            {
                let mut expected = hangup(UUID, Some(In), Some(Cause::NormalClearing))
                    .numbers("06601234567", "")
                    .users(&["Emma Taylor"])
                    .answering("02");
                expected.0.to = None;
                expected
            },
        ),
    ]);
}

#[test]
fn client_3_asterisk_bridge_in_perl() {
    check(&[
        (
            "newCall, the sample",
            None,
            "direction=in&to=288&callId=2881652030727.799&from=201&event=newCall".into(),
            new_call("2881652030727.799", In, "201", "288"),
        ),
        (
            "newCall with blanks in the number",
            None,
            "from=%2B49+123+456789&event=newCall&to=288&callId=288.1&direction=in".into(),
            new_call("288.1", In, "+49 123 456789", "288"),
        ),
        (
            "newCall, nothing escaped",
            None,
            "from=+49 123 456789&event=newCall&to=288&callId=288.1&direction=in".into(),
            new_call("288.1", In, "+49 123 456789", "288"),
        ),
        (
            "answer",
            None,
            "user=Emma+Taylor&direction=in&event=answer&callId=2881652030727.799".into(),
            answer("2881652030727.799", Some(In)).users(&["Emma Taylor"]),
        ),
        (
            "hangup",
            None,
            "cause=normalClearing&event=hangup&callId=2881652030727.799&direction=in".into(),
            hangup("2881652030727.799", Some(In), Some(Cause::NormalClearing)),
        ),
    ]);
}

#[test]
fn client_4_fusionpbx_in_lua() {
    let id = "4b1d7c52-7a@10.0.0.5";
    check(&[
        (
            "newCall",
            FORM,
            format!(
                "event=newCall&from=4930123456&to=4989000111&direction=in&callId={id}&user[]=Ticket%20System"
            ),
            new_call(id, In, "4930123456", "4989000111").users(&["Ticket System"]),
        ),
        (
            "answer",
            FORM,
            format!(
                "event=answer&user=1001&from=4930123456&to=4989000111&direction=in&callId={id}"
            ),
            answer(id, Some(In))
                .numbers("4930123456", "4989000111")
                .users(&["1001"]),
        ),
        (
            "hangup",
            FORM,
            format!(
                "event=hangup&answeringNumber=1001&from=4930123456&to=4989000111&direction=in&callId={id}&cause=NORMAL_CLEARING"
            ),
            hangup(id, Some(In), Some(Cause::NormalClearing))
                .numbers("4930123456", "4989000111")
                .answering("1001")
                .text("NORMAL_CLEARING"),
        ),
        (
            "hangup by the caller",
            FORM,
            format!(
                "event=hangup&answeringNumber=&from=4930123456&to=4989000111&direction=in&callId={id}&cause=ORIGINATOR_CANCEL"
            ),
            hangup(id, Some(In), Some(Cause::Cancel))
                .numbers("4930123456", "4989000111")
                .text("ORIGINATOR_CANCEL"),
        ),
        (
            "a broken escape",
            FORM,
            format!("event=newCall&from=4930123456&to=100%&direction=in&callId={id}&user[]=50%zz"),
            new_call(id, In, "4930123456", "100%").users(&["50%zz"]),
        ),
    ]);
    let answer = understood(FORM, "event=answer&user=1001&direction=in&callId=1");
    assert_eq!(
        answer.agents,
        [
            AgentHint::User("1001".into()),
            AgentHint::Number("1001".into())
        ]
    );
}

#[test]
fn client_5_asterisk_ari_in_go() {
    let id = "1652030727.799";
    check(&[
        (
            "newCall",
            JSON,
            format!(
                r#"{{"callId":"{id}","event":"newCall","direction":"in","from":"4930123456","to":"4989000111","cause":""}}"#
            ),
            new_call(id, In, "4930123456", "4989000111"),
        ),
        (
            "answer, all empty",
            JSON,
            format!(
                r#"{{"callId":"{id}","event":"answer","direction":"","from":"","to":"","cause":""}}"#
            ),
            answer(id, None),
        ),
    ]);
    for (word, cause) in [
        ("BUSY", Cause::Busy),
        ("NOANSWER", Cause::NoAnswer),
        ("CANCEL", Cause::Cancel),
        ("CONGESTION", Cause::Congestion),
        ("CHANUNAVAIL", Cause::NotFound),
        ("ANSWER", Cause::NormalClearing),
    ] {
        check(&[(
            "hangup",
            JSON,
            format!(
                r#"{{"callId":"{id}","event":"hangup","direction":"","from":"","to":"","cause":"{word}"}}"#
            ),
            hangup(id, None, Some(cause)).text(word),
        )]);
    }
}

#[test]
fn client_6_innovaphone_in_go() {
    check(&[
        (
            "newCall",
            FORM,
            format!(
                "callId={UUID}&direction=in&event=newCall&from=4930123456&to=4989000111&user=Emma+Taylor"
            ),
            new_call(UUID, In, "4930123456", "4989000111").users(&["Emma Taylor"]),
        ),
        (
            "answer",
            FORM,
            format!(
                "answeringNumber=4989000111&callId={UUID}&direction=in&event=answer&from=4930123456&to=4989000111&user=Emma+Taylor"
            ),
            answer(UUID, Some(In))
                .numbers("4930123456", "4989000111")
                .users(&["Emma Taylor"])
                .answering("4989000111"),
        ),
        (
            "hangup",
            FORM,
            format!(
                "callId={UUID}&cause=noAnswer&direction=out&event=hangup&from=4989000111&to=4930123456&user=Emma+Taylor"
            ),
            hangup(UUID, Some(Out), Some(Cause::NoAnswer))
                .numbers("4989000111", "4930123456")
                .users(&["Emma Taylor"]),
        ),
    ]);
}

#[test]
fn client_7_python_library() {
    let id = "support.1652030727.799";
    check(&[
        (
            "newCall, a list as repeated user",
            FORM,
            format!(
                "event=newCall&from=4930123456&to=4989000111&direction=in&callId={id}&user=Emma+Taylor&user=Christopher+Miller&queue=support"
            ),
            new_call(id, In, "4930123456", "4989000111")
                .users(&["Emma Taylor", "Christopher Miller"])
                .queue("support"),
        ),
        (
            "answer",
            FORM,
            format!(
                "event=answer&from=4930123456&to=4989000111&direction=in&callId={id}&answeringNumber=201&user=Emma+Taylor"
            ),
            answer(id, Some(In))
                .numbers("4930123456", "4989000111")
                .users(&["Emma Taylor"])
                .answering("201"),
        ),
        (
            "hangup",
            FORM,
            format!(
                "event=hangup&from=4930123456&to=4989000111&direction=in&callId={id}&cause=normalClearing&answeringNumber=201"
            ),
            hangup(id, Some(In), Some(Cause::NormalClearing))
                .numbers("4930123456", "4989000111")
                .answering("201"),
        ),
    ]);
}

#[test]
fn client_8_easybell_in_python() {
    let id = "1652030727.799";
    check(&[
        (
            "newCall, caller withheld",
            FORM,
            format!("event=newCall&from=&to=4989000111&direction=in&callId={id}"),
            new_call(id, In, "", "4989000111"),
        ),
        (
            "newCall, outbound",
            FORM,
            format!(
                "event=newCall&from=4989000111&to=4930123456&direction=out&callId={id}&user=201"
            ),
            new_call(id, Out, "4989000111", "4930123456").users(&["201"]),
        ),
        (
            "answer",
            FORM,
            format!(
                "event=answer&from=4930123456&to=4989000111&direction=in&callId={id}&answeringNumber=201"
            ),
            answer(id, Some(In))
                .numbers("4930123456", "4989000111")
                .answering("201"),
        ),
        (
            "hangup",
            FORM,
            format!(
                "event=hangup&from=4930123456&to=4989000111&direction=in&callId={id}&cause=busy"
            ),
            hangup(id, Some(In), Some(Cause::Busy)).numbers("4930123456", "4989000111"),
        ),
    ]);
    let out = understood(
        FORM,
        "event=newCall&from=4989000111&to=4930123456&direction=out&callId=1&user=201",
    );
    assert_eq!(
        out.agents,
        [
            AgentHint::User("201".into()),
            AgentHint::Number("201".into()),
            AgentHint::Number("4989000111".into()),
        ]
    );
}

#[test]
fn client_9_twilio_functions() {
    let sid = "CAxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    check(&[
        (
            "newCall",
            JSON,
            format!(r#"{{"event":"newCall","from":"+12105550100","to":"+12105550199","direction":"in","callId":"{sid}","user":"Phone Bot"}}"#),
            new_call(sid, In, "+12105550100", "+12105550199").users(&["Phone Bot"]),
        ),
        (
            "newCall for an SMS",
            JSON,
            r#"{"event":"newCall","from":"+12105550100","to":"+12105550199","direction":"in","callId":null,"user":"Phone Bot"}"#.into(),
            new_call("", In, "+12105550100", "+12105550199").users(&["Phone Bot"]),
        ),
        (
            "hangup without cause and id",
            JSON,
            r#"{"event":"hangup","from":"+12105550100","to":"+12105550199","direction":"in"}"#.into(),
            hangup("", Some(In), None).numbers("+12105550100", "+12105550199"),
        ),
    ]);
}

/// Client 10 is a patch of Zammad itself: what reaches an endpoint is Twilio's spelling of the id.
#[test]
fn client_10_twilio_spelling() {
    check(&[(
        "newCall",
        FORM,
        "event=newCall&From=%2B12105550100&To=%2B12105550199&Direction=inbound&CallSid=CA1&CallStatus=ringing".into(),
        new_call("CA1", In, "+12105550100", "+12105550199").extra("CallStatus", "ringing"),
    )]);
}

/// "STARFACE" (client 12) is closed; these are the event words it shares with the others.
#[test]
fn clients_that_send_the_least() {
    check(&[
        (
            "answer by mastersip's scheme",
            FORM,
            "event=answer&callId=1&direction=in&user=Emma".into(),
            answer("1", Some(In)).users(&["Emma"]),
        ),
        (
            "hangup by mastersip's scheme",
            FORM,
            "event=hangup&callId=1&direction=in&cause=cancel".into(),
            hangup("1", Some(In), Some(Cause::Cancel)),
        ),
    ]);
}
