use offhook_core::call::Decision;

use crate::{
    refusal::Refusal,
    xml::{self, escape},
};

/// Of every answer and refusal of this dialect; sipgate insists on `application/xml`.
pub const CONTENT_TYPE: &str = xml::CONTENT_TYPE;

const EVENTS: &str = "newCall, answer, hangup, dtmf";

/// What sipgate hears when all went well. `callback_url` is where it reports answer and hangup,
/// which it does only if told so: `…/api/v1/sipgate/{token}/{direction}` (facts/zammad-cti.md 2.2).
pub fn answer(decision: &Decision, callback_url: &str) -> Vec<u8> {
    let url = escape(callback_url);
    let root = format!("Response onHangup=\"{url}\" onAnswer=\"{url}\"");
    match decision {
        Decision::Pass => xml::document(&root, ""),
        Decision::Reject => xml::document(&root, xml::REJECT),
        Decision::Dial { caller_id, number } => {
            xml::document(&root, &xml::dial(&caller_id.number, number))
        }
    }
}

/// What sipgate hears when it is refused; goes with [`Refusal::status`].
pub fn refuse(refusal: &Refusal) -> Vec<u8> {
    error(&refusal.text(EVENTS))
}

/// An error in this dialect, for what is no refusal (too large, too many, out of order).
pub fn error(text: &str) -> Vec<u8> {
    xml::document("Response", &xml::error(text))
}
