//! The engine in front of a store that does as it is told.

#![allow(clippy::unwrap_used, missing_docs)]

mod journal;
