//! Phone numbers: reading, comparing, writing.
//!
//! Sources spell one number in many ways (`+49 30 …`, `0049…`, `030/…`, `sip:49…@host`); people
//! type it in even more. [`NumberKey`] is what they all come down to, [`pretty`] is how it is
//! shown, [`extract`] finds the numbers in free text. What numbers there are in the world is known
//! to libphonenumber's data, which only `library` asks.

mod country;
mod emergency;
mod extract;
mod key;
mod library;
mod pretty;
mod read;
mod recent;

#[cfg(test)]
mod tables;

pub use country::Country;
pub use emergency::{is_emergency, may_be_emergency};
pub use extract::extract;
pub use key::NumberKey;
pub use pretty::pretty;

pub(crate) use read::{Reading, read};
