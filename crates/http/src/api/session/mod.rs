//! Signing in and out, and one's own account.

mod change_me;
mod me;
mod sign_in;
mod sign_out;
mod used;
mod view;

use crate::openapi::operations;

pub(crate) use view::MeView;

operations![sign_in, sign_out, me, change_me, used];
