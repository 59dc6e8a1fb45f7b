//! Who a number is, answered when somebody reads.

mod keep;
mod name;

pub use keep::Contacts;
pub use name::{Directory, NamedCall};
