//! Phone numbers: reading, comparing, writing.

/// The number to compare by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NumberKey(pub i64);
