//! Asterisk: what its manager interface (AMI) says, and the calls that follow from it.
//!
//! ```text
//! bytes ─▶ codec (banner, messages) ─▶ Session (login, keep-alive, resync) ─▶ tracker (channels ─▶ calls) ─▶ Told
//! ```
//!
//! The rules come from facts/pbx-events.md, "Asterisk AMI", which was checked against running
//! PBXs, and from facts/pbx-and-clients.md, section D.

mod codec;
mod dialling;
mod login;
mod session;
mod tracker;

pub use codec::{Decoder, Item, MAX_LINE, MAX_MESSAGE, Message, write_action};
pub use login::Login;
pub use session::Session;
