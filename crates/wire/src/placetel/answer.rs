use offhook_core::call::Decision;

use crate::{refusal::Refusal, xml};

/// Of every answer and refusal of this dialect.
pub const CONTENT_TYPE: &str = xml::CONTENT_TYPE;

const EVENTS: &str = "IncomingCall, OutgoingCall, CallAccepted, HungUp";

/// What Placetel hears when all went well. It heeds a rejection where the number is routed to
/// "External API"; `Dial` is what Zammad says, and goes unheeded.
pub fn answer(decision: &Decision) -> Vec<u8> {
    match decision {
        Decision::Pass => xml::document("Response", ""),
        Decision::Reject => xml::document("Response", xml::REJECT),
        Decision::Dial { caller_id, number } => {
            xml::document("Response", &xml::dial(&caller_id.number, number))
        }
    }
}

/// What Placetel hears when it is refused; goes with [`Refusal::status`].
pub fn refuse(refusal: &Refusal) -> Vec<u8> {
    error(&refusal.text(EVENTS))
}

/// An error in this dialect, for what is no refusal (too large, too many, out of order).
pub fn error(text: &str) -> Vec<u8> {
    xml::document("Response", &xml::error(text))
}
