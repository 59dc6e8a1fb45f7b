//! Zammad's documented samples and the bodies of its own tests (facts/zammad-cti.md 1.2,
//! facts/pbx-and-clients.md C.1).

use offhook_core::call::{Cause, Direction::In, Direction::Out};

use crate::expect::{FORM, JSON, answer, event, hangup, new_call, understood};
use offhook_wire::AgentHint;

const ID: &str = "307fa962-de8d-4ffc-817b-7f6993204159";

#[test]
fn inbound_as_json() {
    let body = format!(
        r#"{{"event": "newCall", "from": "493023125741", "to": "492214710334", "direction": "in", "callId": "{ID}", "user": ["Christopher Miller", "Emma Taylor"]}}"#
    );
    let expected = new_call(ID, In, "493023125741", "492214710334");
    assert_eq!(
        event(JSON, &body),
        expected.users(&["Christopher Miller", "Emma Taylor"]).0
    );
}

#[test]
fn inbound_as_curl_form() {
    let part = |name: &str, value: &str| {
        format!(
            "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        )
    };
    let body = [
        part("event", "newCall"),
        part("from", "493023125741"),
        part("to", "492214710334"),
        part("direction", "in"),
        part("callId", ID),
        part("user[]", "Christopher Miller"),
        part("user[]", "Emma Taylor"),
        "--------------------------d74496d66958873e--\r\n".to_owned(),
    ]
    .concat();
    let label = "multipart/form-data; boundary=------------------------d74496d66958873e";
    let got = understood(Some(label), &body);
    let expected = new_call(ID, In, "493023125741", "492214710334");
    assert_eq!(
        *got.body,
        expected.users(&["Christopher Miller", "Emma Taylor"]).0
    );
    assert_eq!(got.warnings, [""; 0]);
}

/// The docs say `caller` in answers, and a login as `answeringNumber`.
#[test]
fn answer_of_the_docs() {
    let body = format!(
        r#"{{"event": "answer", "from": "493023125741", "to": "492214710334", "direction": "in", "callId": "{ID}", "caller": "Emma Taylor", "answeringNumber": "emma@chrispresso.com"}}"#
    );
    let got = understood(JSON, &body);
    let expected = answer(ID, Some(In))
        .numbers("493023125741", "492214710334")
        .users(&["Emma Taylor"])
        .answering("emma@chrispresso.com");
    assert_eq!(*got.body, expected.0);
    assert_eq!(
        got.agents,
        [
            AgentHint::Number("emma@chrispresso.com".into()),
            AgentHint::User("Emma Taylor".into()),
        ]
    );
}

#[test]
fn hangup_of_the_docs() {
    for (word, cause) in [
        ("normalClearing", Cause::NormalClearing),
        ("busy", Cause::Busy),
        ("cancel", Cause::Cancel),
        ("noAnswer", Cause::NoAnswer),
        ("congestion", Cause::Congestion),
        ("notFound", Cause::NotFound),
        ("forwarded", Cause::Forwarded),
    ] {
        let body = format!(
            r#"{{"event": "hangup", "from": "493023125741", "to": "492214710334", "direction": "in", "callId": "{ID}", "cause": "{word}", "answeringNumber": "4921199999999"}}"#
        );
        let expected = hangup(ID, Some(In), Some(cause))
            .numbers("493023125741", "492214710334")
            .answering("4921199999999");
        assert_eq!(event(JSON, &body), expected.0);
    }
}

#[test]
fn outbound_with_queue() {
    let body = format!(
        "event=newCall&from=492214710334&to=493055571600&direction=out&callId={ID}&user[]=Emma+Taylor&queue=sales"
    );
    let got = understood(FORM, &body);
    let expected = new_call(ID, Out, "492214710334", "493055571600")
        .users(&["Emma Taylor"])
        .queue("sales");
    assert_eq!(*got.body, expected.0);
    assert_eq!(
        got.agents,
        [
            AgentHint::User("Emma Taylor".into()),
            AgentHint::Number("492214710334".into())
        ]
    );
}

#[test]
fn bodies_of_zammads_own_tests() {
    let got = event(
        FORM,
        "event=newCall&direction=in&from=4912347114711&to=4930600000000&call_id=1234567890-1&user[]=user+1&user[]=user+2",
    );
    assert_eq!(
        got,
        new_call("1234567890-1", In, "4912347114711", "4930600000000")
            .users(&["user 1", "user 2"])
            .0
    );
    let got = event(
        FORM,
        "event=answer&direction=in&from=4912347114711&to=4930600000000&call_id=1234567890-1&user=voicemail",
    );
    let expected = answer("1234567890-1", Some(In)).numbers("4912347114711", "4930600000000");
    assert_eq!(got, expected.users(&["voicemail"]).0);
    let got = event(
        FORM,
        "event=newCall&direction=in&from=anonymous&to=4930600000000&call_id=9&user=user+1%2Cuser+2",
    );
    assert_eq!(
        got,
        new_call("9", In, "anonymous", "4930600000000")
            .users(&["user 1,user 2"])
            .0
    );
}
