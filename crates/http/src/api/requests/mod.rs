//! Recent requests of the PBX endpoints; for administrators.

mod list;
mod read;
mod replay;
mod view;

use crate::openapi::operations;

operations![list, read, replay];
