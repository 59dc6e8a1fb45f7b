//! What listeners hear, as it happens.

mod hub;

pub use hub::{Announcement, Change, Hub, Missed, Past, Subscription};
