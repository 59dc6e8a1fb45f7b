//! Who a request is from.

mod cookie;
mod extract;

pub(crate) use cookie::{clear_session_cookie, session_cookie};
pub(crate) use extract::{Admin, SignedIn, refuse_cross_site};
