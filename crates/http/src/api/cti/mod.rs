//! The log in Zammad's shapes, for clients made for Zammad (facts/zammad-cti.md 1.7 and 8).

mod done;
mod done_bulk;
mod log;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log::handler))
        .routes(routes!(done::handler))
        .routes(routes!(done_bulk::handler))
}
