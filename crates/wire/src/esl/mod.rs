//! FreeSWITCH's event socket (facts/pbx-events.md, "FreeSWITCH ESL"; facts/pbx-and-clients.md D.4).
//!
//! ```text
//! bytes ─▶ codec (frames) ─▶ event (plain or JSON) ─▶ session (signs in, keeps alive) ─▶ tracker
//!          (channels become calls) ─▶ Told
//! ```

mod codec;
mod dialling;
mod event;
mod login;
mod session;
mod tracker;

pub use login::Login;
pub use session::Session;
