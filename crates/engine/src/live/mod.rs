//! What listeners hear, as it happens.

mod browsers;
mod hub;

pub use browsers::{Browsers, OpenBrowser};
pub use hub::{Announcement, Change, Hub, Missed, Past, Subscription, View};
