//! Every recorded conversation with an Asterisk gives exactly the calls that truly happened, in
//! whatever pieces the bytes come.

use std::collections::HashMap;

use offhook_core::call::Direction;
use offhook_testkit::captures::{self, Capture, Connection, ExpectedCall};
use offhook_wire::ami::{Login, Session};
use offhook_wire::pbx::{Session as _, Trunks};
use proptest::prelude::*;

use crate::calls::{SeenCall, compare, compare_internal, gather};
use crate::play::{Cut, drain, play};

fn session(trunks: &[&str]) -> Session {
    Session::new(Login::new("cti", "secret"), Trunks::new(trunks))
}

fn calls_of(capture: &Capture, cut: Cut, trunks: &[&str]) -> HashMap<String, SeenCall> {
    let mut session = session(trunks);
    let mut told = Vec::new();
    for connection in &capture.connections {
        let end = play(&mut session, connection, cut, &mut told);
        session.poll(end.plus_seconds(5));
        drain(&mut session, &mut told);
    }
    let last = capture
        .connections
        .last()
        .map_or(&[][..], |last| &last.bytes);
    if last.len() > 200 {
        assert_eq!(session.followed(), 0, "{}", capture.expected.scenario);
    }
    gather(told)
}

/// Panics with everything that is wrong in any capture.
fn all_right(cut: Cut, trunks: &[&str], small_only: bool) {
    let mut wrong = Vec::new();
    for name in captures::names("asterisk") {
        let capture = captures::load("asterisk", &name);
        let size: usize = capture.connections.iter().map(|one| one.bytes.len()).sum();
        if small_only && size > 40_000 {
            continue;
        }
        let calls = calls_of(&capture, cut, trunks);
        wrong.extend(compare(&calls, &capture.expected).err());
        // In the mixed ones, the driver took another ringing call of 107 for the one inside: the
        // PBX says that it was not answered.
        if !name.starts_with("mixed") {
            wrong.extend(compare_internal(&calls, &capture.expected).err());
        }
    }
    assert!(
        wrong.is_empty(),
        "{cut:?}: {}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn as_read() {
    all_right(Cut::Reads, &[], false);
}

#[test]
fn as_read_with_the_trunk_named() {
    all_right(Cut::Reads, &["carrier"], false);
    all_right(Cut::Reads, &["*/carrier-*"], true);
}

#[test]
fn at_once() {
    all_right(Cut::Whole, &[], false);
}

#[test]
fn byte_by_byte() {
    all_right(Cut::Pieces(1), &[], true);
}

#[test]
fn in_pieces() {
    all_right(Cut::Pieces(7), &[], true);
    all_right(Cut::Pieces(1000), &[], false);
}

fn messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    captures::messages("asterisk", bytes)
}

/// The captures as other PBXs would have them: other trunks, contexts and technologies, the latter
/// with names that tell nothing.
#[test]
fn other_names() {
    let changes: [&[(&str, &str)]; 3] = [
        &[
            ("carrier", "GW-Berlin-1"),
            ("IAX2/", "PJSIP/"),
            ("SIP/carrier", "SIP/GW-Berlin-1"),
        ],
        &[
            ("carrier", "gw"),
            ("from-trunk", "sipgate-rein"),
            ("from-internal", "nebenstellen"),
            ("ext-local", "nst"),
            ("outbound", "raus"),
        ],
        &[
            ("from-trunk", "default"),
            ("from-internal", "default"),
            ("179", "asterisk-pbx-179"),
        ],
    ];
    let mut wrong = Vec::new();
    for changes in changes {
        for name in captures::names("asterisk") {
            let mut capture = captures::load("asterisk", &name);
            for connection in &mut capture.connections {
                let mut text = String::from_utf8_lossy(&connection.bytes).into_owned();
                for (from, to) in changes {
                    text = text.replace(from, to);
                }
                connection.bytes = text.into_bytes();
            }
            let calls = calls_of(&capture, Cut::Whole, &[]);
            wrong.extend(compare(&calls, &capture.expected).err());
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// The calls of all captures as an account sees them that gets only events of these classes.
fn by_classes(classes: &[&str], change: impl Fn(&mut ExpectedCall)) {
    let mut wrong = Vec::new();
    for name in captures::names("asterisk") {
        let mut capture = captures::load("asterisk", &name);
        for connection in &mut capture.connections {
            let seen = |message: &Vec<u8>| {
                let message = String::from_utf8_lossy(message);
                let class = message.split_once("\nPrivilege: ");
                class.is_none_or(|(_, class)| classes.iter().any(|one| class.starts_with(one)))
            };
            let seen: Vec<Vec<u8>> = messages(&connection.bytes)
                .into_iter()
                .filter(seen)
                .collect();
            connection.bytes = seen.concat();
        }
        capture.expected.calls.iter_mut().for_each(&change);
        let calls = calls_of(&capture, Cut::Whole, &[]);
        wrong.extend(compare(&calls, &capture.expected).err());
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// Without the dialplan's events, the Cdr says who took a message (facts/pbx-events.md, "Answer").
#[test]
fn without_the_dialplan() {
    by_classes(&["call,", "agent,", "cdr,"], |_| {});
}

/// An account with nothing but the read class `call` sees no queues and no mailboxes; all else is
/// the same (facts/pbx-and-clients.md D: the mapper must work without agent events).
#[test]
fn by_the_class_call_alone() {
    by_classes(&["call,"], |call| {
        call.queue = None;
        if call.answered_by.as_deref() == Some("voicemail") {
            call.answered_by = None;
            call.events.retain(|event| event != "answer");
            "cancel".clone_into(&mut call.cause);
        }
    });
}

/// We connect in the middle of things and the PBX does not say what runs: what is told keeps its
/// order, and nothing stays.
#[test]
fn from_the_middle() {
    for name in captures::names("asterisk") {
        let capture = captures::load("asterisk", &name);
        let Some(connection) = capture.connections.first() else {
            continue;
        };
        let all = messages(&connection.bytes);
        if connection.bytes.len() > 100_000 || capture.connections.len() > 1 {
            continue;
        }
        for start in (1..all.len()).step_by(5) {
            let bytes = [&all[..1], &all[start..]].concat().concat();
            let connection = Connection {
                reads: vec![(0, bytes.len(), 0)],
                bytes,
            };
            let mut session = session(&[]);
            let mut told = Vec::new();
            let end = play(&mut session, &connection, Cut::Whole, &mut told);
            session.poll(end.plus_seconds(5));
            drain(&mut session, &mut told);
            let outside = |call: &&SeenCall| {
                (call.new_call.as_ref()).is_some_and(|new| new.direction != Direction::Internal)
            };
            let calls = gather(told);
            assert!(
                calls.values().filter(outside).count() <= capture.expected.calls.len(),
                "{name} from {start}: {calls:?}"
            );
            assert_eq!(session.followed(), 0, "{name} from {start}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn in_pieces_of_any_size(size in 2_usize..5000) {
        for name in ["in_queue_local_member", "in_park_retrieve_other", "click2dial_answered"] {
            let capture = captures::load("asterisk", name);
            let calls = calls_of(&capture, Cut::Pieces(size), &[]);
            prop_assert_eq!(compare(&calls, &capture.expected), Ok(()));
        }
    }
}
