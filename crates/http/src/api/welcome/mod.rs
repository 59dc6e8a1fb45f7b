//! The first start: nobody can sign in yet.

mod create;
mod read;

use crate::openapi::operations;

operations![read, create];
