//! What a call is.
//!
//! Events come in, calls come out; numbers are compared, callers are named, rules are applied and
//! rights are judged. This crate is pure: no clock, no I/O, no randomness, no logging. Time, chance
//! and look-ups come in as values, so everything here can be tested with tables of cases.

pub mod access;
pub mod call;
pub mod identify;
mod ids;
pub mod number;
pub mod rules;
mod time;

pub use ids::{
    CallId, ContactId, ConversationId, EventId, NoteId, SessionId, SourceId, TokenId, UserId,
};
pub use time::UnixMillis;
