//! What was configured: low as it is typed (flags, environment, file), high as it is meant.

mod file;
mod place;
mod serve;

pub(crate) use place::{Place, PlaceOptions};
pub(crate) use serve::{AddressOptions, ServeConfig, ServeOptions};
