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

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

use filter::CallFilter;
pub(crate) use pop::Pop;
pub(crate) use view::{CallView, MatchView, match_views};

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::handler))
        .routes(routes!(read::handler, done::handler))
        .routes(routes!(notes::handler))
        .routes(routes!(notes_list::handler))
        .routes(routes!(pop::handler))
        .routes(routes!(done_bulk::handler))
        .routes(routes!(overview::handler))
        .routes(routes!(ringing::handler))
        .routes(routes!(csv::handler))
}
