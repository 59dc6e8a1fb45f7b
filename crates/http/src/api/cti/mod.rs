//! The log in Zammad's shapes, for clients made for Zammad (facts/zammad-cti.md 1.7 and 8).

mod done;
mod done_bulk;
mod log;
mod view;

use crate::openapi::operations;

operations![log, done, done_bulk];
