//! Who a number is, answered when somebody reads.

mod keep;
mod merge;
mod name;

pub(crate) use keep::numbers;
pub use keep::{Contacts, numbers_in_note};
pub use name::{Directory, NamedCall};
