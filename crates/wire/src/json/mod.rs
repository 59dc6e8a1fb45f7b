//! JSON, as PBXs write it and as they expect it back.

mod read;
mod write;

pub(crate) use read::flatten;
pub(crate) use write::Object;
