//! Roles and what they may do.

mod permission;
mod role;
mod visibility;

pub use permission::Permission;
pub use role::Role;
pub use visibility::{Viewer, Visibility, is_own, is_rung, may_see};
