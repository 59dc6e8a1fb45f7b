use offhook_core::CallId;
use offhook_core::call::{Cause, Decision, Direction, Party};
use offhook_core::number::{NumberKey, pretty};

use super::answer::action;
use crate::{json::Object, report::Understood};

/// What the server knows about an explained event beyond what the request said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Explained {
    /// The call it became part of; none on a dry run.
    pub call: Option<CallId>,
    /// Whether nothing was stored.
    pub dry_run: bool,
}

/// The answer to a request with the header `Offhook-Explain`: the same object as [`answer`] with
/// `understood`, `ignored` and `warnings` added (contract, "Finer points").
///
/// [`answer`]: super::answer()
pub fn explain(decision: &Decision, understood: &Understood, explained: Explained) -> Vec<u8> {
    let mut out = String::with_capacity(512);
    let mut object = Object::open(&mut out);
    action(&mut object, decision);
    describe(object.key("understood"), understood, explained.call);
    object.texts("ignored", &understood.ignored);
    object.texts("warnings", &understood.warnings);
    if explained.dry_run {
        object.key("dry_run").push_str("true");
    }
    object.close();
    out.into_bytes()
}

/// What was understood, as the answer to an explained request shows it under `understood`; `call` is
/// the one that it became part of.
pub fn understood(understood: &Understood, call: Option<CallId>) -> String {
    let mut out = String::with_capacity(256);
    describe(&mut out, understood, call);
    out
}

fn describe(out: &mut String, understood: &Understood, call: Option<CallId>) {
    let body = &understood.body;
    let mut inside = Object::open(out);
    inside.text("event", body.kind.as_str());
    inside.maybe("direction", body.direction.map(Direction::as_str));
    number(inside.key("from"), body.from.as_ref());
    number(inside.key("to"), body.to.as_ref());
    inside.maybe("queue", body.queue.as_deref());
    inside.texts("users", &body.users);
    inside.maybe("answering_number", body.answering_number.as_deref());
    inside.maybe("cause", body.cause.map(Cause::as_str));
    inside.maybe("cause_text", body.cause_text.as_deref());
    inside.maybe("call_id", body.call_id.as_deref());
    let call = call.map_or("null".to_owned(), |call| call.to_string());
    inside.key("call").push_str(&call);
    inside.close();
}

/// A number as the API has it, and the name that came inside it.
fn number(out: &mut String, party: Option<&Party>) {
    let Some(party) = party else {
        out.push_str("null");
        return;
    };
    let mut object = Object::open(out);
    object.text("number", &party.number);
    let e164 = party.key.and_then(NumberKey::e164);
    object.maybe("e164", e164.as_deref());
    object.text("pretty", &pretty(&party.number, party.key));
    object.maybe("name", party.name.as_deref());
    object.close();
}
