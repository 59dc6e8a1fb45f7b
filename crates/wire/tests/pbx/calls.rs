//! What a session told, as calls, and whether these are the calls that truly happened.

use std::collections::{BTreeMap, HashMap, HashSet};

use offhook_core::call::{Cause, Direction, LegOutcome};
use offhook_wire::pbx::{Leg, NewCall, PbxEvent, Said, Told, VOICEMAIL};

use offhook_testkit::captures::{Expected, ExpectedCall};

/// A call as told.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenCall {
    pub(crate) new_call: Option<NewCall>,
    pub(crate) queue: Option<String>,
    /// Everybody who answered, in order.
    pub(crate) answers: Vec<String>,
    pub(crate) transferred_to: Vec<String>,
    pub(crate) legs: BTreeMap<String, (Leg, Option<LegOutcome>)>,
    pub(crate) cause: Option<Cause>,
    /// It was open before a connection broke and no longer when the next one was there.
    pub(crate) lost: bool,
    /// `newCall`, `answer` (the first), `hangup`.
    pub(crate) events: Vec<&'static str>,
}

impl SeenCall {
    fn missed(&self) -> bool {
        let inbound = (self.new_call.as_ref()).is_some_and(|new| new.direction == Direction::In);
        let person = self.answers.iter().any(|by| by != VOICEMAIL);
        inbound && !person && self.cause != Some(Cause::Forwarded)
    }
}

/// The calls of what was told, by the PBX's ids. Panics where the order of [`Said`] is not kept.
pub(crate) fn gather(told: impl IntoIterator<Item = Told>) -> HashMap<String, SeenCall> {
    let mut calls: HashMap<String, SeenCall> = HashMap::new();
    for told in told {
        match told {
            Told::Event(event) => take(&mut calls, event),
            Told::StillOpen(open) => {
                let open: HashSet<String> = open.into_iter().collect();
                for (id, call) in &mut calls {
                    call.lost |= call.cause.is_none() && !open.contains(id);
                }
            }
            _ => {}
        }
    }
    calls
}

fn take(calls: &mut HashMap<String, SeenCall>, event: PbxEvent) {
    let PbxEvent { call: id, said } = event;
    let call = calls.entry(id.clone()).or_default();
    assert!(call.cause.is_none(), "{id}: {said:?} after its hangup");
    assert!(!call.lost, "{id}: {said:?} after it was lost");
    assert!(
        call.new_call.is_some() || matches!(said, Said::NewCall(_)),
        "{id}: {said:?} before its new call"
    );
    let end = |call: &mut SeenCall, leg: &str, outcome| {
        let known = (call.legs.get_mut(leg)).unwrap_or_else(|| panic!("{id}: no leg {leg}"));
        assert!(known.1.is_none(), "{id}: {leg} ended twice");
        known.1 = Some(outcome);
    };
    match said {
        Said::NewCall(new_call) => {
            if let Some(before) = &call.new_call {
                assert_eq!(before.direction, Direction::Internal, "{id}: two new calls");
                assert_ne!(new_call.direction, Direction::Internal, "{id}");
            } else {
                call.events.push("newCall");
            }
            call.new_call = Some(new_call);
        }
        Said::Queued { queue } => {
            call.queue.get_or_insert(queue);
        }
        Said::LegRang(leg) => {
            assert!(!leg.number.is_empty(), "{id}: {leg:?}");
            let twice = call.legs.insert(leg.id.clone(), (leg, None));
            assert!(twice.is_none(), "{id}: {twice:?} rang twice");
        }
        Said::LegAnswered { leg } => {
            let known = call.legs.get(&leg);
            assert!(known.is_some_and(|leg| leg.1.is_none()), "{id}: {leg}");
        }
        Said::LegEnded { leg, outcome } => end(call, &leg, outcome),
        Said::Answer { by, leg } => {
            assert!(
                call.answers.iter().all(|by| by == VOICEMAIL),
                "{id}: answered by {:?}, then by {by}",
                call.answers
            );
            if call.answers.is_empty() {
                call.events.push("answer");
            }
            if let Some(leg) = leg {
                assert!(call.legs.contains_key(&leg), "{id}: no leg {leg}");
            }
            call.answers.push(by);
        }
        Said::Transferred { to, .. } => call.transferred_to.push(to),
        Said::Joined { .. } => {}
        Said::Hangup { cause, .. } => {
            call.events.push("hangup");
            call.cause = Some(cause);
            for (leg, (_, outcome)) in &call.legs {
                assert!(outcome.is_some(), "{id}: {leg} has no outcome");
            }
        }
    }
}

/// Whether the calls with the outside are exactly those that truly happened; else, what differs.
pub(crate) fn compare(
    calls: &HashMap<String, SeenCall>,
    expected: &Expected,
) -> Result<(), String> {
    let outside = |call: &SeenCall| {
        (call.new_call.as_ref()).is_some_and(|new| new.direction != Direction::Internal)
    };
    let mut left: BTreeMap<&String, &SeenCall> =
        calls.iter().filter(|(_, call)| outside(call)).collect();
    let mut wrong = Vec::new();
    for truth in expected.calls.iter().filter(|truth| truth.seen) {
        let found = left
            .iter()
            .find(|(_, call)| differences(call, truth).is_empty());
        if let Some((id, _)) = found {
            let id = *id;
            left.remove(id);
            continue;
        }
        let nearest = left.iter().map(|(id, call)| (differences(call, truth), id));
        match nearest.min_by_key(|(differences, _)| differences.len()) {
            Some((differences, id)) => wrong.push(format!(
                "{} {} -> {}: nearest is {id}: {}",
                truth.direction,
                truth.from,
                truth.to,
                differences.join(", ")
            )),
            None => wrong.push(format!("not seen: {truth:?}")),
        }
    }
    for truth in &expected.optional_calls {
        let found = left
            .iter()
            .find(|(_, call)| differences(call, truth).is_empty());
        if let Some((id, _)) = found {
            let id = *id;
            left.remove(id);
        }
    }
    if wrong.is_empty() {
        wrong.extend(
            left.iter()
                .map(|(id, call)| format!("too many: {id} {call:?}")),
        );
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{}:\n  {}", expected.scenario, wrong.join("\n  ")))
}

fn differences(call: &SeenCall, truth: &ExpectedCall) -> Vec<String> {
    let new_call = call.new_call.as_ref().unwrap();
    let mut wrong = Vec::new();
    let mut same = |what: &str, seen: Option<&str>, right: Option<&str>, others: &[String]| {
        if seen != right && !others.iter().any(|other| Some(other.as_str()) == seen) {
            wrong.push(format!("{what} is {seen:?}, not {right:?}"));
        }
    };
    let from = Some(new_call.from.as_str()).filter(|from| !from.is_empty());
    let from = from.or(Some("anonymous"));
    let direction = new_call.direction.as_str();
    same("direction", Some(direction), Some(&truth.direction), &[]);
    same("from", from, Some(&truth.from), &truth.from_alternatives);
    same(
        "to",
        Some(&new_call.to),
        Some(&truth.to),
        &truth.to_alternatives,
    );
    if truth.from_name.is_some() {
        let name = new_call.from_name.as_deref();
        same("from_name", name, truth.from_name.as_deref(), &[]);
    }
    if let (Some(shown), Some(right)) = (&new_call.shown, &truth.from_cli) {
        same("shown", Some(shown), Some(right), &[]);
    }
    same("queue", call.queue.as_deref(), truth.queue.as_deref(), &[]);
    let answer = call.answers.first().map(String::as_str);
    same("answered_by", answer, truth.answered_by.as_deref(), &[]);
    let (seen, right) = (
        call.transferred_to.join(" "),
        truth.transferred_to.join(" "),
    );
    same("transferred_to", Some(&seen), Some(&right), &[]);
    if truth.ended_in_gap {
        same(
            "lost",
            Some(if call.lost { "yes" } else { "no" }),
            Some("yes"),
            &[],
        );
        return wrong;
    }
    let cause = call.cause.map(Cause::as_str);
    same(
        "cause",
        cause,
        Some(&truth.cause),
        &truth.cause_alternatives,
    );
    same(
        "events",
        Some(&call.events.join(" ")),
        Some(&truth.events.join(" ")),
        &[],
    );
    let missed = |missed: bool| if missed { "missed" } else { "not missed" };
    same(
        "it",
        Some(missed(call.missed())),
        Some(missed(truth.missed)),
        &[],
    );
    wrong
}

/// Whether the calls between extensions are exactly those that truly happened; else, what differs.
pub(crate) fn compare_internal(
    calls: &HashMap<String, SeenCall>,
    expected: &Expected,
) -> Result<(), String> {
    let text = |from: &str, to: &str, by: Option<&str>, cause: &str| {
        format!("{from} -> {to}, answered by {by:?}, {cause}")
    };
    let seen = calls.values().filter_map(|call| {
        let new = (call.new_call.as_ref()).filter(|new| new.direction == Direction::Internal)?;
        let by = call.answers.first().map(String::as_str);
        Some(text(
            &new.from,
            &new.to,
            by,
            call.cause.map_or("", Cause::as_str),
        ))
    });
    let mut seen: Vec<String> = seen.collect();
    let truth = (expected.internal.iter()).map(|call| {
        text(
            &call.from,
            &call.to,
            call.answered_by.as_deref(),
            &call.cause,
        )
    });
    let mut truth: Vec<String> = truth.collect();
    seen.sort();
    truth.sort();
    if seen == truth {
        Ok(())
    } else {
        Err(format!(
            "{}: inside {seen:?}, not {truth:?}",
            expected.scenario
        ))
    }
}
