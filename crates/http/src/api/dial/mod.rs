//! Click to dial.

mod create;
mod view;

use crate::openapi::operations;

pub(crate) use view::DialView;

operations![create];
