//! What other systems are told: best when they hear it at once, but never at the expense of a call.

mod client;
mod forward;

pub use client::{Answer, Client, PostError, Reach};
pub use forward::{Forwards, LastAnswer, Outbox};
