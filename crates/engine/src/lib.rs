//! The use cases.
//!
//! An event comes in at the [`Switchboard`], which lets the rules propose an answer and hands it to
//! the [`Journal`]: stored, folded and settled, many at a time. What changed is announced on the
//! [`live::Hub`]. Directories, browsers and everything else slow stand behind that.
//!
//! Architecture invariant: nothing here knows SQL or HTTP. Time and chance come from [`clock`].

pub mod access;
mod block_preview;
pub mod clock;
pub mod configuration;
pub mod connect;
pub mod directory;
mod gate;
pub mod jobs;
mod journal;
pub mod live;
mod log;
pub mod out;
mod recorder;
mod rejections;
mod secrets;
mod switchboard;
pub mod text;

/// What is remembered: the store's types, for those who may not know the stores themselves.
pub use offhook_store as store;

pub use block_preview::BlockPreview;
pub use journal::{Journal, RecordError};
pub use log::CallLog;
pub use recorder::Recorder;
pub use secrets::SealingKey;
pub use switchboard::{Switchboard, Taken, source_urls};
