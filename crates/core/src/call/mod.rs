//! From events to calls.
//!
//! An [`Event`] is what a source reported. [`correlate`] says which call it belongs to, [`fold`]
//! makes a call's state out of the set of its events, whatever order they came in.

mod cause;
mod correlate;
mod decision;
mod event;
mod fold;
mod leg;
mod model;
mod party;
#[cfg(test)]
mod stories;

pub use cause::Cause;
pub use correlate::{Candidate, LATE_MILLIS, RETRY_MILLIS, Target, correlate};
pub use decision::Decision;
pub use event::{Direction, Event, EventBody, EventKind};
pub use fold::{AnsweredBy, Folded, State, VOICEMAIL, fold};
pub use leg::{Leg, LegOutcome, LegSaid, legs};
pub use model::{Call, Done};
pub use party::Party;
