//! Who a number is, answered when somebody reads.

mod keep;
mod merge;
mod name;

pub use keep::Contacts;
pub(crate) use keep::numbers;
pub use name::{Directory, NamedCall};
