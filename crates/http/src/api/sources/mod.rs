//! PBXs and providers; for administrators.

mod activity;
mod attempt;
mod block;
mod block_preview;
mod change;
mod config;
mod create;
mod delete;
mod list;
mod preview;
mod read;
mod rotate;
mod save;
mod send_again;
mod unblock;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, create::handler))
        .routes(routes!(read::handler, change::handler, delete::handler))
        .routes(routes!(config::handler))
        .routes(routes!(block::handler, unblock::handler))
        .routes(routes!(block_preview::handler))
        .routes(routes!(attempt::handler))
        .routes(routes!(preview::begin, preview::read))
        .routes(routes!(rotate::handler))
        .routes(routes!(send_again::handler))
}
