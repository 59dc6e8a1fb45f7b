//! Placetel's requests (facts/zammad-cti.md 2.4, facts/pbx-and-clients.md C.3).

use offhook_core::call::{Cause, Direction::In, Direction::Out};
use offhook_core::number::Country;
use offhook_wire::AgentHint::{Device, Number};
use offhook_wire::{Refusal, Understood, placetel};

use crate::expect::{FORM, NOW, answer, hangup, new_call, request};

const ID: &str = "4a4cbb39578170aed9a2761a7bec8c7e704a541f52291ef603d6f5f152980c3c";

fn read(body: &str) -> Result<Understood, Refusal> {
    placetel::read(&request(FORM, body), Country::default(), NOW)
}

#[test]
fn events() {
    for (body, expected) in [
        (
            format!(
                "event=IncomingCall&from=022129191999&to=02211234567&call_id={ID}&direction=in"
            ),
            new_call(ID, In, "022129191999", "02211234567"),
        ),
        (
            format!("event=IncomingCall&from=anonymous&to=02211234567&call_id={ID}"),
            new_call(ID, In, "anonymous", "02211234567"),
        ),
        (
            format!(
                "event=OutgoingCall&from=02211234567&to=23&call_id={ID}&peer=7777abcdefg%40fpbx.de"
            ),
            new_call(ID, Out, "02211234567", "23").extra("peer", "7777abcdefg@fpbx.de"),
        ),
        (
            format!(
                "event=CallAccepted&from=022129191999&to=02211234567&call_id={ID}&peer=7777abcdefg@fpbx.de"
            ),
            answer(ID, None)
                .numbers("022129191999", "02211234567")
                .answering("7777abcdefg@fpbx.de")
                .extra("peer", "7777abcdefg@fpbx.de"),
        ),
        (
            format!(
                "event=HungUp&from=022129191999&to=02211234567&call_id={ID}&type=accepted&duration=42&direction=in"
            ),
            hangup(ID, Some(In), Some(Cause::NormalClearing))
                .numbers("022129191999", "02211234567")
                .text("accepted")
                .extra("type", "accepted")
                .extra("duration", "42"),
        ),
        // Zammad's words work as well, and any case.
        (
            format!("event=newCall&direction=out&from=1&to=2&call_id={ID}"),
            new_call(ID, Out, "1", "2"),
        ),
        (format!("event=hungup&call_id={ID}"), hangup(ID, None, None)),
    ] {
        let got = read(&body).unwrap();
        assert_eq!(*got.body, expected.0, "{body}");
        assert_eq!(got.ignored, [""; 0]);
    }
}

#[test]
fn ends() {
    for (kind, cause, text) in [
        ("missed", Some(Cause::Cancel), Some("missed")),
        ("accepted", Some(Cause::NormalClearing), Some("accepted")),
        ("Accepted", Some(Cause::NormalClearing), Some("Accepted")),
        ("voicemail", Some(Cause::Voicemail), None),
        ("blocked", Some(Cause::Blocked), None),
        ("busy", Some(Cause::Busy), None),
        ("canceled", Some(Cause::Cancel), Some("canceled")),
        ("unavailable", Some(Cause::NotFound), Some("unavailable")),
        ("congestion", Some(Cause::Congestion), None),
        ("abducted", None, Some("abducted")),
        ("", None, None),
    ] {
        let got = read(&format!(
            "event=HungUp&call_id={ID}&type={kind}&direction=in"
        ))
        .unwrap()
        .body;
        assert_eq!(
            (got.cause, got.cause_text.as_deref()),
            (cause, text),
            "{kind}"
        );
    }
    let got = read(&format!(
        "event=HungUp&call_id={ID}&type=abducted&cause=busy"
    ))
    .unwrap()
    .body;
    assert_eq!(
        (got.cause, got.cause_text.as_deref()),
        (Some(Cause::Busy), None)
    );
    let got = read(&format!("event=HungUp&call_id={ID}&cause=noAnswer"))
        .unwrap()
        .body;
    assert_eq!(got.cause, Some(Cause::NoAnswer));
}

#[test]
fn devices() {
    let agents = |body: &str| read(body).unwrap().agents;
    let device = "7777abcdefg@fpbx.de";
    assert_eq!(
        agents(&format!("event=CallAccepted&call_id={ID}&peer={device}")),
        [Device(device.into()), Number(device.into())]
    );
    assert_eq!(
        agents(&format!(
            "event=OutgoingCall&from=0221&to=23&call_id={ID}&peer={device}"
        )),
        [Device(device.into()), Number("0221".into())]
    );
    assert_eq!(
        agents(&format!(
            "event=OutgoingCall&from={device}&to=23&call_id={ID}"
        )),
        [Device(device.into()), Number(device.into())]
    );
    assert_eq!(
        agents(&format!(
            "event=HungUp&call_id={ID}&peer={device}&direction=in"
        )),
        []
    );
}

#[test]
fn refusals() {
    assert_eq!(
        read("event=Dance&call_id=1&direction=in").unwrap_err(),
        Refusal::Event("Dance".into())
    );
    assert_eq!(
        read("event=newCall&call_id=1").unwrap_err(),
        Refusal::Direction
    );
    assert_eq!(
        read("event=HungUp&call_id=1&direction=up").unwrap_err(),
        Refusal::Direction
    );
    let xml = String::from_utf8(placetel::refuse(&Refusal::Event("Dance".into()))).unwrap();
    assert!(
        xml.contains("IncomingCall, OutgoingCall, CallAccepted, HungUp"),
        "{xml}"
    );
}
