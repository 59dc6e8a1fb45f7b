//! What administrators may change while the server runs.

mod change;
mod read;
mod view;

use crate::openapi::operations;

operations![read, change];
