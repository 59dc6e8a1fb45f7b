//! Roles and what they may do.

mod role;
mod visibility;

pub use role::Role;
pub use visibility::{Viewer, Visibility, is_rung, may_see};
