//! The log of calls.

mod choices;
mod counts;
mod csv;
mod done;
mod done_bulk;
mod filter;
mod list;
mod notes;
mod notes_list;
mod overview;
mod pop;
mod read;
mod ringing;
mod view;

use crate::openapi::operations;

use filter::CallFilter;
pub(crate) use pop::Pop;
pub(crate) use view::{CallView, MatchView, match_views};

operations![
    list, read, done, notes, notes_list, pop, done_bulk, overview, ringing, csv
];
