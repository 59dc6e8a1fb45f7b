//! People who sign in; for administrators.

mod change;
mod create;
mod delete;
mod list;
mod read;
mod view;

use crate::openapi::operations;

operations![list, create, read, change, delete];
