//! Signing in and out, and one's own account.

pub(crate) mod change_me;
pub(crate) mod me;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod used;
mod view;

pub(crate) use view::MeView;
