use std::collections::BTreeMap;

use offhook_core::UnixMillis;
use offhook_core::call::{Call, Cause, Direction, State};
use offhook_core::identify::{Level, Match, label};
use offhook_core::number::{NumberKey, pretty};
use offhook_engine::directory::NamedCall;
use serde_json::{Map, Value, json};

use crate::api::rfc3339;

/// A call as a row of Zammad's log (facts/zammad-cti.md 8.1). Contacts stand where Zammad has
/// users; those met are added to `people`.
pub(super) fn row(named: &NamedCall, people: &mut BTreeMap<String, Value>) -> Value {
    let NamedCall { call, from, to } = named;
    let folded = &call.folded;
    let from_pretty = pretty(&folded.from.number, folded.from.key);
    let to_pretty = pretty(&folded.to.number, folded.to.key);
    let mut preferences = Map::new();
    let (side, matches, key) = match folded.direction {
        Direction::In => ("from", from, folded.from.key),
        Direction::Out | Direction::Internal => ("to", to, folded.to.key),
    };
    if !matches.is_empty() {
        let entries = matches.iter().map(|found| entry(found, key)).collect();
        preferences.insert(side.to_owned(), Value::Array(entries));
        people.extend(matches.iter().map(person));
    }
    preferences.insert("from_pretty".to_owned(), from_pretty.clone().into());
    preferences.insert("to_pretty".to_owned(), to_pretty.clone().into());
    let (from_comment, to_comment) = comments(call, matches);
    json!({
        "id": call.id.0,
        "direction": folded.direction.as_str(),
        "state": state(folded.state),
        "from": folded.from.number,
        "from_comment": from_comment,
        "to": folded.to.number,
        "to_comment": to_comment,
        "queue": folded.queue,
        "call_id": call.call_id,
        "comment": folded.cause.map(Cause::as_str).or(folded.cause_text.as_deref()),
        "initialized_at": rfc3339(folded.started_at),
        "start_at": folded.answered_at.map(rfc3339),
        "end_at": folded.ended_at.map(rfc3339),
        "duration_waiting_time": folded.waiting_seconds(),
        "duration_talking_time": folded.talking_seconds(),
        "done": call.done(),
        "preferences": preferences,
        "created_at": rfc3339(folded.started_at),
        "updated_at": rfc3339(updated_at(call)),
        "from_pretty": from_pretty,
        "to_pretty": to_pretty,
    })
}

/// Names on both sides; a mailbox that answered stands where our people do.
fn comments(call: &Call, matches: &[Match]) -> (Option<String>, Option<String>) {
    let folded = &call.folded;
    let outside = label(matches).or_else(|| folded.other_side().name.clone());
    match folded.direction {
        Direction::In => (outside, folded.our_name.clone()),
        Direction::Out | Direction::Internal => (folded.our_name.clone(), outside),
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Ringing => "newCall",
        State::Answered => "answer",
        State::Ended => "hangup",
    }
}

fn updated_at(call: &Call) -> UnixMillis {
    let folded = &call.folded;
    let events = folded
        .ended_at
        .or(folded.answered_at)
        .unwrap_or(folded.started_at);
    call.done_by_hand.map_or(events, |hand| hand.at.max(events))
}

fn entry(found: &Match, key: Option<NumberKey>) -> Value {
    json!({
        "id": found.contact_id.0,
        "caller_id": key.map(NumberKey::digits),
        "comment": null,
        "level": match found.level { Level::Known => "known", Level::Maybe => "maybe" },
        "object": match found.level { Level::Known => "User", Level::Maybe => "Ticket" },
        "o_id": found.contact_id.0,
        "user_id": found.contact_id.0,
        "preferences": null,
    })
}

/// A contact as a user: all of its name but the last word is the first name.
fn person(found: &Match) -> (String, Value) {
    let (first, last) = found.name.rsplit_once(' ').unwrap_or(("", &found.name));
    let id = found.contact_id.0;
    let person = json!({
        "id": id,
        "firstname": first,
        "lastname": last,
        "organization": found.organization,
        "active": true,
    });
    (id.to_string(), person)
}
