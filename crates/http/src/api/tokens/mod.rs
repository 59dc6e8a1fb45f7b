//! Tokens for scripts: agents have their own, administrators see all.

mod create;
mod delete;
mod list;
mod view;

use crate::openapi::operations;

operations![list, create, delete];
