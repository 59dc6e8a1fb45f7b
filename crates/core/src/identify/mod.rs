//! Who a number is.

mod label;
mod rank;

pub use label::label;
pub use rank::{Level, MOST_MATCHES, Match, rank};
