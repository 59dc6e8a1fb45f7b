//! The log in Zammad's shapes, for clients made for Zammad (facts/zammad-cti.md 1.7 and 8).

pub(crate) mod done;
pub(crate) mod done_bulk;
pub(crate) mod log;
mod view;
