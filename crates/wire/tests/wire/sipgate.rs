//! sipgate.io's requests (facts/zammad-cti.md 2.3, facts/pbx-and-clients.md C.2).

use offhook_core::call::{Cause, Direction, Direction::In, Direction::Out};
use offhook_core::number::Country;
use offhook_wire::AgentHint::{Number, Remote, User};
use offhook_wire::{Refusal, Understood, sipgate};

use crate::expect::{FORM, JSON, NOW, answer, hangup, new_call, request};

fn read(
    path: Option<Direction>,
    content_type: Option<&str>,
    body: &str,
) -> Result<Option<Understood>, Refusal> {
    sipgate::read(&request(content_type, body), path, Country::default(), NOW)
}

fn understood(path: Direction, body: &str) -> Understood {
    read(Some(path), FORM, body).unwrap().unwrap()
}

#[test]
fn a_genuine_new_call() {
    let id = "54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057";
    let body = format!(
        "event=newCall&direction=in&from=491776249000&to=4928559389086&callId={id}&origCallId={id}&user%5B%5D=&xcid=8419b3450b75cd19"
    );
    let got = understood(In, &body);
    let expected = new_call(id, In, "491776249000", "4928559389086")
        .extra("origCallId", id)
        .extra("xcid", "8419b3450b75cd19");
    assert_eq!(*got.body, expected.0);
    assert_eq!(got.ignored, [""; 0]);
    assert_eq!(got.warnings, [""; 0]);
}

#[test]
fn what_goes_on_as_a_new_call_names_the_one_before() {
    for (event, said) in [
        ("newCall", "callId=f2&origCallId=f1"),
        ("answer", "callId=f2&orig_call_id=f1"),
        ("newCall", "origCallId=f1"),
    ] {
        let body = format!("event={event}&direction=in&from=1&to=2&{said}");
        let joined = understood(In, &body).body.joined.clone();
        assert_eq!(joined.as_deref(), Some("f1"), "{body}");
    }
    for said in [
        "callId=f1&origCallId=f1",
        "callId=f1&origCallId=",
        "callId=f1",
    ] {
        let body = format!("event=newCall&direction=in&from=1&to=2&{said}");
        assert_eq!(understood(In, &body).body.joined, None, "{body}");
    }
}

#[test]
fn a_group_rings() {
    let got = understood(
        In,
        "event=newCall&direction=in&from=anonymous&to=492111234567&callId=123&user[]=Alice&user[]=Bob\
         &userId[]=w0&userId[]=w2&fullUserId[]=1234567w0&fullUserId[]=1234567w2&diversion=492119999999",
    );
    let expected = new_call("123", In, "anonymous", "492111234567")
        .users(&["Alice", "Bob"])
        .extra("userId[]", "w0")
        .extra("userId[]", "w2")
        .extra("fullUserId[]", "1234567w0")
        .extra("fullUserId[]", "1234567w2")
        .extra("diversion", "492119999999");
    assert_eq!(*got.body, expected.0);
    assert_eq!(
        got.agents,
        [
            Remote("w0".into()),
            Remote("w2".into()),
            User("Alice".into()),
            User("Bob".into())
        ]
    );
    assert_eq!(got.ignored, [""; 0]);
}

#[test]
fn answer_and_hangup() {
    let got = understood(
        In,
        "event=answer&callId=123&user=Alice&userId=w0&fullUserId=1234567w0&from=491&to=492&direction=in&answeringNumber=492111234567",
    );
    let expected = answer("123", Some(In))
        .numbers("491", "492")
        .users(&["Alice"])
        .answering("492111234567")
        .extra("userId", "w0")
        .extra("fullUserId", "1234567w0");
    assert_eq!(*got.body, expected.0);
    assert_eq!(
        got.agents,
        [
            Remote("w0".into()),
            Number("492111234567".into()),
            User("Alice".into())
        ]
    );
    let got = understood(
        In,
        "event=answer&callId=123&user=voicemail&userId=w0&from=491&to=492&direction=in&answeringNumber=492",
    );
    assert_eq!(got.body.users, ["voicemail"]);
    assert_eq!(got.agents, []);
    let got = understood(
        Out,
        "event=hangup&cause=noAnswer&callId=123&from=491&to=492&direction=out&answeringNumber=492",
    );
    let expected = hangup("123", Some(Out), Some(Cause::NoAnswer))
        .numbers("491", "492")
        .answering("492");
    assert_eq!(*got.body, expected.0);
}

#[test]
fn dtmf_is_nothing_to_record() {
    for body in [
        "event=dtmf&dtmf=1&callId=123",
        "event=DTMF&dtmf=&callId=123",
        "event=dtmf",
    ] {
        assert_eq!(read(None, FORM, body), Ok(None));
    }
}

#[test]
fn the_direction_of_the_path_fills_in() {
    let direction =
        |path, body: &str| read(path, FORM, body).map(|got| got.unwrap().body.direction);
    assert_eq!(direction(Some(In), "event=hangup&callId=1"), Ok(Some(In)));
    assert_eq!(
        direction(Some(Out), "event=newCall&callId=1&direction="),
        Ok(Some(Out))
    );
    assert_eq!(
        direction(Some(In), "event=answer&callId=1&direction=out"),
        Ok(Some(Out))
    );
    assert_eq!(direction(None, "event=answer&callId=1"), Ok(None));
    assert_eq!(
        direction(None, "event=newCall&callId=1"),
        Err(Refusal::Direction)
    );
    assert_eq!(
        direction(Some(In), "event=answer&callId=1&direction=up"),
        Err(Refusal::Direction)
    );
    assert_eq!(
        direction(Some(In), "event=ring&callId=1"),
        Err(Refusal::Event("ring".into()))
    );
}

/// Client 11 of facts/pbx-and-clients.md C.4: JSON, with the name inside `from`.
#[test]
fn json_on_the_sipgate_path() {
    let body = r#"{"event":"newCall","direction":"in","from":"Anna Lopez 4930123456","to":"4989000111","callId":"1652030727.7"}"#;
    let got = read(Some(In), JSON, body).unwrap().unwrap();
    let expected = new_call("1652030727.7", In, "Anna Lopez 4930123456", "4989000111");
    assert_eq!(*got.body, expected.0);
}
