//! The PBX endpoints: a request in, an answer at once, whoever sends it.

mod decide;
mod dialect;
mod door;
mod opened;
mod record;
mod replay;

pub(crate) use decide::decide;
pub(crate) use door::{generic, log_as_token, placetel, sipgate};
pub(crate) use replay::replay;
