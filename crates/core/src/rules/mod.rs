//! Who is rejected, which caller ID is shown, who is told.
//!
//! [`SourceRules`] answers a source's new calls, [`NotifyMap`] says whom its calls concern. Both
//! are written in [`Pattern`]s.

mod keep;
mod notify;
mod pattern;
mod propose;

pub use keep::{Keep, Places, Verdict, Want, Whereabouts};
pub use notify::{Grant, NotifyMap, NotifyRow, Scope};
pub use pattern::{Pattern, wildcard};
pub use propose::{BlockEntry, Route, Rule, SourceRules};
