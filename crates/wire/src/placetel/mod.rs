//! Placetel's Notify API: `POST /api/v1/placetel/{token}` (facts/zammad-cti.md 2.4,
//! facts/pbx-and-clients.md C.3).

mod answer;
mod signature;

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Direction, EventKind};
use offhook_core::number::Country;

pub use answer::{CONTENT_TYPE, answer, error, refuse};
pub use signature::verify;

use crate::{
    params::Params,
    refusal::Refusal,
    report::{self, AgentHint, Request, Said, Understood},
};

/// What only Placetel says; it is kept with the event, used or not.
const KNOWN: [&str; 3] = ["peer", "type", "duration"];

/// Reads a request. Zammad's own words are understood as well, as Zammad does.
pub fn read(
    request: &Request<'_>,
    country: Country,
    now: UnixMillis,
) -> Result<Understood, Refusal> {
    let params = Params::read(request)?;
    let mut said = Said::sort(&params);
    let (kind, direction) = said.event.map_or((None, None), event);
    if let Some(direction) = direction {
        said.direction = Some(direction.as_str());
    }
    let head = report::head(&said, kind, None)?;
    let kind_of_end = said.other(b"type");
    let device = match head.direction {
        // Calls between own phones carry the SIP address of the caller.
        Some(Direction::Out) => {
            let from = said.from.filter(|from| from.contains('@'));
            said.other(b"peer").or(from)
        }
        _ => said.other(b"peer"),
    };
    if head.kind == EventKind::Answer && said.answering_number.is_none() {
        said.answering_number = device;
    }
    let agents = device.map(|device| AgentHint::Device(device.to_owned()));
    let agents = agents.into_iter().collect();
    let warnings = params.warnings().to_vec();
    let mut understood = report::build(&said, head, agents, &KNOWN, warnings, (country, now));
    if let Some((cause, text)) = kind_of_end.map(cause)
        && (cause.is_some() || said.cause.is_none())
    {
        let body = understood.body_mut();
        (body.cause, body.cause_text) = (cause, text);
    }
    Ok(understood)
}

/// An event's kind, and the direction where the word says it: it beats the parameter.
fn event(word: &str) -> (Option<EventKind>, Option<Direction>) {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if is("IncomingCall") {
        (Some(EventKind::NewCall), Some(Direction::In))
    } else if is("OutgoingCall") {
        (Some(EventKind::NewCall), Some(Direction::Out))
    } else if is("CallAccepted") {
        (Some(EventKind::Answer), None)
    } else if is("HungUp") {
        (Some(EventKind::Hangup), None)
    } else {
        (report::read_kind(word), None)
    }
}

/// What a call's `type` says (facts/zammad-cti.md 2.4, its quirk Q19 mended): the words that are
/// Placetel's alone, else those that everybody uses (`busy`, `canceled`, `voicemail`, …).
fn cause(kind: &str) -> (Option<Cause>, Option<String>) {
    let own = match &*kind.to_ascii_lowercase() {
        "missed" => Cause::Cancel,
        "accepted" => Cause::NormalClearing,
        "unavailable" => Cause::NotFound,
        _ => return crate::cause::read(kind),
    };
    (Some(own), Some(kind.to_owned()))
}
