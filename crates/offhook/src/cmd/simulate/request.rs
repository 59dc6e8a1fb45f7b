//! A step in the words of a dialect.

use std::str::FromStr;

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Direction};
use serde_json::Value;

use super::call::{Event, Step, Taker};
use super::office::Agent;

/// Whose words are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Generic,
    Sipgate,
    Placetel,
}

impl Dialect {
    /// The dialect of an endpoint with this path; Zammad's generic one where it says nothing.
    pub(crate) fn of_path(path: &str) -> Self {
        let has = |word| path.split('/').any(|part| part == word);
        if has("sipgate") {
            Self::Sipgate
        } else if has("placetel") {
            Self::Placetel
        } else {
            Self::Generic
        }
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "generic" => Ok(Self::Generic),
            "sipgate" => Ok(Self::Sipgate),
            "placetel" => Ok(Self::Placetel),
            _ => Err("must be generic, sipgate or placetel".to_owned()),
        }
    }
}

/// A value of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    One(String),
    Many(Vec<String>),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::One(text)
    }
}

/// What is posted about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request(pub(crate) Vec<(&'static str, Field)>);

impl Request {
    /// The request of a step; none where the dialect has no word for it. `run` tells the call ids
    /// of this run from those of others: a PBX with the same ids again would be taken for one that
    /// repeats itself. `timestamp` says when it happened, for calls of the past.
    pub(crate) fn new(
        step: &Step,
        dialect: Dialect,
        run: u64,
        timestamp: Option<UnixMillis>,
    ) -> Option<Self> {
        let mut fields = match dialect {
            Dialect::Generic => generic(step, run),
            Dialect::Sipgate => sipgate(step, run),
            Dialect::Placetel => placetel(step, run)?,
        };
        if let Some(at) = timestamp {
            fields.push(("timestamp", at.0.to_string().into()));
        }
        Some(Self(fields))
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Value {
        let fields = self.0.iter().map(|(key, field)| {
            let value = match field {
                Field::One(text) => Value::from(text.as_str()),
                Field::Many(texts) => Value::from(texts.clone()),
            };
            ((*key).to_owned(), value)
        });
        Value::Object(fields.collect())
    }

    /// As the body of a form.
    pub(crate) fn form_body(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.form())
            .finish()
    }

    /// As the pairs of a form: lists as `key[]`.
    fn form(&self) -> Vec<(String, &str)> {
        let mut pairs = Vec::new();
        for (key, field) in &self.0 {
            match field {
                Field::One(text) => pairs.push(((*key).to_owned(), text.as_str())),
                Field::Many(texts) => {
                    pairs.extend(texts.iter().map(|text| (format!("{key}[]"), text.as_str())));
                }
            }
        }
        pairs
    }
}

/// Zammad's generic CTI, as bridges send it (facts/zammad-cti.md 1.2).
fn generic(step: &Step, run: u64) -> Vec<(&'static str, Field)> {
    let mut fields = zammad_words(step, uuid(run, step.call.number));
    match &step.event {
        Event::NewCall => {
            fields.push(("user", names(&step.call.agents)));
            if let Some(queue) = step.call.queue {
                fields.push(("queue", queue.into()));
            }
        }
        Event::Answer(Taker::Agent(agent)) => {
            fields.push(("user", agent.name.into()));
            fields.push(("answeringNumber", agent.extension.into()));
        }
        Event::Answer(Taker::Mailbox) => fields.push(("user", "voicemail".into())),
        Event::Answer(Taker::Outside) => {}
        Event::Hangup { cause, taken, .. } => {
            fields.push(("cause", cause.as_str().into()));
            if let Some(Taker::Agent(agent)) = taken {
                fields.push(("answeringNumber", agent.extension.into()));
            }
        }
    }
    fields
}

/// sipgate.io's push API (facts/pbx-and-clients.md C.2).
fn sipgate(step: &Step, run: u64) -> Vec<(&'static str, Field)> {
    let call = &step.call;
    let id = sipgate_id(run, call.number);
    let mut fields = zammad_words(step, id.clone());
    fields.push(("origCallId", id.clone().into()));
    fields.push(("xcid", id.into()));
    let full = |agent: &Agent| format!("1234567{}", agent.remote);
    match &step.event {
        Event::NewCall => {
            let remotes = call.agents.iter().map(|agent| agent.remote.to_owned());
            fields.push(("user", names(&call.agents)));
            fields.push(("userId", Field::Many(remotes.collect())));
            let all = call.agents.iter().map(|agent| full(agent)).collect();
            fields.push(("fullUserId", Field::Many(all)));
        }
        Event::Answer(taker) => {
            match taker {
                Taker::Agent(agent) => {
                    fields.push(("user", agent.name.into()));
                    fields.push(("userId", agent.remote.into()));
                    fields.push(("fullUserId", full(agent).into()));
                }
                Taker::Mailbox => fields.push(("user", "voicemail".into())),
                Taker::Outside => {}
            }
            fields.push(("answeringNumber", answering(step, *taker).into()));
        }
        Event::Hangup { cause, taken, .. } => {
            fields.push(("cause", cause.as_str().into()));
            if let Some(taker) = taken {
                fields.push(("answeringNumber", answering(step, *taker).into()));
            }
        }
    }
    fields
}

/// Placetel's Notify API (facts/pbx-and-clients.md C.3): national numbers, and nothing is said
/// when the other side of an outbound call or a mailbox answers.
fn placetel(step: &Step, run: u64) -> Option<Vec<(&'static str, Field)>> {
    let call = &step.call;
    let id = uuid(run, call.number).replace('-', "");
    let word = match (&step.event, call.direction) {
        (Event::NewCall, Direction::In) => "IncomingCall",
        (Event::NewCall, Direction::Out | Direction::Internal) => "OutgoingCall",
        (Event::Answer(Taker::Agent(_)), _) => "CallAccepted",
        (Event::Answer(_), _) => return None,
        (Event::Hangup { .. }, _) => "HungUp",
    };
    let mut fields: Vec<(&'static str, Field)> = vec![
        ("event", word.into()),
        ("from", national(&call.from).into()),
        ("to", national(&call.to).into()),
        ("call_id", format!("{id}{id}").into()),
        ("direction", call.direction.as_str().into()),
    ];
    let peer = |agent: &Agent| format!("7777{}@fpbx.de", agent.login);
    match &step.event {
        Event::NewCall if call.direction == Direction::Out => {
            fields.extend(
                call.agents
                    .first()
                    .map(|agent| ("peer", peer(agent).into())),
            );
        }
        Event::Answer(Taker::Agent(agent)) => fields.push(("peer", peer(agent).into())),
        Event::NewCall | Event::Answer(_) => {}
        Event::Hangup {
            cause,
            taken,
            talked_seconds,
        } => {
            let kind = match (taken, cause, call.direction) {
                (Some(Taker::Mailbox), ..) => "voicemail",
                (Some(_), ..) | (None, Cause::Forwarded, _) => "accepted",
                (None, _, Direction::In) => "missed",
                (None, Cause::Busy, _) => "busy",
                (None, Cause::NotFound, _) => "unavailable",
                (None, Cause::Congestion, _) => "congestion",
                (None, ..) => "canceled",
            };
            fields.push(("type", kind.into()));
            fields.push(("duration", talked_seconds.to_string().into()));
        }
    }
    Some(fields)
}

/// What Zammad's generic endpoint and sipgate have in common.
fn zammad_words(step: &Step, id: String) -> Vec<(&'static str, Field)> {
    let event = match step.event {
        Event::NewCall => "newCall",
        Event::Answer(_) => "answer",
        Event::Hangup { .. } => "hangup",
    };
    vec![
        ("event", event.into()),
        ("direction", step.call.direction.as_str().into()),
        ("from", step.call.from.as_str().into()),
        ("to", step.call.to.as_str().into()),
        ("callId", id.into()),
    ]
}

fn names(agents: &[&Agent]) -> Field {
    Field::Many(agents.iter().map(|agent| agent.name.to_owned()).collect())
}

/// sipgate's `answeringNumber`: of whoever took the call, inside or outside.
fn answering(step: &Step, taker: Taker) -> &str {
    match taker {
        Taker::Agent(agent) => agent.direct,
        Taker::Mailbox | Taker::Outside => &step.call.to,
    }
}

fn national(number: &str) -> String {
    match number.strip_prefix("49") {
        Some(rest) => format!("0{rest}"),
        None if number.starts_with(|first: char| first.is_ascii_digit()) => format!("00{number}"),
        None => number.to_owned(),
    }
}

fn uuid(run: u64, number: u64) -> String {
    let hex = format!("{run:016x}{:016x}", scatter(number));
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// sipgate's ids are long decimal numbers.
fn sipgate_id(run: u64, number: u64) -> String {
    format!("{run:020}{:020}", scatter(number))
}

/// Neighbours look different, no two look the same (an odd factor can be undone).
fn scatter(number: u64) -> u64 {
    number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests;
