//! The PBX endpoints: a request in, an answer at once, whoever sends it.

mod dialect;
mod door;
mod record;

pub(crate) use door::{generic, log_as_token, placetel, sipgate};
