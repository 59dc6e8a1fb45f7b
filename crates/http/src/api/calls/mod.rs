//! The log of calls.

pub(crate) mod done;
pub(crate) mod done_bulk;
pub(crate) mod list;
pub(crate) mod notes;
pub(crate) mod read;
mod view;

pub(crate) use view::{CallView, MatchView, match_views};
