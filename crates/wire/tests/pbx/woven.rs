//! Two recorded days of a PBX on one connection, woven together and cut in whatever way, give the
//! calls of both.

use offhook_core::UnixMillis;
use offhook_testkit::captures::{self, Capture};
use offhook_wire::{ami, esl};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

use crate::calls::{compare, compare_internal, gather};
use crate::fuzz::Fuzzed;
use crate::play::drain;

/// Whether the bytes, cut into pieces of these sizes over and over, give the calls that happened.
fn gives_its_calls<S: Fuzzed>(capture: &Capture, sizes: &[usize]) -> Result<(), String> {
    let now = UnixMillis(1_795_000_000_000);
    let (mut session, mut told) = (S::open(), Vec::new());
    session.opened(now);
    let mut rest = &*capture.connections[0].bytes;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(rest.len().min(*size));
        rest = after;
        session.receive(piece, now);
        let _ = session.take_output();
        drain(&mut session, &mut told);
    }
    session.poll(now.plus_seconds(5));
    drain(&mut session, &mut told);
    let calls = gather(told);
    compare(&calls, &capture.expected)?;
    // What the mixed ones say of the inside is not what happened.
    if !capture.expected.scenario.contains("mixed") {
        compare_internal(&calls, &capture.expected)?;
    }
    match session.followed() {
        0 => Ok(()),
        followed => Err(format!("{}: {followed} left", capture.expected.scenario)),
    }
}

/// Message by message in turns, every scenario with one that has nothing to do with it.
fn in_turns<S: Fuzzed>() {
    let captures = captures::single(S::PBX);
    let mut wrong = Vec::new();
    for (place, one) in captures.iter().enumerate() {
        let other = &captures[(place * 7 + 3) % captures.len()];
        let mut other_is_next = false;
        let both = captures::weave(S::PBX, one, other, || {
            other_is_next = !other_is_next;
            !other_is_next
        });
        wrong.extend(gives_its_calls::<S>(&both, &[usize::MAX]).err());
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// Once for every ten of the cases that `PROPTEST_CASES` says, as each takes its time.
fn in_any_way<S: Fuzzed>() {
    let captures = captures::single(S::PBX);
    let mut config = ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    };
    config.cases = config.cases.div_ceil(10);
    let order = prop::collection::vec(any::<bool>(), 1..400);
    let sizes = prop_oneof![1_usize..40, 1_usize..5000];
    let sizes = prop::collection::vec(sizes, 1..60);
    let input = (any::<Index>(), any::<Index>(), order, sizes);
    let result = TestRunner::new(config).run(&input, |(one, other, order, sizes)| {
        let mut order = order.into_iter().cycle();
        // Not one with itself: channels of one name are never there twice.
        let one = one.index(captures.len());
        let other = (one + 1 + other.index(captures.len() - 1)) % captures.len();
        let (one, other) = (&captures[one], &captures[other]);
        let both = captures::weave(S::PBX, one, other, || order.next() == Some(true));
        gives_its_calls::<S>(&both, &sizes).map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn asterisks_in_turns() {
    in_turns::<ami::Session>();
}

#[test]
fn freeswitches_in_turns() {
    in_turns::<esl::Session>();
}

#[test]
fn asterisks_in_any_way() {
    in_any_way::<ami::Session>();
}

#[test]
fn freeswitches_in_any_way() {
    in_any_way::<esl::Session>();
}
