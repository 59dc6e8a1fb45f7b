//! The PBX endpoints: a request in, an answer at once, whoever sends it.

mod decide;
mod dialect;
mod door;
mod endpoint;
mod opened;
mod record;
mod replay;

pub(crate) use endpoint::Endpoint;
pub(crate) use replay::replay;
