//! Every recorded conversation with a FreeSWITCH gives exactly the calls that truly happened, in
//! whatever pieces the bytes come.

use std::collections::{HashMap, HashSet};

use offhook_core::UnixMillis;
use offhook_testkit::captures::{self, Capture};
use offhook_wire::esl::{Login, Session};
use offhook_wire::pbx::{Session as _, Told, Trunks};
use proptest::prelude::*;

use crate::calls::{SeenCall, compare, compare_internal, gather};
use crate::play::{Cut, drain, play};

fn session(trunks: &[&str]) -> Session {
    let secret = "ClueCon".to_owned();
    Session::new(Login { secret }, Trunks::new(trunks))
}

fn calls_of(capture: &Capture, cut: Cut, trunks: &[&str]) -> HashMap<String, SeenCall> {
    let mut session = session(trunks);
    let mut told = Vec::new();
    for connection in &capture.connections {
        play(&mut session, connection, cut, &mut told);
    }
    assert_eq!(session.followed(), 0, "{}", capture.expected.scenario);
    gather(told)
}

/// Panics with everything that is wrong in any capture.
fn all_right(cut: Cut, trunks: &[&str], small_only: bool) {
    let mut wrong = Vec::new();
    for name in captures::names("freeswitch") {
        let capture = captures::load("freeswitch", &name);
        let size: usize = capture.connections.iter().map(|one| one.bytes.len()).sum();
        if small_only && size > 150_000 {
            continue;
        }
        let calls = calls_of(&capture, cut, trunks);
        wrong.extend(compare(&calls, &capture.expected).err());
        // In the mixed one, the driver took another ringing call of 107 for the one inside: the PBX
        // says that it was not answered.
        if !name.starts_with("mixed") {
            wrong.extend(compare_internal(&calls, &capture.expected).err());
        }
    }
    let count = wrong.len();
    assert!(wrong.is_empty(), "{cut:?}: {count}\n{}", wrong.join("\n"));
}

#[test]
fn as_read() {
    all_right(Cut::Reads, &[], false);
}

#[test]
fn as_read_with_the_trunk_named() {
    all_right(Cut::Reads, &["external"], false);
    all_right(Cut::Reads, &["carrier"], false);
    all_right(Cut::Reads, &["sofia/external/*"], true);
}

#[test]
fn at_once() {
    all_right(Cut::Whole, &[], false);
}

#[test]
fn in_pieces() {
    all_right(Cut::Pieces(1), &[], true);
    all_right(Cut::Pieces(7), &[], true);
    all_right(Cut::Pieces(1000), &[], false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Nothing that comes makes it panic, or grow.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut session = session(&[]);
        session.opened(UnixMillis(0));
        session.receive(&bytes, UnixMillis(1));
        session.poll(UnixMillis(70_000));
        drain(&mut session, &mut Vec::new());
    }
}

/// Events that are well-formed and make no sense: of few channels, in any order.
fn nonsense() -> impl Strategy<Value = (&'static str, &'static str, String)> {
    let id = || prop::sample::select(vec!["a", "b", "c", "d", "e", "f"]);
    let names = vec![
        "CHANNEL_CREATE",
        "CHANNEL_CREATE",
        "CHANNEL_ANSWER",
        "CHANNEL_BRIDGE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_UUID",
        "CUSTOM",
    ];
    let channels = vec![
        "sofia/external/4930@x",
        "sofia/internal/101@x",
        "sofia/internal/102@x",
        "loopback/103-a",
        "loopback/103-b",
    ];
    let words = prop::sample::subsequence(
        vec![
            "Call-Direction: inbound",
            "Caller-Context: public",
            "CC-Action: member-queue-start\nCC-Queue: support@default",
            "CC-Action: bridge-agent-start",
            "variable_current_application: voicemail",
            "Answer-State: ringing",
            "Answer-State: answered",
            "Hangup-Cause: USER_BUSY",
            "Other-Type: originator",
        ],
        0..6,
    );
    (
        prop::sample::select(names),
        (id(), id(), id()),
        prop::sample::select(channels),
        words,
    )
        .prop_map(|(name, (one, two, three), channel, words)| {
            let frame = frame(name, [one, two, three], channel, &words.join("\n"));
            (name, one, frame)
        })
}

/// An event that names these channels wherever one can be named.
fn frame(name: &str, [one, two, three]: [&str; 3], channel: &str, words: &str) -> String {
    let body = format!(
        "Event-Name: {name}\nEvent-Subclass: callcenter::info\nUnique-ID: {one}\n\
         Channel-Name: {channel}\nOther-Leg-Unique-ID: {two}\nChannel-Call-UUID: {three}\n\
         Old-Unique-ID: {three}\nCC-Member-Session-UUID: {two}\n\
         variable_other_loopback_leg_uuid: {three}\n{words}\n\n"
    );
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}")
}

/// Two of us speak, and then one of them with a number outside.
#[test]
fn what_was_answered_among_us_is_not_answered_again_outside() {
    let (outside, here) = ("sofia/external/4930@x", "sofia/internal/101@x");
    let events = [
        ("CHANNEL_CREATE", ["e", "a", "a"], outside),
        ("CHANNEL_CREATE", ["c", "a", "a"], outside),
        ("CHANNEL_CREATE", ["a", "a", "a"], here),
        ("CHANNEL_CREATE", ["b", "a", "a"], here),
        ("CHANNEL_CREATE", ["d", "a", "c"], outside),
        ("CHANNEL_BRIDGE", ["a", "b", "a"], outside),
        ("CHANNEL_HANGUP_COMPLETE", ["c", "a", "a"], outside),
        ("CHANNEL_BRIDGE", ["a", "d", "a"], outside),
    ];
    let mut session = session(&[]);
    session.opened(UnixMillis(0));
    let mut told = Vec::new();
    for (name, ids, channel) in events {
        let frame = frame(name, ids, channel, "");
        session.receive(frame.as_bytes(), UnixMillis(0));
        drain(&mut session, &mut told);
    }
    let calls = gather(told);
    assert_eq!(calls["a"].answers, ["101"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The order of what is told is kept all the same, and once every channel is gone nothing is
    /// followed any more.
    #[test]
    fn nonsense_keeps_the_order(events in prop::collection::vec(nonsense(), 0..40)) {
        let now = UnixMillis(0);
        let mut session = session(&[]);
        session.opened(now);
        let mut told: Vec<Told> = Vec::new();
        // No id is given to two channels.
        let mut given = HashSet::new();
        for (name, id, frame) in &events {
            let gives = matches!(*name, "CHANNEL_CREATE" | "CHANNEL_UUID");
            if gives && !given.insert(*id) {
                continue;
            }
            session.receive(frame.as_bytes(), now);
            drain(&mut session, &mut told);
        }
        for id in ["a", "b", "c", "d", "e", "f"] {
            let body = format!("Event-Name: CHANNEL_HANGUP_COMPLETE\nUnique-ID: {id}\n\n");
            let length = body.len();
            let event = format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}");
            session.receive(event.as_bytes(), now);
            drain(&mut session, &mut told);
        }
        gather(told);
        prop_assert_eq!(session.followed(), 0);
    }
}
