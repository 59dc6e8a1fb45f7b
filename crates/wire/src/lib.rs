//! How PBXs and providers say it: bytes in, bytes out.
//!
//! A request comes in as a query string, a content type and a body; a dialect ([`zammad`],
//! [`sipgate`], [`placetel`]) reads it into an [`Understood`] or a [`Refusal`], and writes the
//! bytes that this sender expects back. Everything is a function of its arguments: there is no
//! clock, no I/O and no logging here, and no input makes it panic.
//!
//! ```text
//! bytes ─▶ params (keys and values, any encoding) ─▶ report (spellings resolved) ─▶ Understood
//! ```

pub mod ami;
mod cause;
pub mod config;
pub mod decide;
pub mod esl;
mod json;
pub mod mask;
pub mod params;
pub mod pbx;
pub mod placetel;
mod refusal;
pub mod report;
pub mod sipgate;
mod xml;
pub mod zammad;

pub use refusal::Refusal;
pub use report::{AgentHint, Request, Understood};
