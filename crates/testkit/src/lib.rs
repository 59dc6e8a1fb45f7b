//! Test actors around the real program: a server on a free port with a folder of its own, clients
//! that sign in, a PBX that sends events, a browser that listens. Panics where a test should fail.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::missing_panics_doc)]

pub mod captures;
mod client;
mod in_time;
mod listener;
mod log;
mod office;
mod part;
mod pbx;
mod problem;
mod server;

pub use client::{Answer, Client};
pub use in_time::in_time;
pub use listener::{Heard, Listener};
pub use office::Office;
pub use part::assert_part;
pub use pbx::FakePbx;
pub use problem::assert_problem;
pub use server::Server;

/// How long a test waits for what must happen, before it fails.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
