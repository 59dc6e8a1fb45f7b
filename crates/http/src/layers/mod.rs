//! What is done with every request before and after its handler.

mod client;
mod path;
mod safety;

pub use client::TrustedProxies;
pub(crate) use client::{Client, client};
pub(crate) use path::normalize_path;
pub(crate) use safety::{panic_problem, secure};
