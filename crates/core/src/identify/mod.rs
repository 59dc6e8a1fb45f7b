//! Who a number is.
