//! The stores on SQLite.
