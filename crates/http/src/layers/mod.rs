//! What every request goes through before its handler.

mod client;
mod path;
mod safety;

pub use client::TrustedProxies;
pub(crate) use client::{Client, find_client};
pub(crate) use path::normalize_path;
pub(crate) use safety::{panic_problem, security_headers};
