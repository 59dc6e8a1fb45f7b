use offhook_core::call::Decision;

use crate::{json::Object, refusal::Refusal};

/// Of every answer and refusal of this dialect.
pub const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// The words of this dialect, for a refusal.
pub(super) const EVENTS: &str = "newCall, answer, hangup";

/// What the PBX hears when all went well: `{}` or what to do (facts/zammad-cti.md 1.4).
pub fn answer(decision: &Decision) -> Vec<u8> {
    // By far the most frequent one; client 3 of facts/pbx-and-clients.md C.4 wants exactly it.
    if *decision == Decision::Pass {
        return b"{}".to_vec();
    }
    let mut out = String::with_capacity(128);
    let mut object = Object::open(&mut out);
    action(&mut object, decision);
    object.close();
    out.into_bytes()
}

/// Writes what is to be done into an answer.
pub(super) fn action(object: &mut Object<'_>, decision: &Decision) {
    match decision {
        Decision::Pass => {}
        Decision::Reject => {
            object.text("action", "reject");
            object.text("reason", "busy");
        }
        Decision::Dial { caller_id, number } => {
            object.text("action", "dial");
            object.text("caller_id", &caller_id.number);
            object.text("number", number);
        }
    }
}

/// What the PBX hears when it is refused; goes with [`Refusal::status`].
pub fn refuse(refusal: &Refusal) -> Vec<u8> {
    error(&refusal.text(EVENTS))
}

/// An error in this dialect, for what is no refusal (too large, too many, out of order).
pub fn error(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(128);
    let mut object = Object::open(&mut out);
    object.text("error", text);
    object.close();
    out.into_bytes()
}
